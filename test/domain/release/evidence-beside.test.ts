import { describe, expect, it } from 'vitest'
import {
  abortReason,
  classifyCause,
  collectEvidence,
  judgeRuns,
  suspectRuns,
  type FailureFacts,
} from '../../../src/domain/release/evidence.ts'
import type {
  AnalysisRunSnapshot,
  ExperimentSnapshot,
  Measurement,
  MetricSnapshot,
  RolloutSnapshot,
} from '../../../src/domain/rollout/snapshots.ts'

// What stands beside the failure in the same run, in another one or in another Experiment, and must not weigh.

const AT = 1_000_000
const WHY = 'Rollout aborted update to revision 2: Metric "m" assessed Failed due to failed (1) > failureLimit (0)'

const measurement = (phase: string, value?: string, more: Partial<Measurement> = {}): Measurement =>
  ({ phase, value, message: undefined, finishedAt: AT, job: undefined, ...more }) as Measurement
const nan = measurement('Failed', '[NaN]')

function metric(change: Partial<MetricSnapshot> = {}): MetricSnapshot {
  const limits = { failureLimit: undefined, inconclusiveLimit: undefined, consecutiveErrorLimit: undefined }
  const counts = { count: 1, failed: 1, inconclusive: 0, error: 0, consecutiveError: 0 }
  const said = {
    message: undefined,
    dryRun: false,
    provider: 'prometheus',
    successCondition: 'result >= 0.95',
    failureCondition: undefined,
  }
  return { name: 'm', phase: 'Failed', ...said, ...limits, ...counts, measurements: [nan], ...change }
}

function run(change: Partial<AnalysisRunSnapshot> = {}): AnalysisRunSnapshot {
  const own = { ownerUid: 'web', podTemplateHash: 'v2', rolloutRevision: 2, terminated: false }
  return {
    name: 'a',
    uid: 'a',
    phase: 'Failed',
    createdAt: AT - 1_000,
    completedAt: AT,
    metrics: [metric()],
    ...own,
    ...change,
  } as AnalysisRunSnapshot
}

function facts(analysisRuns: readonly AnalysisRunSnapshot[], change: Partial<FailureFacts> = {}): FailureFacts {
  const rollout = { uid: 'web', message: '', progressingReason: 'RolloutAborted', progressingMessage: WHY } as unknown as RolloutSnapshot
  const failure: FailureFacts['failure'] = { kind: 'abort', attempt: 'x', at: AT }
  return {
    rollout,
    failure,
    analysisRuns,
    experiments: [],
    release: { podTemplateHash: 'v2', rolloutRevision: 2 },
    previousAbortAt: undefined,
    ...change,
  }
}
const cause = (...runs: readonly AnalysisRunSnapshot[]): string => classifyCause(facts(runs))

describe('an analysis that failed by NaN alone measured nothing, though', () => {
  it.each<[string, AnalysisRunSnapshot]>([
    [
      'values that were no failures stand beside it',
      run({ metrics: [metric({ measurements: [measurement('Successful', '[0.99]'), nan] })] }),
    ],
    [
      'another metric could not measure',
      run({ metrics: [metric(), metric({ name: 'other', phase: 'Error', failed: 0, measurements: [measurement('Error')] })] }),
    ],
  ])('%s', (_, one) => {
    expect(cause(one)).toBe('analysis-error')
  })

  it('a run that ended in error had a metric with a number', () => {
    const broken = run({ name: 'b', uid: 'b', phase: 'Error', metrics: [metric({ measurements: [measurement('Failed', '[0.5]')] })] })
    expect(cause(run(), broken)).toBe('analysis-error')
  })
})

describe('an analysis failed', () => {
  it('though none of its metrics is kept', () => {
    expect(cause(run({ metrics: [] }))).toBe('analysis-failed')
  })

  it('though none of its measurements is kept', () => {
    expect(cause(run({ metrics: [metric({ failed: 0, measurements: [] })] }))).toBe('analysis-failed')
  })
})

it('an analysis that was inconclusive is called that, and whether it failed or was in error is not asked', () => {
  expect(cause(run({ phase: 'Inconclusive', metrics: [] }))).toBe('analysis-inconclusive')
})

describe('why it was aborted', () => {
  const said = (change: Partial<RolloutSnapshot>): string => abortReason({ ...facts([]).rollout, ...change })

  it('is what the condition says while that is about an abort, else what the status says', () => {
    const other = { message: 'Rollout aborted update to revision 2: other' }
    expect(said({ ...other, progressingMessage: 'Rollout aborted update to revision 2: this' })).toBe('this')
    expect(
      said({ ...other, progressingReason: 'NewReplicaSetAvailable', progressingMessage: 'Rollout aborted update to revision 2: x' }),
    ).toBe('other')
    expect(said({ message: undefined, progressingReason: 'x' } as unknown as Partial<RolloutSnapshot>)).toBe('')
  })

  it('has no space at either end', () => {
    expect(said({ progressingMessage: 'Rollout aborted update to revision 2:  it is late \n' })).toBe('it is late')
  })
})

describe('a run is no suspect', () => {
  it('where no release is known', () => {
    expect(suspectRuns(facts([run()], { release: undefined }))).toEqual([])
  })

  it('when it began at the very moment of the abort before', () => {
    const one = run()
    expect(suspectRuns(facts([one], { previousAbortAt: one.createdAt }))).toEqual([])
    expect(suspectRuns(facts([one], { previousAbortAt: one.createdAt - 1 }))).toEqual([one])
  })

  it('when it is of an Experiment of another release', () => {
    const own = run({ ownerUid: 'experiment' })
    const experiment = { uid: 'experiment', ownerUid: 'web', podTemplateHash: 'v2', rolloutRevision: 2 } as ExperimentSnapshot
    expect(suspectRuns(facts([own], { experiments: [experiment] }))).toEqual([own])
    expect(suspectRuns(facts([own], { experiments: [{ ...experiment, podTemplateHash: 'v1' }] }))).toEqual([])
    expect(suspectRuns(facts([own], { experiments: [{ ...experiment, ownerUid: 'api' }] }))).toEqual([])
  })
})

describe('evidence', () => {
  const of = (change: Partial<MetricSnapshot>, more: Partial<AnalysisRunSnapshot> = {}): unknown =>
    collectEvidence(facts([run({ metrics: [metric(change)], ...more })]))[0]

  it('shows the newest value that failed, and not a newer one that did not', () => {
    const values = [measurement('Failed', '[0.4]'), measurement('Failed', '[0.5]'), measurement('Successful', '[0.99]')]
    expect(of({ measurements: values })).toMatchObject({ value: '[0.5]' })
    expect(of({ measurements: [measurement('Successful', '[0.98]'), measurement('Successful', '[0.99]')] })).toMatchObject({
      value: '[0.99]',
    })
  })

  it('turns a condition of failure round where there is none of success', () => {
    expect(of({ successCondition: undefined, failureCondition: 'result > 5' })).toMatchObject({ condition: 'not (result > 5)' })
    expect(of({ successCondition: undefined })).toMatchObject({ condition: undefined })
  })

  it('has the word of the measurement, else of the metric, else of the run', () => {
    const spoken = { measurements: [measurement('Failed', 'x', { message: 'of the measurement' })], message: 'of the metric' }
    expect(of(spoken, { message: 'of the run' })).toMatchObject({ message: 'of the measurement' })
    expect(of({ message: 'of the metric' }, { message: 'of the run' })).toMatchObject({ message: 'of the metric' })
    expect(of({}, { message: 'of the run' })).toMatchObject({ message: 'of the run' })
  })

  it('keeps what was measured with its time, where there is one, and nothing where nothing was', () => {
    const measured = [measurement('Failed', '1'), measurement('Error', undefined, { finishedAt: undefined })]
    expect(of({ measurements: measured })).toMatchObject({ measured: [{ phase: 'Failed', value: '1', at: AT }, { phase: 'Error' }] })
    expect(Object.keys((of({ measurements: measured }) as { measured: readonly object[] }).measured[1] ?? {})).toEqual(['phase'])
    expect(of({ measurements: [] })).not.toHaveProperty('measured')
  })

  it('of a failure names the limit that nobody wrote', () => {
    expect(of({})).toMatchObject({ limit: 'failureLimit 0' })
  })
})

describe('the runs of a standalone Experiment', () => {
  const number = [metric({ measurements: [measurement('Failed', '[0.5]')] })]
  const failed = run({ metrics: number })
  const broken = run({ name: 'b', uid: 'b', phase: 'Error', metrics: [] })

  it('say why it failed: the worst of them, wherever it stands', () => {
    expect(judgeRuns([failed])).toMatchObject({ cause: 'analysis-failed', evidence: [{ value: '[0.5]' }] })
    expect(judgeRuns([broken])).toEqual({ cause: 'analysis-error', evidence: [] })
    expect(judgeRuns([broken, failed])).toMatchObject({ cause: 'analysis-failed', evidence: [{ analysisRun: 'a' }] })
  })

  it('say nothing where none failed by itself', () => {
    const others = [run({ phase: 'Inconclusive' }), run({ phase: 'Successful' }), run({ metrics: number, terminated: true })]
    expect(judgeRuns([...others, run({ phase: 'Error', terminated: true })])).toBeUndefined()
    expect(judgeRuns([])).toBeUndefined()
  })
})

it('a Job that was stopped because a sibling had failed is no evidence, where only the metric says so', () => {
  const stopped = metric({ phase: 'Inconclusive', message: 'Metric Terminated', measurements: [measurement('Inconclusive')] })
  expect(collectEvidence(facts([run({ metrics: [stopped] })]))).toEqual([])
})
