import type { Measurement, Metric, MetricResult, RunPhase } from './types.ts'

/** What a metric provider says: a value, or why there is none. */
export type MetricAnswer = number | { error: string }

const DEFAULT_ERROR_LIMIT = 4

/**
 * Adds one measurement to a metric's result and assesses it (argo-rollouts analysis/analysis.go assessMetricStatus).
 */
export function addMeasurement(
  metric: Metric,
  before: MetricResult | undefined,
  measured: { answer: MetricAnswer; at: string },
): MetricResult {
  const measurement = toMeasurement(metric, measured)
  const { phase } = measurement
  const had = (member: 'count' | 'successful' | 'failed' | 'inconclusive' | 'error'): number => before?.[member] ?? 0
  const result: MetricResult = {
    name: metric.name,
    phase: 'Running',
    measurements: [...(before?.measurements ?? []), measurement],
    ...counters({
      // An error is no measurement: it does not count towards `count`.
      count: had('count') + (phase === 'Error' ? 0 : 1),
      successful: had('successful') + Number(phase === 'Successful'),
      failed: had('failed') + Number(phase === 'Failed'),
      inconclusive: had('inconclusive') + Number(phase === 'Inconclusive'),
      error: had('error') + Number(phase === 'Error'),
      consecutiveError: phase === 'Error' ? (before?.consecutiveError ?? 0) + 1 : 0,
      consecutiveSuccess: phase === 'Successful' ? (before?.consecutiveSuccess ?? 0) + 1 : 0,
    }),
  }
  const assessed = assess(metric, result)
  // A metric in Error carries the last message beside its phase.
  return {
    ...result,
    phase: assessed,
    ...(assessed === 'Error' && measurement.message !== undefined && { message: measurement.message }),
  }
}

/** Why a metric ended badly, in the words of a run's message; undefined for one that did not. */
export function explain(metric: Metric, result: MetricResult): string | undefined {
  const { failureLimit = 0, inconclusiveLimit = 0, consecutiveErrorLimit = DEFAULT_ERROR_LIMIT } = metric
  const reason = {
    Failed: `failed (${result.failed ?? 0}) > failureLimit (${failureLimit})`,
    Inconclusive: `inconclusive (${result.inconclusive ?? 0}) > inconclusiveLimit (${inconclusiveLimit})`,
    Error:
      `consecutiveErrors (${result.consecutiveError ?? 0}) > consecutiveErrorLimit (${consecutiveErrorLimit}): ` +
      `"Error Message: ${result.measurements.at(-1)?.message ?? ''}"`,
  }[result.phase as string]
  return reason && `Metric "${metric.name}" assessed ${result.phase} due to ${reason}`
}

function assess(metric: Metric, result: MetricResult): RunPhase {
  if ((result.failed ?? 0) > (metric.failureLimit ?? 0)) return 'Failed'
  if ((result.inconclusive ?? 0) > (metric.inconclusiveLimit ?? 0)) return 'Inconclusive'
  if ((result.consecutiveError ?? 0) > (metric.consecutiveErrorLimit ?? DEFAULT_ERROR_LIMIT)) return 'Error'
  return (result.count ?? 0) >= (metric.count ?? 1) ? 'Successful' : 'Running'
}

function toMeasurement(metric: Metric, measured: { answer: MetricAnswer; at: string }): Measurement {
  const times = { startedAt: measured.at, finishedAt: measured.at }
  if (typeof measured.answer !== 'number') return { ...times, phase: 'Error', message: measured.answer.error }
  return { ...times, phase: judge(metric, measured.answer), value: present(metric, measured.answer) }
}

function judge(metric: Metric, value: number): RunPhase {
  const succeeds = holds(metric.successCondition, value)
  const fails = holds(metric.failureCondition, value)
  if (fails === true) return 'Failed'
  if (succeeds === true) return 'Successful'
  if (succeeds === undefined) return 'Successful'
  return fails === undefined ? 'Failed' : 'Inconclusive'
}

/** Whether `result >= 0.95` and its like hold: one comparison of the result, or of its first element or `value`. */
function holds(condition: string | undefined, value: number): boolean | undefined {
  if (condition === undefined) return undefined
  const { operator, limit } =
    /^\s*result(?:\[0\]|\.value)?\s*(?<operator>>=|<=|==|>|<)\s*(?<limit>-?[\d.]+)\s*$/.exec(condition)?.groups ?? {}
  if (limit === undefined) throw new Error(`the simulator cannot judge the condition ${condition}`)
  const comparison = Math.sign(value - Number(limit))
  return {
    '>=': comparison >= 0,
    '<=': comparison <= 0,
    '==': comparison === 0,
    '>': comparison > 0,
    '<': comparison < 0,
  }[operator ?? '']
}

/**
 * The value as the provider would hand it over: a vector for Prometheus, the whole document for a web check of `{$}`.
 */
function present(metric: Metric, value: number): string {
  if (metric.provider?.['prometheus'] !== undefined) return `[${value}]`
  const web = metric.provider?.['web'] as { jsonPath?: string } | undefined
  return web?.jsonPath === '{$}' ? JSON.stringify({ value }) : String(value)
}

/** Absent stands for zero. */
function counters(values: Partial<Record<keyof MetricResult, number>>): Partial<MetricResult> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value > 0))
}
