import { expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import type { AnalysisRunSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { endOfStorm } from '../../../src/domain/storm/passing.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'

const storm: Storm = {
  key: 'abc',
  cause: { kind: 'metric', key: 'k', words: 'w', cluster: 'prod', metrics: [{ name: 'success-rate', provider: 'prometheus' }] },
  state: 'holding',
  begunAt: 1,
  endedAt: null,
}
const member = (uid: string, change: object = {}) =>
  ({
    uid,
    podTemplateHash: 'v2',
    state: 'failed',
    attempts: [{ seenAt: 10, abortedAtMs: 10 }],
    startedAt: 1,
    ...change,
  }) as unknown as Release
const measured = (at: number) =>
  [
    {
      metrics: [
        {
          name: 'success-rate',
          provider: 'prometheus',
          phase: 'Running',
          dryRun: false,
          measurements: [{ phase: 'Successful', finishedAt: at }],
        },
      ],
    },
  ] as unknown as readonly AnalysisRunSnapshot[]
const sight = { cluster: 'prod', rollout: { uid: 'a', podTemplateHash: 'v2' }, analysisRuns: measured(11), isPromoted: false, now: 20 }
const all = [member('a'), member('b')]

it.each([
  ['passes when its metric is fine for one that is tried again', 'storm-passed', all, [], sight],
  ['goes on when it is fine for a Rollout that is none of them', undefined, all, [], { ...sight, rollout: { ...sight.rollout, uid: 'x' } }],
  ['goes on when it is fine for another version', undefined, all, [], { ...sight, rollout: { ...sight.rollout, podTemplateHash: 'v3' } }],
  ['goes on when it was fine before the last failure', undefined, all, [], { ...sight, analysisRuns: measured(9) }],
  ['is over when all of its releases are', 'storm-ended', [member('a', { state: 'ended' })], [], sight],
  ['goes on while the PR of one that has ended is open', undefined, [member('a', { state: 'ended' })], ['pr'], sight],
  ['is over when all have left it', 'storm-ended', [], [], sight],
] as const)('a storm %s', (...[, event, members, live, seen]) => {
  expect(endOfStorm({ storm, members, live: new Set(live) }, seen)?.type).toBe(event)
})
