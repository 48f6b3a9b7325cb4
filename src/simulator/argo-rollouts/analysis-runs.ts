import { toTimestamp, type Clock } from '../clock.ts'
import type { ObjectStore } from '../kubernetes/store.ts'
import { parseDuration } from './duration.ts'
import { addMeasurement, explain, type MetricAnswer } from './measure.ts'
import type { RunRequest } from './plan.ts'
import { ownerOf, revisionOf } from './replica-sets.ts'
import {
  HASH_LABEL,
  REVISION_ANNOTATION,
  type AnalysisRun,
  type Metric,
  type MetricResult,
  type ReplicaSet,
  type Rollout,
} from './types.ts'

/** What is measured, and for which version. */
export interface MetricQuestion {
  namespace: string
  rollout: string
  /** Of the version under analysis. */
  image: string
  metric: string
  /** Measurements of this metric in this run so far. */
  taken: number
}

export interface AnalysisOptions {
  store: ObjectStore
  clock: Clock
  metric(question: MetricQuestion): MetricAnswer
  scaled(ms: number): number
  /** Wait after a measurement that could not be taken, whatever the interval. */
  errorRetryMs: number
}

/** The run that a step asks for, made of its templates. Undefined where a template is missing. */
export function newAnalysisRun(store: ObjectStore, rollout: Rollout, newSet: ReplicaSet, request: RunRequest): AnalysisRun | undefined {
  const { namespace } = rollout.metadata
  const metrics: Metric[] = []
  for (const { templateName } of request.analysis.templates) {
    const template = store.get({ plural: 'analysistemplates', namespace, name: templateName })
    if (template === undefined) return undefined
    metrics.push(...(template.spec as { metrics: Metric[] }).metrics)
  }
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      namespace,
      name: request.name,
      annotations: { [REVISION_ANNOTATION]: String(revisionOf(newSet)) },
      labels: {
        ...rollout.spec.selector.matchLabels,
        'rollout-type': request.type,
        [HASH_LABEL]: newSet.metadata.labels?.[HASH_LABEL] ?? '',
        ...(request.stepIndex !== undefined && { 'step-index': String(request.stepIndex) }),
      },
      ownerReferences: ownerOf(rollout),
    },
    spec: { metrics, ...(request.analysis.args && { args: request.analysis.args }) },
    status: { phase: '' },
  }
}

/**
 * Carries a run on: measures what is due and assesses. Returns milliseconds until the next measurement, undefined at
 * the end.
 */
export function createAnalyst(options: AnalysisOptions): (run: AnalysisRun) => number | undefined {
  const { store, clock } = options
  /** When the next measurement is due, by the run's uid. */
  const dueAt = new Map<string, number>()

  function measure(run: AnalysisRun, metric: Metric): MetricResult {
    const before = run.status?.metricResults?.find((result) => result.name === metric.name)
    if (before !== undefined && before.phase !== 'Running') return before
    const { namespace } = run.metadata
    const owner = run.metadata.ownerReferences?.[0]?.name ?? ''
    const set = store.get({
      plural: 'replicasets',
      namespace,
      name: `${owner}-${run.metadata.labels?.[HASH_LABEL]}`,
    }) as ReplicaSet | undefined
    const question = {
      namespace,
      rollout: owner,
      image: set?.spec.template.spec.containers[0]?.image ?? '',
      metric: metric.name,
      taken: before?.measurements.length ?? 0,
    }
    return addMeasurement(metric, before, { answer: options.metric(question), at: toTimestamp(clock.now()) })
  }

  function write(run: AnalysisRun, status: Record<string, unknown>): undefined {
    const { namespace, name } = run.metadata
    store.patch({ plural: 'analysisruns', namespace, name }, { status })
  }

  return (run) => {
    const { uid = '' } = run.metadata
    if (!['', 'Pending', 'Running'].includes(run.status?.phase ?? '')) return undefined
    if (run.spec.terminate === true) return write(run, terminated(run, toTimestamp(clock.now())))
    const wait = (dueAt.get(uid) ?? clock.now()) - clock.now()
    if (wait > 0) return wait
    const results = run.spec.metrics.map((metric) => measure(run, metric))
    const now = toTimestamp(clock.now())
    const verdict = conclude(run.spec.metrics, results)
    const next = options.scaled(nextInterval(run.spec.metrics, results, options.errorRetryMs))
    dueAt.set(uid, clock.now() + next)
    const summary = countPhases(results)
    const isOver = verdict.phase !== 'Running'
    write(run, {
      ...verdict,
      metricResults: results,
      runSummary: summary,
      dryRunSummary: {},
      startedAt: run.status?.startedAt ?? now,
      ...(isOver && { completedAt: now }),
    })
    return isOver ? undefined : next
  }
}

/** The worst metric decides; Failed comes before Error, and Error before Inconclusive. */
function conclude(metrics: readonly Metric[], results: readonly MetricResult[]): { phase: string; message?: string } {
  for (const phase of ['Failed', 'Error', 'Inconclusive'] as const) {
    const index = results.findIndex((result) => result.phase === phase)
    const [metric, result] = [metrics[index], results[index]]
    if (metric !== undefined && result !== undefined) return { phase, message: explain(metric, result) ?? '' }
  }
  return { phase: results.every((result) => result.phase === 'Successful') ? 'Successful' : 'Running' }
}

function nextInterval(metrics: readonly Metric[], results: readonly MetricResult[], errorRetryMs: number): number {
  const waits = metrics.map((metric, index) =>
    results[index]?.measurements.at(-1)?.phase === 'Error' ? errorRetryMs : parseDuration(metric.interval ?? '1s'),
  )
  return Math.min(...waits)
}

function countPhases(results: readonly MetricResult[]): Record<string, number> {
  const summary: Record<string, number> = { count: results.length }
  for (const { phase } of results) if (phase !== 'Running') summary[phase.toLowerCase()] = (summary[phase.toLowerCase()] ?? 0) + 1
  return summary
}

function terminated(run: AnalysisRun, completedAt: string): Record<string, unknown> {
  const metricResults = (run.status?.metricResults ?? []).map((result) =>
    result.phase === 'Running' ? { ...result, phase: 'Successful', message: 'Metric Terminated' } : result,
  )
  return { phase: 'Successful', message: 'Run Terminated', metricResults, completedAt }
}
