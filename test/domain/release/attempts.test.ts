import { describe, expect, it } from 'vitest'
import { complete, countAttempts, fail, hasFailed } from '../../../src/domain/release/attempts.ts'
import { attemptKey } from '../../../src/domain/release/keys.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import type { Failure } from '../../../src/domain/rollout/serving.ts'
import type { AnalysisRunSnapshot, RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aLook, anAttempt, applied, aReplicaSet, aRollout, aSync, NOW } from './a-look.ts'

const MESSAGE = 'Rollout aborted update to revision 2: a new reason'
const ABORT: Failure = { kind: 'abort', attempt: '2026-12-01T21:59:00Z', at: NOW - 60_000 }
const TOLD: Partial<RolloutSnapshot> = { abort: true, abortedAt: ABORT.attempt, phase: 'Degraded', message: MESSAGE }
const SPLIT: Observation['serving'] = {
  state: 'split',
  reason: 'N serves alone.',
  failure: ABORT,
  current: { podTemplateHash: 'abc', rolloutRevision: 2 },
}
const look = (fields: Partial<Observation> = {}): Observation => aLook(TOLD, { serving: SPLIT, ...fields })
/** A run of a canary step that has failed. */
const run = (stepIndex: number | undefined, fields: Partial<AnalysisRunSnapshot> = {}): AnalysisRunSnapshot =>
  ({
    namespace: 'shop',
    name: `web-${stepIndex ?? 'x'}`,
    uid: `run-${stepIndex ?? 'x'}`,
    ownerUid: 'uid-1',
    ownerKind: 'Rollout',
    podTemplateHash: 'abc',
    rolloutRevision: 2,
    role: stepIndex === undefined ? 'Background' : 'Step',
    stepIndex,
    createdAt: NOW - 120_000,
    completedAt: NOW - 61_000,
    phase: 'Failed',
    message: undefined,
    terminated: false,
    metrics: [],
    ...fields,
  }) as AnalysisRunSnapshot
const METRIC = {
  name: 'rate',
  phase: 'Failed',
  message: undefined,
  dryRun: false,
  provider: 'web',
  measurements: [],
  failed: 1,
  count: 1,
  inconclusive: 0,
  error: 0,
  consecutiveError: 0,
} as unknown as AnalysisRunSnapshot['metrics'][number]
const failedRun = (stepIndex: number | undefined): AnalysisRunSnapshot => run(stepIndex, { metrics: [METRIC] })

const release = aRelease({ key: 'r', state: 'rolling', cause: null, recurrence: 0 })
const failed = (change: Partial<Release> = {}, failure = ABORT, seen = look(), told: Partial<RolloutSnapshot> = {}) => {
  const event = fail({ ...release, ...change }, aRollout({ ...TOLD, ...told }), failure, seen)
  return event?.type === 'release-failed' ? event.facts : undefined
}

describe('a failure', () => {
  it('is one attempt more: by its abort, with the words of the controller, and nothing is decided on it yet', () => {
    const before = anAttempt({ key: 'r|before' })
    const known = {
      ...release,
      attempts: [before],
      decision: { action: 'wait' } as never,
      waiting: { reason: 'Inconclusive', evidence: [] },
    }
    const attempt: Attempt = {
      key: attemptKey('r', ABORT.attempt),
      cause: 'unknown',
      message: MESSAGE,
      seenAt: NOW,
      abortedAt: ABORT.attempt,
      abortedAtMs: NOW - 60_000,
      evidence: [],
    }
    expect(failed(known)).toEqual({
      ...known,
      waiting: null,
      serving: 'split',
      cause: 'unknown',
      attempts: [before, attempt],
      recurrence: 1,
      revision: null,
      preExisting: false,
      decision: null,
    })
  })

  it('has the reason of who serves where the controller has no words, and no time where nothing was aborted', () => {
    const stuck: Failure = { kind: 'stuck', attempt: 'stuck', at: undefined }
    expect(failed({}, stuck, look(), { message: undefined })?.attempts).toMatchObject([
      { key: 'r|stuck', message: 'N serves alone.', abortedAt: null, abortedAtMs: null },
    ])
  })

  it('is no attempt where it is one already', () => {
    expect(failed({ attempts: [anAttempt({ key: attemptKey('r', ABORT.attempt) }), anAttempt()] })).toBeUndefined()
  })

  it('is of before Kedge looked where the look is the first one', () => {
    expect(failed({}, ABORT, look({ baseline: true }))?.preExisting).toBe(true)
  })

  it('counts how often this very template has failed, in other releases, and not by hand', () => {
    const other = aRelease({ key: 'other', attempts: [anAttempt()] })
    const past = [
      other,
      { ...other, key: 'third' },
      { ...other, key: 'r' },
      { ...other, key: 'x', templateKey: 'x' },
      { ...other, key: 'never', attempts: [] },
      { ...other, key: 'undone', attempts: [anAttempt({ cause: 'undone' })] },
    ] satisfies Release[]
    expect(failed({}, ABORT, look({ past }))?.recurrence).toBe(3)
  })

  it('begins the release anew where its steps are others than before', () => {
    const anew = look({ rollout: aRollout({ ...TOLD, currentStepHash: 'b' }) })
    expect(failed({ stepHash: 'a', applied: applied('v2') }, ABORT, anew)).toMatchObject({
      stepHash: 'b',
      before: applied('v2'),
      applied: null,
    })
  })

  it('names the sync that began it', () => {
    const replicaSets = [aReplicaSet('old', 1, { createdAt: 1_000 }), aReplicaSet('abc', 2, { createdAt: 5_000 })]
    expect(failed({}, ABORT, look({ replicaSets, underWay: [aSync('v2', 4_000)] }))?.applied).toEqual(applied('v2'))
  })

  it.each<[string, readonly (number | undefined)[], number | undefined]>([
    ['of the last step whose analysis failed', [1, 3], 40],
    ['of that step in whatever order', [3, 1], 40],
    ['of the step beside what runs in the background', [undefined, 1], 20],
    ['of no step where none has one', [undefined], undefined],
    ['of no step that sets none', [0], undefined],
    ['of no step that the Rollout has no more', [9], undefined],
    ['of nothing where no analysis is told of', [], undefined],
  ])('has the weight %s', (_, steps, percent) => {
    const analysisRuns = steps.map((step) => failedRun(step))
    const attempt = failed({}, ABORT, look({ analysisRuns }), { stepPercents: [null, 20, 20, 40] })?.attempts[0]
    expect(attempt && 'percent' in attempt ? attempt.percent : undefined).toBe(percent)
    expect(attempt && 'percent' in attempt).toBe(percent !== undefined)
  })
})

describe('an attempt whose run came into view later', () => {
  const last = anAttempt({ key: attemptKey('r', ABORT.attempt), cause: 'unknown', abortedAtMs: NOW - 60_000 })
  const seen = look({ analysisRuns: [failedRun(1)] })
  const completed = (attempts: readonly Attempt[], by = seen) => complete({ ...release, attempts }, aRollout(TOLD), ABORT, by)
  const evidence = [expect.objectContaining({ analysisRun: 'web-1', metric: 'rate' }) as never]

  it('gets its evidence and cause, and no other attempt does', () => {
    const before = anAttempt({ key: 'r|before' })
    expect(completed([before, last])).toEqual({
      type: 'release-updated',
      facts: { cause: 'analysis-failed', attempts: [before, { ...last, cause: 'analysis-failed', evidence }] },
    })
  })

  it.each<[string, readonly Attempt[], Observation?]>([
    ['there is none', []],
    ['it has evidence', [{ ...last, evidence: [{ metric: 'seen' } as never] }]],
    ['it is of another failure', [last, anAttempt({ key: 'r|later' })]],
    ['no run is in view', [last], look()],
  ])('is left as it is where %s', (_, attempts, by) => {
    expect(completed(attempts, by)).toBeUndefined()
  })
})

describe('how often a release has failed', () => {
  const aborted = anAttempt({ abortedAt: 't' })
  const undone = anAttempt({ cause: 'undone' })

  it.each<[boolean, number, readonly Attempt[]]>([
    [false, 1, []],
    [false, 1, [undone]],
    [true, 1, [undone, anAttempt()]],
    [true, 1, [aborted]],
    [true, 2, [aborted, undone, aborted]],
  ])('is told: %s, %i times', (has, times, attempts) => {
    const one = aRelease({ key: 'r', attempts })
    expect([hasFailed(one), countAttempts(one)]).toEqual([has, times])
  })
})
