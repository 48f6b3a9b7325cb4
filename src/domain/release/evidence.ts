import type { Failure, ReleaseIdentity } from '../rollout/serving.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot, Measurement, MetricSnapshot, RolloutSnapshot } from '../rollout/snapshots.ts'
import { cutWithMark } from '../words/plain-text.ts'
import { isNoNumber } from './no-number.ts'

/**
 * Why a release failed. The words are those of recordings' expected.json. `undone`: it did not, but somebody took it back by hand.
 * `slo-burn`: it was promoted, and an alert that began soon after it fires.
 */
export type Cause =
  | 'analysis-failed'
  | 'analysis-error'
  | 'analysis-inconclusive'
  | 'human-abort'
  | 'progress-deadline'
  | 'stuck'
  | 'first-deploy'
  | 'invalid-spec'
  | 'plugin-step'
  | 'slo-burn'
  | 'undone'
  | 'unknown'

/** One failing metric, as it was when the failure was seen: a snapshot, because the controller erases and collects the originals. */
export interface Evidence {
  readonly analysisRun: string
  readonly metric: string
  readonly phase: string
  /** The last measurement with the metric's own phase; undefined for providers without a value (Job). */
  readonly value: string | undefined
  readonly condition: string | undefined
  readonly limit: string
  readonly failed: number
  readonly count: number
  readonly provider: string
  /** Name of the Job, for the job provider. */
  readonly job: string | undefined
  readonly message: string | undefined
  readonly role: string | undefined
  readonly stepIndex: number | undefined
  /** What was measured, oldest first, as far as the controller kept it. Absent where nothing was, and in old documents. */
  readonly measured?: readonly KeptMeasurement[]
}

/** One measurement as it is kept. */
export interface KeptMeasurement {
  readonly phase: string
  readonly value?: string
  /** Epoch milliseconds, by the controller's clock. */
  readonly at?: number
}

export interface FailureFacts {
  readonly rollout: RolloutSnapshot
  readonly failure: Failure
  readonly release: ReleaseIdentity | undefined
  readonly analysisRuns: readonly AnalysisRunSnapshot[]
  readonly experiments: readonly ExperimentSnapshot[]
  /** When the attempt before this one was aborted (epoch ms): its runs are not this one's. */
  readonly previousAbortAt: number | null | undefined
}

/** Worst first: the order in which Argo Rollouts itself ranks them (`utils/analysis/helpers.go` analysisStatusOrder). */
const UNSUCCESSFUL = ['Failed', 'Error', 'Inconclusive'] as const

/** Writers of two clocks with one-second stamps: a run may carry a later time than the abort it caused. */
const SKEW_MS = 5_000

/**
 * The analysis runs that can have caused this failure, worst first, then newest. The Rollout's status no longer names them after a
 * canary abort, so they are found by owner, template and number. Source: argo-rollouts `utils/record/record.go` (its own filter).
 */
export function suspectRuns(facts: FailureFacts): readonly AnalysisRunSnapshot[] {
  const { release, rollout } = facts
  if (!release) return []
  const experiments = new Set(
    facts.experiments.filter((experiment) => belongs(experiment, release, rollout.uid)).map((experiment) => experiment.uid),
  )
  const latest = (facts.failure.at ?? Infinity) + SKEW_MS
  const earliest = facts.previousAbortAt ?? -Infinity
  return facts.analysisRuns
    .filter((run) => rank(run.phase) >= 0 && !run.terminated && run.createdAt <= latest && run.createdAt > earliest)
    .filter((run) => belongs(run, release, rollout.uid) || experiments.has(run.ownerUid))
    .toSorted(worstFirst)
}

function worstFirst(a: AnalysisRunSnapshot, b: AnalysisRunSnapshot): number {
  return rank(a.phase) - rank(b.phase) || b.createdAt - a.createdAt || (a.name < b.name ? 1 : -1)
}

/** The failing metrics behind a failure; empty when the controller has collected them or when nothing was measured. */
export function collectEvidence(facts: FailureFacts): readonly Evidence[] {
  return evidenceOf(suspectRuns(facts))
}

/**
 * What the runs of a standalone Experiment say, which are all its own: why it failed, and the failing metrics. Undefined where none of them
 * failed, nor could not measure.
 */
export function judgeRuns(all: readonly AnalysisRunSnapshot[]): { cause: Cause; evidence: readonly Evidence[] } | undefined {
  const runs = all.filter(({ phase, terminated }) => (phase === 'Failed' || phase === 'Error') && !terminated).toSorted(worstFirst)
  return runs.length === 0 ? undefined : { cause: causeOfRuns(runs), evidence: evidenceOf(runs) }
}

function evidenceOf(runs: readonly AnalysisRunSnapshot[]): readonly Evidence[] {
  const worst = runs[0]
  if (!worst) return []
  const siblings = runs.filter((run) => run.phase === worst.phase && Math.abs(run.createdAt - worst.createdAt) <= SKEW_MS)
  return siblings.flatMap((run) => failingMetrics(run).map((metric) => describe(run, metric)))
}

/**
 * Why the release failed, from the controller's message and the runs. "phase error/failed" in the message is one text for two
 * things; only the run's phase tells them apart. Source: argo-rollouts `rollout/sync.go`, `rollout/analysis.go`, `rollout/stepplugin.go`.
 */
export function classifyCause(facts: FailureFacts): Cause {
  if (facts.failure.kind !== 'abort') return facts.failure.kind
  const why = abortReason(facts.rollout)
  const runs = suspectRuns(facts)
  const worst = runs[0]
  if (why === '') return abortedByAnalysis(worst, facts.failure.at) ? causeOfRuns(runs) : 'human-abort'
  // Anchored: an analysis, too, can speak of something that timed out.
  if (/^(?:ReplicaSet|Rollout) "[^"]*" has timed out progressing/i.test(why)) return 'progress-deadline'
  if (/^Step Plugin \d+ /i.test(why)) return 'plugin-step'
  if (worst) return causeOfRuns(runs)
  return causeOfPhase(/^[^"]*Metric "[^"]*" assessed (Failed|Error|Inconclusive) due to/.exec(why)?.[1])
}

/** What the controller wrote after the number of the aborted update; empty when a human (or any API client) asked for the abort. */
export function abortReason(rollout: RolloutSnapshot): string {
  const text = rollout.progressingReason === 'RolloutAborted' ? (rollout.progressingMessage ?? '') : (rollout.message ?? '')
  const match = /aborted update to revision \d+(?::\s*([\s\S]*))?$/.exec(text)
  return (match?.[1] ?? '').trim()
}

/** Controllers before 1.9 could abort without a word when a run's own message was empty; then its end stands beside the abort. */
function abortedByAnalysis(run: AnalysisRunSnapshot | undefined, abortedAt: number | undefined): boolean {
  if (!run || run.phase === 'Inconclusive' || run.completedAt === undefined || abortedAt === undefined) return false
  const gap = abortedAt - run.completedAt
  return gap >= -SKEW_MS && gap <= 2 * SKEW_MS
}

/** That of the worst run, unless it failed by nothing but values that are no numbers: then nothing was measured. */
function causeOfRuns(runs: readonly AnalysisRunSnapshot[]): Cause {
  const failed = runs
    .filter(({ phase }) => phase === 'Failed')
    .flatMap((run) => failingMetrics(run).filter(({ phase }) => phase === 'Failed'))
  return failed.length > 0 && failed.every(isUnmeasured) ? 'analysis-error' : causeOfPhase(runs[0]?.phase)
}

/**
 * Whether a metric failed only because no condition holds for NaN: what Prometheus answers to 0 / 0, a rate of no requests. Argo Rollouts
 * holds it against the condition like a number (`utils/evaluate/evaluate.go`) and calls it Failed; it says nothing of the version. A
 * condition that asks `isNaN` means what it says, and measurements that are no longer kept may have been numbers.
 */
function isUnmeasured({ failed, failureCondition, measurements, successCondition }: MetricSnapshot): boolean {
  const bad = measurements.filter(({ phase }) => phase === 'Failed')
  const isMeant = `${successCondition ?? ''} ${failureCondition ?? ''}`.includes('isNaN')
  return !isMeant && bad.length > 0 && bad.length >= failed && bad.every(({ value }) => isNoNumber(value))
}

function causeOfPhase(phase: string | undefined): Cause {
  if (phase === 'Failed') return 'analysis-failed'
  if (phase === 'Error') return 'analysis-error'
  if (phase === 'Inconclusive') return 'analysis-inconclusive'
  return 'unknown'
}

function belongs(
  thing: { ownerUid: string | undefined; podTemplateHash: string | undefined; rolloutRevision: number | undefined },
  release: ReleaseIdentity,
  uid: string,
): boolean {
  return thing.ownerUid === uid && thing.podTemplateHash === release.podTemplateHash && thing.rolloutRevision === release.rolloutRevision
}

function failingMetrics(run: AnalysisRunSnapshot): readonly MetricSnapshot[] {
  return run.metrics
    .filter((metric) => rank(metric.phase) >= 0 && !metric.dryRun && !isTerminated(metric))
    .toSorted((a, b) => rank(a.phase) - rank(b.phase))
}

/** A job stopped because a sibling had failed reads Inconclusive: not the cause (argo-rollouts `metricproviders/job/job.go`). */
function isTerminated(metric: MetricSnapshot): boolean {
  return metric.phase === 'Inconclusive' && /^metric terminated$/i.test(metric.measurements.at(-1)?.message ?? metric.message ?? '')
}

function describe(run: AnalysisRunSnapshot, metric: MetricSnapshot): Evidence {
  const measurement = metric.measurements.findLast((one) => one.phase === metric.phase) ?? metric.measurements.at(-1)
  return {
    analysisRun: run.name,
    metric: metric.name,
    phase: metric.phase,
    value: measurement?.value,
    condition: metric.successCondition ?? (metric.failureCondition && `not (${metric.failureCondition})`),
    limit: limitOf(metric),
    failed: metric.phase === 'Error' ? metric.error : metric.phase === 'Inconclusive' ? metric.inconclusive : metric.failed,
    count: metric.count,
    provider: metric.provider,
    job: measurement?.job,
    message: measurement?.message ?? metric.message ?? run.message,
    role: run.role,
    stepIndex: run.stepIndex,
    ...(metric.measurements.length > 0 && { measured: metric.measurements.map(kept) }),
  }
}

/** Units of one value that are kept: of what a web provider answered, the beginning tells which it was. */
const KEPT_VALUE = 300

function kept({ phase, value, finishedAt }: Measurement): KeptMeasurement {
  return {
    phase,
    ...(value !== undefined && { value: cutWithMark(value, KEPT_VALUE) }),
    ...(finishedAt !== undefined && { at: finishedAt }),
  }
}

/**
 * The limit that tripped. Defaults: argo-rollouts `analysis/analysis.go` (failureLimit 0, inconclusiveLimit 0, consecutiveErrorLimit 4).
 */
function limitOf(metric: MetricSnapshot): string {
  if (metric.phase === 'Error') return `consecutiveErrorLimit ${metric.consecutiveErrorLimit ?? '4'}`
  if (metric.phase === 'Inconclusive') return `inconclusiveLimit ${metric.inconclusiveLimit ?? '0'}`
  return `failureLimit ${metric.failureLimit ?? '0'}`
}

function rank(phase: string): number {
  return (UNSUCCESSFUL as readonly string[]).indexOf(phase)
}
