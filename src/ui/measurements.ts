import type { AnalysisRunSnapshot, MetricSnapshot } from '../domain/rollout/snapshots.ts'
import { numericLimit } from '../domain/words/evidence.ts'
import { plainText } from '../domain/words/plain-text.ts'

/** One measurement as a row of a table, and as a point where it is a number that has a time. */
export interface Measured {
  /** Epoch milliseconds; undefined where nobody says. */
  at: number | undefined
  value: string
  number: number | undefined
  phase: string
  isGood: boolean
}

/** All that the cluster still has of one metric of one run. */
export interface MeasuredMetric {
  metric: string
  /** Which run, and what it was for. */
  source: string
  phase: string
  tone: 'good' | 'bad' | 'moving' | 'unknown'
  condition: string
  /** `5 measured, 3 failed`. */
  counts: string
  limit: { value: number; words: string } | undefined
  measured: readonly Measured[]
  /** What was measured before is not kept by the controller. */
  isCut: boolean
}

/** Metrics that a page shows: a run may have fifty, a release many runs. */
const MOST_METRICS = 40

/** Every metric of these runs, those that failed first, then in the order in which they were run. */
export function measurementsOf(runs: readonly AnalysisRunSnapshot[]): readonly MeasuredMetric[] {
  return runs
    .flatMap((run) => run.metrics.map((metric) => measuredMetric(run, metric)))
    .toSorted((a, b) => Number(b.tone === 'bad') - Number(a.tone === 'bad'))
    .slice(0, MOST_METRICS)
}

function measuredMetric(run: AnalysisRunSnapshot, metric: MetricSnapshot): MeasuredMetric {
  const wanted = metric.successCondition ?? metric.failureCondition
  const limit = numericLimit(wanted)
  const role = run.role === 'Step' && run.stepIndex !== undefined ? `step ${run.stepIndex + 1}` : (run.role ?? run.ownerKind)
  const measured = metric.measurements.map(({ finishedAt, value, phase, message, job }): Measured => ({
    at: finishedAt,
    value: plainText(value ?? (job ? `Job ${job}` : (message ?? '–')), 200),
    number: limit?.read(value) ?? numericLimit('result == 0')?.read(value),
    phase: plainText(phase, 40),
    isGood: phase === 'Successful',
  }))
  return {
    metric: plainText(metric.name, 80),
    source: plainText(`${run.name} · ${role}${metric.dryRun ? ' · dry run' : ''}`, 160),
    phase: plainText(metric.phase || 'Pending', 40),
    tone: metric.dryRun ? 'unknown' : toneOf(metric.phase),
    condition: conditionWords(metric),
    counts: countWords(metric),
    limit: limit && { value: limit.limit, words: limitWords(metric, limit.operator, limit.limit) },
    measured,
    isCut: metric.count > measured.length,
  }
}

function toneOf(phase: string): MeasuredMetric['tone'] {
  if (phase === 'Successful') return 'good'
  if (phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive') return 'bad'
  return phase === 'Running' ? 'moving' : 'unknown'
}

function conditionWords({ successCondition, failureCondition }: MetricSnapshot): string {
  if (successCondition !== undefined) return plainText(`wanted: ${successCondition}`, 200)
  return failureCondition === undefined ? 'no condition' : plainText(`fails where: ${failureCondition}`, 200)
}

function limitWords({ successCondition }: MetricSnapshot, operator: string, limit: number): string {
  return `${successCondition === undefined ? 'fails' : 'wanted'} ${operator} ${limit}`
}

function countWords({ count, failed, error, inconclusive }: MetricSnapshot): string {
  const parts = [
    failed > 0 && `${failed} failed`,
    error > 0 && `${error} errored`,
    inconclusive > 0 && `${inconclusive} inconclusive`,
  ].filter((part) => part !== false)
  return [`${count} measured`, ...parts].join(', ')
}
