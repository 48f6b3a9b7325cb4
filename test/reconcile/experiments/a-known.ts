import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { beginPass } from '../../../src/reconcile/decide/case.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { EVIDENCE } from '../../domain/an-evidence.ts'
import { anAttempt } from '../../domain/release/a-look.ts'
import { aPlace, KEY, type Place } from './a-place.ts'

export const decided = (action: 'none' | 'notify', at: number): Partial<Release> => ({
  decision: { action, reason: 'why', checks: [], at },
})

export const ended = (outcome: Revert['outcome'], endedAt: number | null): Partial<Revert> => ({ state: 'ended', outcome, endedAt })

/** A failed Experiment as the ledger has it: the release `r` of the object that is there. */
export const failed = (fields: Partial<Release> = {}): Release =>
  aRelease({
    key: 'r',
    rollout: 'experiment:web-ab',
    uid: 'experiment-1',
    attempts: [anAttempt({ evidence: [EVIDENCE] })],
    ...fields,
  })

export interface Known {
  readonly release?: Partial<Release>
  /** The revert that stands for it. */
  readonly revert?: Partial<Revert>
  readonly policy?: Partial<Policy>
  readonly isHinted?: boolean
  readonly more?: readonly LedgerEntry[]
}

/** A cluster with a failed Experiment of which the ledger knows, whose verdict need not settle. */
export async function aKnown({ release, revert, policy, isHinted = false, more = [] }: Known, place: Place = {}) {
  const known = releaseEntry(failed({ revertKey: revert ? 'k' : null, ...release }))
  const reverts = revert ? [revertEntry(aRevert({ key: 'k', releases: ['r'], ...revert }))] : []
  const made = await aPlace({ ...place, policy: { mode: 'pr', settleMs: 0, ...policy }, known: [known, ...reverts, ...more] })
  const experiments = made.experiments()
  if (isHinted) experiments.hint(KEY)
  const inMs = (at: number | undefined): number | undefined => (at === undefined ? undefined : at - made.clock.elapsed())
  const ref = { cluster: 'east', namespace: 'shop', name: 'experiment:web-ab' }
  return {
    ...made,
    hint: () => experiments.hint(KEY),
    look: () => experiments.look(KEY),
    /** In how many milliseconds it is to be followed again. */
    follow: async () => inMs(await experiments.follow(beginPass(made.environment, made.view, ref))),
  }
}
