import type { Evidence } from '../domain/release/evidence.ts'
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

/**
 * Every metric of these runs, those that failed first, then in the order in which they were run; and what was recorded of runs that the
 * cluster has no more.
 */
export function measurementsOf(runs: readonly AnalysisRunSnapshot[], recorded: readonly Evidence[] = []): readonly MeasuredMetric[] {
  const there = new Set(runs.map(({ name }) => name))
  const gone = recorded.filter(({ analysisRun, measured = [] }) => measured.length > 0 && !there.has(analysisRun))
  return [...runs.flatMap((run) => run.metrics.map((metric) => ofRun(run, metric))), ...gone.map(ofRecord)]
    .toSorted((a, b) => Number(b.tone === 'bad') - Number(a.tone === 'bad'))
    .slice(0, MOST_METRICS)
}

function ofRun(run: AnalysisRunSnapshot, metric: MetricSnapshot): MeasuredMetric {
  const { successCondition, failureCondition, measurements } = metric
  const role = run.role === 'Step' && run.stepIndex !== undefined ? `step ${run.stepIndex + 1}` : (run.role ?? run.ownerKind)
  return {
    metric: plainText(metric.name, 80),
    source: plainText(`${run.name} · ${role}${metric.dryRun ? ' · dry run' : ''}`, 160),
    phase: plainText(metric.phase || 'Pending', 40),
    tone: metric.dryRun ? 'unknown' : toneOf(metric.phase),
    counts: countWords(metric),
    isCut: metric.count > measurements.length,
    ...heldAgainst({ successCondition, failureCondition }, measurements),
  }
}

/** As it was when the failure was seen. */
function ofRecord({ analysisRun, metric, phase, count, failed, condition, measured = [] }: Evidence): MeasuredMetric {
  const [, failureCondition] = /^not \((.*)\)$/s.exec(condition ?? '') ?? []
  const successCondition = failureCondition === undefined ? condition : undefined
  const counted = { count, failed: 0, error: 0, inconclusive: 0 }
  const kind = phase === 'Error' ? 'error' : phase === 'Inconclusive' ? 'inconclusive' : 'failed'
  return {
    metric: plainText(metric, 80),
    source: plainText(`${analysisRun} · as it was recorded`, 160),
    phase: plainText(phase, 40),
    tone: toneOf(phase),
    counts: countWords({ ...counted, [kind]: failed }),
    isCut: count > measured.length,
    ...heldAgainst(
      { successCondition, failureCondition },
      measured.map(({ at, value, phase: one }) => ({ finishedAt: at, value, phase: one, message: undefined, job: undefined })),
    ),
  }
}

type Conditions = Pick<MetricSnapshot, 'successCondition' | 'failureCondition'>

/** The measurements, and the limit that they are held against. */
function heldAgainst(
  conditions: Conditions,
  measurements: MetricSnapshot['measurements'],
): Pick<MeasuredMetric, 'condition' | 'limit' | 'measured'> {
  const limit = numericLimit(conditions.successCondition ?? conditions.failureCondition)
  return {
    condition: conditionWords(conditions),
    limit: limit && { value: limit.limit, words: limitWords(conditions, limit.operator, limit.limit) },
    measured: measurements.map(({ finishedAt, value, phase, message, job }): Measured => ({
      at: finishedAt,
      value: plainText(value ?? (job ? `Job ${job}` : (message ?? '–')), 200),
      number: limit?.read(value) ?? ANY_NUMBER?.read(value),
      phase: plainText(phase, 40),
      isGood: phase === 'Successful',
    })),
  }
}

/** Reads a number that is held against none. */
const ANY_NUMBER = numericLimit('result == 0')

function toneOf(phase: string): MeasuredMetric['tone'] {
  if (phase === 'Successful') return 'good'
  if (phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive') return 'bad'
  return phase === 'Running' ? 'moving' : 'unknown'
}

function conditionWords({ successCondition, failureCondition }: Conditions): string {
  if (successCondition !== undefined) return plainText(`wanted: ${successCondition}`, 200)
  return failureCondition === undefined ? 'no condition' : plainText(`fails where: ${failureCondition}`, 200)
}

function limitWords({ successCondition }: Conditions, operator: string, limit: number): string {
  return `${successCondition === undefined ? 'fails' : 'wanted'} ${operator} ${limit}`
}

function countWords({ count, failed, error, inconclusive }: Pick<MetricSnapshot, 'count' | 'failed' | 'error' | 'inconclusive'>): string {
  const parts = [
    failed > 0 && `${failed} failed`,
    error > 0 && `${error} errored`,
    inconclusive > 0 && `${inconclusive} inconclusive`,
  ].filter((part) => part !== false)
  return [`${count} measured`, ...parts].join(', ')
}
