import type { CommitSha } from '../../domain/application/commit.ts'
import type { PullRequest } from '../../ports/forge.ts'
import type { Environment } from '../environment.ts'

/** Where a branch and the open PRs to it are. */
export interface Heads {
  /** Undefined where there is no such branch. */
  readonly head: CommitSha | undefined
  /** Those that are looked at, newest first; ours are not among them. */
  readonly pulls: readonly PullRequest[]
  readonly ours: readonly PullRequest[]
  /** What had moved by then, see `HeadsReader.moved`. */
  readonly moves: number
}

/** Each may cost a fetch. */
const MOST_PULLS = 20
/** Many Rollouts of one repository are hinted at by one push. */
const SHARED_MS = 2_000
const OURS = 'kedge/revert/'

/** Reads heads, once for all who ask at the same time. */
export interface HeadsReader {
  /** Something outside has moved. @returns a number to read with: what was read before it will not do */
  moved(): number
  /** @param since see `moved`; 0 where nothing is known to have moved @throws KedgeError E_GIT_*, E_FORGE_* */
  read(repoURL: string, branch: string, since: number): Promise<Heads>
}

/** See {@link HeadsReader}. */
export function createHeadsReader({ clock, repositories, forges, logger }: Environment): HeadsReader {
  const known = new Map<string, { at: number; moves: number; heads: Promise<Heads> }>()
  let moves = 0
  const capped = new Set<string>()

  async function read(repoURL: string, branch: string): Promise<Heads> {
    const asOf = moves
    const repository = await repositories.open(repoURL)
    const head = await repository.fetch(branch)
    const all = await forges.forRepository(repoURL).listOpen(branch)
    const ours = all.filter((pull) => pull.branch.startsWith(OURS))
    const open = all.filter((pull) => !ours.includes(pull))
    tellCapped(`${repository.repoURL} ${branch}`, open.length)
    return { head, pulls: open.slice(0, MOST_PULLS), ours, moves: asOf }
  }

  /** Once, until there are fewer again. */
  function tellCapped(key: string, open: number): void {
    const isCapped = open > MOST_PULLS
    if (isCapped && !capped.has(key))
      logger.warn('more pull requests are open than are looked at for quarantined versions', { repository: key, open, looked: MOST_PULLS })
    if (isCapped) capped.add(key)
    else capped.delete(key)
  }

  return {
    moved: () => (moves += 1),
    read(repoURL, branch, since) {
      const now = clock.elapsed()
      for (const [key, { at }] of known) if (now - at > SHARED_MS) known.delete(key)
      const key = `${repoURL} ${branch}`
      const before = known.get(key)
      const shared = before && before.moves >= since ? before : { at: now, moves, heads: read(repoURL, branch) }
      known.set(key, shared)
      // Who asks next asks anew, where this was in vain.
      shared.heads.catch(() => known.delete(key))
      return shared.heads
    },
  }
}
