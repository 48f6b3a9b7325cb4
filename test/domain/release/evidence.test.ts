import { describe, expect, it } from 'vitest'
import { readAnalysisRun } from '../../../src/adapters/kubernetes/snapshots/analysis-run.ts'
import { readRollout } from '../../../src/adapters/kubernetes/snapshots/rollout.ts'
import { abortReason, classifyCause, collectEvidence, suspectRuns, type FailureFacts } from '../../../src/domain/release/evidence.ts'
import type { AnalysisRunSnapshot, Measurement, MetricSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { FAILED, hashOf } from '../../simulation/objects.ts'
import { stageRollout, type AbortOptions } from '../../simulation/rollout.ts'

const AT = Date.parse('2026-12-01T22:00:00Z')

const measured = (value: string): Measurement => ({ phase: 'Failed', value, message: undefined, finishedAt: AT, job: undefined })

/** An aborted v2 with the run that aborted it. */
function failure(options: AbortOptions = {}): FailureFacts & { run: AnalysisRunSnapshot } {
  let version = 0
  const web = stageRollout({ now: () => AT, nextVersion: () => (version += 1) })
  web.healthy('v1')
  web.canary('v2')
  web.abort(options)
  const objects = web.objects()
  const rollout = readRollout('prod', objects.at(-1))
  const [run] = objects.flatMap((object) => (object['kind'] === 'AnalysisRun' ? (readAnalysisRun(object) ?? []) : []))
  if (!rollout) throw new Error('no Rollout')
  const analysisRuns = run ? [run] : []
  const facts = {
    rollout,
    analysisRuns,
    experiments: [],
    release: { podTemplateHash: hashOf('v2'), rolloutRevision: 2 },
    previousAbortAt: undefined,
  }
  return {
    ...facts,
    failure: { kind: 'abort', attempt: rollout.abortedAt ?? '', at: rollout.abortedAtMs },
    run: run as AnalysisRunSnapshot,
  }
}

describe('the cause of an abort', () => {
  it.each<[string, AbortOptions, string]>([
    ['a failed analysis', {}, 'analysis-failed'],
    ['an analysis in error', { why: 'error' }, 'analysis-error'],
    ['a deadline', { why: 'deadline', noRun: true }, 'progress-deadline'],
    ['a person', { why: 'human' }, 'human-abort'],
    ['a step plugin', { why: { message: ': Step Plugin 1 (x/y) failed: z' } }, 'plugin-step'],
    ['an older controller that says only what the run said', { why: { message: `: ${FAILED}` } }, 'analysis-failed'],
    ['a run that has been collected', { noRun: true }, 'analysis-failed'],
    ['an error whose run has been collected', { why: 'error', noRun: true }, 'analysis-error'],
    [
      'an error that tells of a timeout',
      { why: { message: ': Metric "m" assessed Error due to consecutiveErrors (5): "ReplicaSet timed out progressing."' } },
      'analysis-error',
    ],
    [
      'an error that tells of a failure',
      { why: { message: ': Metric "m" assessed Error due to consecutiveErrors (5): "Metric \\"x\\" assessed Failed due to y"' } },
      'analysis-error',
    ],
    ['nothing that is known', { why: { message: ': a new reason' } }, 'unknown'],
  ])('is that of %s', (_, options, cause) => {
    expect(classifyCause(failure(options))).toBe(cause)
  })

  it.each<[string, number, Partial<AnalysisRunSnapshot>, string]>([
    ['a run that ended just before', 1_000, {}, 'analysis-failed'],
    ['a run that ended as long before as two clocks may differ', 10_000, {}, 'analysis-failed'],
    ['a person where the run had ended long before', 10_001, {}, 'human-abort'],
    ['a run that seems to have ended after it, as far as two clocks may differ', -5_000, {}, 'analysis-failed'],
    ['a person where the run ended after it', -5_001, {}, 'human-abort'],
    ['a person where the run only paused it', 1_000, { phase: 'Inconclusive' }, 'human-abort'],
    ['a person where the run has no end', 1_000, { completedAt: undefined }, 'human-abort'],
  ])('without a word is that of %s', (_, before, change, cause) => {
    const { run, failure: found, ...facts } = failure()
    const { message, progressingMessage, progressingReason } = failure({ why: 'human' }).rollout
    const rollout = { ...facts.rollout, message, progressingMessage, progressingReason }
    const analysisRuns = [{ ...run, completedAt: AT - before, ...change }]
    expect(classifyCause({ ...facts, rollout, analysisRuns, failure: { ...found, at: AT } })).toBe(cause)
  })

  it.each<[string, Partial<MetricSnapshot>, string]>([
    ['an error where nothing but NaN was measured', {}, 'analysis-error'],
    ['a failure where one value was a number', { failed: 2, measurements: [measured('[NaN]'), measured('[0.5]')] }, 'analysis-failed'],
    ['a failure where a value that is kept no more may have been a number', { failed: 2 }, 'analysis-failed'],
    ['a failure where one of several series was a number', { measurements: [measured('[NaN,0.5]')] }, 'analysis-failed'],
    ['a failure where the condition speaks of NaN', { failureCondition: 'isNaN(result[0])' }, 'analysis-failed'],
    ['an error where NaN is written bare', { measurements: [measured('NaN')] }, 'analysis-error'],
  ])('of a metric that failed is %s', (_, change, cause) => {
    const { run, ...facts } = failure()
    const [metric] = run.metrics
    if (!metric) throw new Error('no metric')
    const nan = { ...metric, phase: 'Failed', failed: 1, measurements: [measured('[NaN]')], ...change }
    expect(classifyCause({ ...facts, analysisRuns: [{ ...run, metrics: [nan] }] })).toBe(cause)
  })

  it('of two analyses is a failure where one of them measured a number', () => {
    const { run, ...facts } = failure()
    const [metric] = run.metrics
    if (!metric) throw new Error('no metric')
    const nan = { ...run, name: 'other', metrics: [{ ...metric, phase: 'Failed', failed: 1, measurements: [measured('[NaN]')] }] }
    expect(classifyCause({ ...facts, analysisRuns: [nan, run] })).toBe('analysis-failed')
  })

  it('of a failure that is no abort is its kind', () => {
    expect(classifyCause({ ...failure(), failure: { kind: 'stuck', attempt: 'stuck', at: undefined } })).toBe('stuck')
  })

  it('is read from what follows the number, and empty for a person', () => {
    expect(abortReason(failure({ why: 'human' }).rollout)).toBe('')
    expect(abortReason(failure({ why: 'deadline' }).rollout)).toMatch(/^ReplicaSet/)
  })
})

describe('a run is no suspect', () => {
  it.each<[string, Partial<AnalysisRunSnapshot>]>([
    ['when it belongs to another Rollout', { ownerUid: 'other' }],
    ['when it measured another template', { podTemplateHash: 'other' }],
    ['when it measured another release of the template', { rolloutRevision: 4 }],
    ['when it succeeded', { phase: 'Successful' }],
    ['when it still runs', { phase: 'Running' }],
    ['when it was stopped because something else had ended the release', { terminated: true }],
    ['when it began after the abort', { createdAt: AT + 60_000 }],
  ])('%s', (_, change) => {
    const { run, ...facts } = failure()
    expect(suspectRuns({ ...facts, analysisRuns: [{ ...run, ...change }] })).toEqual([])
  })

  it('when it belongs to the attempt before', () => {
    const { run, ...facts } = failure()
    expect(suspectRuns({ ...facts, previousAbortAt: run.createdAt + 1 })).toEqual([])
  })
})

describe('evidence', () => {
  it('is the failing metric with its value, its condition and the limit that tripped', () => {
    expect(collectEvidence(failure())).toMatchObject([
      {
        metric: 'success-rate',
        phase: 'Failed',
        value: '{"value":0.42}',
        condition: 'result.value >= 0.95',
        limit: 'failureLimit 0',
        failed: 1,
        count: 1,
      },
    ])
  })

  it('of an error names the default limit that nobody wrote', () => {
    expect(collectEvidence(failure({ why: 'error' }))).toMatchObject([
      { phase: 'Error', value: undefined, message: 'connection refused', limit: 'consecutiveErrorLimit 4', failed: 5 },
    ])
  })

  it.each<[string, Partial<MetricSnapshot>]>([
    ['a dry run', { dryRun: true }],
    ['a metric that succeeded', { phase: 'Successful' }],
    [
      'a Job that was stopped because a sibling had failed',
      {
        phase: 'Inconclusive',
        measurements: [{ phase: 'Inconclusive', value: undefined, message: 'Metric Terminated', finishedAt: AT, job: 'j' }],
      },
    ],
  ])('leaves out %s', (_, change) => {
    const { run, ...facts } = failure()
    const metrics = run.metrics.map((metric) => ({ ...metric, ...change }))
    expect(collectEvidence({ ...facts, analysisRuns: [{ ...run, metrics }] })).toEqual([])
  })

  it('of an inconclusive metric names the limit that nobody wrote', () => {
    const { run, ...facts } = failure()
    const metrics = run.metrics.map((metric) => ({ ...metric, phase: 'Inconclusive' as const, inconclusive: 1 }))
    expect(collectEvidence({ ...facts, analysisRuns: [{ ...run, metrics }] })).toMatchObject([
      { phase: 'Inconclusive', limit: 'inconclusiveLimit 0', failed: 1 },
    ])
  })

  it('names the metric that failed before one in error', () => {
    const { run, ...facts } = failure()
    const [metric] = run.metrics
    const metrics = [{ ...metric!, name: 'other', phase: 'Error' as const }, metric!]
    const found = collectEvidence({ ...facts, analysisRuns: [{ ...run, metrics }] })
    expect(found.map(({ phase }) => phase)).toEqual(['Failed', 'Error'])
  })

  it('is of the newest of two runs that ended alike, and of the other where they began together', () => {
    const { run, ...facts } = failure()
    const of = (ms: number) => {
      const later: AnalysisRunSnapshot = { ...run, name: 'later', uid: 'later', createdAt: run.createdAt + ms }
      return collectEvidence({ ...facts, analysisRuns: [run, later] }).map(({ analysisRun }) => analysisRun)
    }
    expect(of(5_000)).toEqual(['later', run.name])
    const before: AnalysisRunSnapshot = { ...run, name: 'before', uid: 'before', createdAt: run.createdAt - 5_001 }
    expect(collectEvidence({ ...facts, analysisRuns: [before, run] }).map(({ analysisRun }) => analysisRun)).toEqual([run.name])
  })

  it('is of every run of the release where nobody knows when it failed', () => {
    const { run, ...facts } = failure()
    const stuck = { ...facts, failure: { kind: 'stuck' as const, attempt: 'stuck', at: undefined }, analysisRuns: [run] }
    expect(suspectRuns(stuck)).toEqual([run])
  })

  it('is of the worst run: a failure outweighs an error', () => {
    const { run, ...facts } = failure()
    const error: AnalysisRunSnapshot = { ...run, name: 'later', uid: 'later', phase: 'Error', createdAt: run.createdAt + 1_000 }
    expect(collectEvidence({ ...facts, analysisRuns: [error, run] }).map((one) => one.analysisRun)).toEqual([run.name])
  })
})
