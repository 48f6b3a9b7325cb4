import type { PullRequest } from '../../ports/forge.ts'
import type { Environment } from '../environment.ts'

/** Asked about again after this long where nothing is told of it. */
const ASK_AGAIN_MS = 10 * 60_000
/** In a repository of many, each push is news for every quarantine there. What the forge takes in an hour belongs to the reverts. */
const ONE_IN_MS = 6_000
const AT_ONCE = 30
/** Left to those that were not asked about of late. */
const RESERVED = 15

/** Reads the labels of PRs that have ended: each is asked about by itself, once for all whose revert it is. */
export interface EndedLabels {
  /**
   * @param since see `HeadsReader`; 0 where nothing is known to have moved
   * @param moves what had moved by now
   * @returns nothing new where it was asked not long ago, or too many ask @throws KedgeError E_FORGE_*
   */
  read(repoURL: string, number: number, moved: { since: number; moves: number }): Promise<readonly string[]>
}

/** See {@link EndedLabels}. */
export function createEndedLabels({ clock, forges }: Pick<Environment, 'clock' | 'forges'>): EndedLabels {
  const asked = new Map<string, { at: number; moves: number; pull: Promise<PullRequest> }>()
  let [left, filledAt] = [AT_ONCE, clock.elapsed()]

  function mayAsk(now: number, kept: number): boolean {
    const more = Math.floor((now - filledAt) / ONE_IN_MS)
    ;[left, filledAt] = [Math.min(AT_ONCE, left + more), filledAt + more * ONE_IN_MS]
    if (left <= kept) return false
    left -= 1
    return true
  }

  return {
    async read(repoURL, number, { since, moves }) {
      const now = clock.elapsed()
      for (const [key, { at }] of asked) if (now - at >= ASK_AGAIN_MS) asked.delete(key)
      const key = `${repoURL} ${number}`
      const before = asked.get(key)
      if (before && before.moves >= since) return (await before.pull).labels
      if (!mayAsk(now, before ? RESERVED : 0)) return []
      const pull = forges.forRepository(repoURL).get(number)
      asked.set(key, { at: now, moves, pull })
      // Who asks next asks anew, where this was in vain.
      pull.catch(() => asked.delete(key))
      return (await pull).labels
    },
  }
}
