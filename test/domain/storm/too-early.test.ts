import { describe, expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import type { AnalysisRunSnapshot, Measurement, MetricSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { endOfStorm, type Sight } from '../../../src/domain/storm/passing.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'

// A storm that is said to have passed too early lets pull requests go that were held for a cause which still stands.

const METRICS = [
  { name: 'success-rate', provider: 'prometheus' },
  { name: 'latency', provider: 'prometheus' },
]
const storm = (change: Partial<Storm['cause']> = {}, state: Storm['state'] = 'holding'): Storm => ({
  key: 'abc',
  cause: { kind: 'metric', key: 'k', words: 'w', cluster: 'prod', metrics: METRICS.slice(0, 1), ...change } as Storm['cause'],
  state,
  begunAt: 1,
  endedAt: null,
})
const member = (uid: string, failed: number, change: Partial<Release> = {}): Release =>
  ({
    uid,
    podTemplateHash: 'v2',
    state: 'failed',
    attempts: [{ seenAt: failed + 3, abortedAtMs: failed }],
    startedAt: 1,
    ...change,
  }) as unknown as Release

const fine = (finishedAt: number | undefined): Measurement => ({ phase: 'Successful', finishedAt }) as unknown as Measurement
const metric = (change: Partial<MetricSnapshot> = {}): MetricSnapshot =>
  ({ name: 'success-rate', provider: 'prometheus', phase: 'Running', dryRun: false, measurements: [fine(11)], ...change }) as MetricSnapshot
const run = (metrics: readonly MetricSnapshot[], completedAt?: number): AnalysisRunSnapshot =>
  ({ metrics, completedAt }) as unknown as AnalysisRunSnapshot

const ALL = [member('a', 10), member('b', 5)]
function end(one: Storm, runs: readonly AnalysisRunSnapshot[], change: Partial<Sight> = {}, members = ALL): string | undefined {
  const rollout = { uid: 'a', podTemplateHash: 'v2' }
  const sight: Sight = { cluster: 'prod', rollout, analysisRuns: runs, isPromoted: false, now: 20, ...change }
  return endOfStorm({ storm: one, members, live: new Set() }, sight)?.type
}

describe('a storm has passed', () => {
  it('once each of its metrics was fine, in whichever run, after the last of its failures', () => {
    expect(end(storm(), [run([metric()])])).toBe('storm-passed')
    const both = storm({ metrics: METRICS })
    expect(end(both, [run([metric({ name: 'other' }), metric()]), run([metric({ name: 'latency' })])])).toBe('storm-passed')
  })

  it('once a metric of a run that ended after them succeeded, though its measurements are of before', () => {
    const early = metric({ phase: 'Successful', measurements: [fine(9)] })
    expect(end(storm(), [run([early], 11)])).toBe('storm-passed')
    expect(end(storm(), [run([early], 10)])).toBeUndefined()
    expect(end(storm(), [run([early])])).toBeUndefined()
    expect(end(storm(), [run([metric({ phase: 'Failed', measurements: [fine(9)] })], 11)])).toBeUndefined()
  })

  it('once one of several measurements was fine since', () => {
    expect(end(storm(), [run([metric({ measurements: [fine(9), fine(11)] })])])).toBe('storm-passed')
  })

  it('by when its failure was seen, where the controller says no time', () => {
    const [, other] = ALL
    const timeless = member('a', 10, { attempts: [{ seenAt: 12, abortedAtMs: null }] } as unknown as Partial<Release>)
    const members = other ? [timeless, other] : []
    expect(end(storm(), [run([metric({ measurements: [fine(13)] })])], {}, members)).toBe('storm-passed')
    expect(end(storm(), [run([metric({ measurements: [fine(12)] })])], {}, members)).toBeUndefined()
  })
})

describe('a storm goes on', () => {
  it.each<[string, Storm, readonly AnalysisRunSnapshot[], Partial<Sight>]>([
    ['while only one of its two metrics was fine', storm({ metrics: METRICS }), [run([metric()])], {}],
    ['where it names no metric', storm({ metrics: [] }), [run([metric()])], {}],
    ['though a dry run was fine', storm(), [run([metric({ dryRun: true, phase: 'Successful' })], 11)], {}],
    ['though a metric of the same name was fine elsewhere', storm(), [run([metric({ provider: 'datadog' })])], {}],
    ['though another metric of the same provider was fine', storm(), [run([metric({ name: 'other' })])], {}],
    ['at the very moment of the last failure', storm(), [run([metric({ measurements: [fine(10)] })])], {}],
    ['though a measurement that never ended was fine', storm(), [run([metric({ measurements: [fine(undefined)] })])], {}],
    [
      'though something was measured since that was not fine',
      storm(),
      [run([metric({ measurements: [{ phase: 'Failed', finishedAt: 11 } as Measurement] })])],
      {},
    ],
    ['while only another cluster is well', storm(), [run([metric()])], { cluster: 'east' }],
    ['of a cluster, whatever a metric says', storm({ kind: 'cluster', metrics: [] }), [run([metric()])], {}],
    ['of a cluster, though another one is well', storm({ kind: 'cluster' }), [], { cluster: 'east', isPromoted: true }],
  ])('%s', (_, one, runs, sight) => {
    expect(end(one, runs, sight)).toBeUndefined()
  })

  it('of a cluster until a release there has made it', () => {
    expect(end(storm({ kind: 'cluster' }), [], { isPromoted: true })).toBe('storm-ended')
  })

  it('never again once it is over', () => {
    expect(end(storm({}, 'over'), [run([metric()])], {}, [])).toBeUndefined()
  })
})
