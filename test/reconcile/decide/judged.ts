import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { Case } from '../../../src/reconcile/decide/case.ts'
import { judge, whyWaits } from '../../../src/reconcile/decide/judge.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { aRevert, revertEntry } from '../../contract/ledger-documents.ts'
import { aFailure, type Failure } from '../act/a-failure.ts'
import { NOW } from '../act/a-host.ts'

export const HOUR = 3_600_000

export interface Change {
  release?: Partial<Release>
  source?: object | null
  look?: object
  /** What of the Rollout is otherwise. */
  rollout?: Partial<RolloutSnapshot>
  policy?: Partial<Policy>
  /** Other reverts that the ledger has. */
  reverts?: (failure: Failure) => readonly Partial<Revert>[]
  before?: (failure: Failure) => unknown
}

/** What is decided of a failure that all speaks for reverting, but for this; and which checks do not hold. */
export async function judged({ release, source, look, rollout, policy, reverts, before }: Change = {}) {
  const failure = await aFailure()
  await before?.(failure)
  const others = reverts?.(failure) ?? []
  await failure.ledger.append(others.map((fields, at) => revertEntry(aRevert({ ...likeOurs(failure), key: `other${at}`, ...fields }))))
  const { known, environment } = failure
  const changed: Case = {
    ...known,
    release: { ...known.release, ...release },
    policy: { ...known.policy, ...policy },
    look: { ...known.look, ...look, ...(rollout && { rollout: { ...known.look.rollout, ...rollout } }) } as Look,
    findings: { ...known.findings, source: source === null ? null : known.findings.source && { ...known.findings.source, ...source } },
  }
  const decision = judge(environment, changed, 'same')
  const failed = Object.fromEntries(decision.checks.filter(({ outcome }) => outcome === 'failed').map(({ id, detail }) => [id, detail]))
  return { decision, failed, waits: whyWaits(environment, changed), failure }
}

/** Another revert in the same place. */
const likeOurs = ({ planned, good }: Failure): Partial<Revert> => ({
  ...planned(),
  state: 'open',
  pullRequest: { number: 9, url: 'u' },
  releases: [],
  culprits: [],
  goodRevision: good,
  plannedAt: NOW - 2 * HOUR,
})
