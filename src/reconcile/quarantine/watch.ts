import type { Quarantine } from '../../domain/quarantine/quarantine.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { createAskAgain } from './ask-again.ts'
import { createAsking } from './ask.ts'

/** Timers are set no further ahead. */
const LONGEST_MS = 6 * 3_600_000
const SHORTEST_MS = 1_000
/** Between two that are asked about after a start, each of which may be a request at a forge. */
const BETWEEN_MS = 4_000

/** Looks whether commits and PRs bring back what is in quarantine. All else comes first, and no fault of it reaches anything else. */
export interface QuarantineWatch {
  /** Whether Git and the forge are to be asked now. Asks for a look when they will be, or when the days of something are over. */
  isDue(pass: Pass): boolean
  /** Asks Git and the forge, where that is due, and records what is to be said; see `isDue`. @throws KedgeError E_LEDGER_* */
  follow(pass: Pass | undefined): Promise<void>
  /** Something outside the cluster moved for this Rollout. */
  hint(key: string): void
  /** The Rollout of this key is gone, and nothing of it is open. */
  forget(key: string): void
}

/** Looks at a Rollout at a time by the clock's `elapsed`. */
type Later = (key: string, at: number) => void

/** See {@link QuarantineWatch}. */
export function createQuarantineWatch(environment: Environment, journal: Journal, later: Later): QuarantineWatch {
  const { ledger, clock } = environment
  const asked = new Map<string, { token: string; at: number }>()
  /** When each was, see `HeadsReader`. */
  const hinted = new Map<string, number>()
  const asking = createAsking(environment, journal)
  const againMs = createAskAgain(environment)
  const startedAt = clock.now()
  const numberOf = numberBranches()
  const standing = ({ look }: Pass): readonly Quarantine[] => ledger.quarantines({ rollout: look.ref, standing: true })
  const watched = (pass: Pass): readonly Quarantine[] => standing(pass).filter((one) => isWatched(pass, one))

  function askInMs(pass: Pass): number {
    const own = watched(pass)
    if (own.length === 0) return Infinity
    const key = rolloutKey(pass.look.ref)
    const token = tokenOf(pass, own)
    const last = asked.get(key) ?? begin(key, token, own)
    return hinted.has(key) || last.token !== token ? 0 : Math.max(0, last.at + againMs() - clock.elapsed())
  }

  /**
   * What has failed just now nobody has brought back yet. What stood before this process began to look may have been brought back unseen,
   * or seen by one that died before it wrote that down: those are asked about a branch after the other, from the start on.
   */
  function begin(key: string, token: string, own: readonly Quarantine[]): { token: string; at: number } {
    const isOlder = own.some(({ since }) => since < startedAt)
    const inMs = isOlder ? Math.min(againMs(), BETWEEN_MS * numberOf(own)) : againMs()
    const first = { token, at: clock.elapsed() + inMs - againMs() }
    asked.set(key, first)
    hinted.delete(key)
    return first
  }

  function lookAgain(pass: Pass): void {
    const ends = standing(pass).map(({ until }) => Math.max(SHORTEST_MS, until - clock.now()))
    if (ends.length > 0) later(rolloutKey(pass.look.ref), clock.elapsed() + Math.min(...ends, askInMs(pass), LONGEST_MS))
  }

  return {
    isDue(pass) {
      const isDue = askInMs(pass) === 0
      const key = rolloutKey(pass.look.ref)
      if (!isDue) lookAgain(pass)
      // What others have read by now may be of before.
      else if (!hinted.has(key) && asked.get(key)?.token !== tokenOf(pass, watched(pass))) hinted.set(key, asking.moved())
      return isDue
    },
    async follow(pass) {
      // Its cluster went blind: the look that sees it again asks for it anew.
      if (!pass) return
      if (askInMs(pass) === 0) {
        const key = rolloutKey(pass.look.ref)
        const own = watched(pass)
        const since = hinted.get(key) ?? 0
        hinted.delete(key)
        asked.set(key, { token: tokenOf(pass, own), at: clock.elapsed() })
        await asking.ask(pass.look, own, since)
      }
      lookAgain(pass)
    },
    hint: (key) => void hinted.set(key, asking.moved()),
    forget(key) {
      hinted.delete(key)
      asked.delete(key)
    },
  }
}

/** Numbers branches in the order in which they are first asked about: what is read of one answers for all that it has brought. */
function numberBranches(): (own: readonly Quarantine[]) => number {
  const slots = new Map<string, number>()
  return ([one]) => {
    const branch = `${one?.repository} ${one?.baseBranch}`
    const slot = slots.get(branch) ?? slots.size
    slots.set(branch, slot)
    return slot
  }
}

/** Git is asked for those alone of which something may be said outside, and is to be. */
function isWatched({ policy, look }: Pass, { repoURL, culprit }: Quarantine): boolean {
  return policy.mode === 'pr' && policy.quarantineMs > 0 && look.rollout !== undefined && repoURL !== null && culprit !== null
}

/** What makes a look due besides a hint and the time: Argo CD has seen another commit, or something has failed anew. */
function tokenOf({ look }: Pass, own: readonly Quarantine[]): string {
  const which = own.map(({ key, attempt, culprit, images }) => [key, attempt, culprit, images])
  return JSON.stringify([look.applications[0]?.comparedRevisions, which])
}
