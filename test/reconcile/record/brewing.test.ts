import { expect, it } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { isBrewing } from '../../../src/reconcile/record/brewing.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { aSplitRollout, aView } from '../../http/fleet-fixture.ts'
import { aPass } from '../a-case.ts'
import { anEnvironment, known, NOW } from '../an-environment.ts'

const ABORTED_AT = '2026-12-01T11:59:59Z'
const OTHER = aSplitRollout({ name: 'api', abortedAt: ABORTED_AT })

/** Whether the PR of a release that failed `age` ms ago waits for the failures beside it. */
async function waits(
  fields: { age?: number; other?: Partial<RolloutSnapshot>; policy?: Partial<Policy>; recorded?: readonly (string | null)[] } = {},
): Promise<boolean> {
  const { age = 0, other, policy, recorded = [] } = fields
  const attempts = recorded.map((abortedAt, at) => anAttempt({ key: `o|${at}`, abortedAt }))
  const { environment } = await anEnvironment([known('release', aRelease({ key: 'o', rollout: 'api', uid: 'uid-api', attempts }))])
  const view = aView('east', { rollouts: [aSplitRollout({ name: 'web', uid: 'uid-1', abortedAt: ABORTED_AT }), { ...OTHER, ...other }] })
  return isBrewing(environment, aPass({ view }, policy), aRelease({ key: 'r', attempts: [anAttempt({ seenAt: NOW - age })] }))
}

it.each([
  ['that is aborted at this moment', {}, true],
  ['for a second and a half', { age: 1_500 }, true],
  ['and no longer', { age: 1_501 }, false],
  ['and not where a clock was set back', { age: -1 }, false],
  ['that is not aborted', { other: { abort: false } }, false],
  ['of which it is not known since when', { other: { abortedAt: undefined } }, false],
  ['but for itself', { other: { uid: 'uid-1' } }, false],
  ['whose abort is recorded', { recorded: [ABORTED_AT] }, false],
  ['whose abort is recorded among others', { recorded: ['before', ABORTED_AT] }, false],
  ['of which another abort is recorded', { recorded: ['before'] }, true],
  ['where it is told with no others', { policy: { inStorms: false } }, false],
] as const)('a PR waits for a Rollout beside it %s: %j -> %j', async (_what, fields, isWaiting) => {
  expect(await waits(fields)).toBe(isWaiting)
})

it('of those that are left out the next one is looked at all the same', async () => {
  const { environment } = await anEnvironment()
  const healthy = aSplitRollout({ name: 'ok', abort: false })
  const view = aView('east', { rollouts: [healthy, OTHER] })
  expect(isBrewing(environment, aPass({ view }), aRelease({ key: 'r', attempts: [anAttempt({ seenAt: NOW })] }))).toBe(true)
})
