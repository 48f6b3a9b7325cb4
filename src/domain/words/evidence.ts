import type { Evidence } from '../release/evidence.ts'
import { isNoNumber } from '../release/no-number.ts'
import { plainText } from './plain-text.ts'

/**
 * One failing metric in one line, for cards and pull requests: `success-rate 0.91, wanted result >= 0.95 (3 of 5 failed, failureLimit 2)`.
 * What could not be measured has no value to compare: then the error is what helps.
 */
export function evidenceLine(evidence: Evidence): string {
  const erred = evidence.phase === 'Error'
  const verb = erred ? 'errored' : evidence.phase === 'Inconclusive' ? 'were inconclusive' : 'failed'
  const counts = `${evidence.failed} of ${Math.max(evidence.count, evidence.failed)} ${verb}, ${evidence.limit}`
  const what =
    erred && evidence.message !== undefined ? `could not be measured: ${evidence.message}` : (neverRan(evidence) ?? measured(evidence))
  return plainText(`${evidence.metric} ${plainText(what, 200)} (${counts})`, 300)
}

/** Since Rollouts 1.10 a Job whose image cannot be pulled is inconclusive; the message has pod and image (`metricproviders/job/job.go`). */
function neverRan({ job, phase, message }: Evidence): string | undefined {
  return job !== undefined && phase === 'Inconclusive' && message?.includes('has terminal error') ? `could not run: ${message}` : undefined
}

function measured({ value, job, phase, condition }: Evidence): string {
  const wanted = condition === undefined ? '' : `, wanted ${condition}`
  if (isNoNumber(value) && !condition?.includes('isNaN')) return `could not be measured: ${value}, as the rate of no requests is${wanted}`
  return `${value ?? (job === undefined ? phase : `Job ${job}`)}${wanted}`
}

/** `result[0] >= 0.95` and its like: the field, the operator, the limit. */
const SIMPLE = /^\s*(?:result|asFloat\(result\))(?:\[0\])?(?:\.([a-z_]\w*))?\s*([<>]=?|[=!]=)\s*(-?\d+(?:\.\d+)?(?:e-?\d+)?)\s*$/i
const OPPOSITE: Readonly<Record<string, string>> = {
  '>=': '<',
  '<=': '>',
  '>': '<=',
  '<': '>=',
  '==': '!=',
  '!=': '==',
}

/** The same for a column: `success-rate 0.91 < 0.95 (3/5)`, failed of counted measurements at the end. */
export function shortEvidence(evidence: Evidence): string {
  const { metric, failed, count, job } = evidence
  const tally = count > 0 ? ` (${failed}/${count})` : ''
  const what = neverRan(evidence) ?? (job ? `Job ${job} ${evidence.phase}` : compare(evidence))
  return plainText(`${metric} ${what}${tally}`, 160)
}

/** What a measured value is held against, where the condition is one number and an operator. */
export interface NumericLimit {
  /** As it is written: `<`, `>=` and the like. */
  operator: string
  limit: number
  /** The number in a value that was measured; undefined where there is not one. */
  read(value: string | undefined): number | undefined
}

/** The number that a condition such as `result[0] >= 0.95` holds results against; undefined for every other one, and for `1e999`. */
export function numericLimit(condition: string | undefined): NumericLimit | undefined {
  const [, field, operator, limit] = SIMPLE.exec(condition ?? '') ?? []
  if (operator === undefined || !Number.isFinite(Number(limit))) return undefined
  return {
    operator,
    limit: Number(limit),
    read(value) {
      const text = value === undefined ? undefined : singleNumber(field === undefined ? value : fieldOf(value, field))
      return text !== undefined && Number.isFinite(Number(text)) ? Number(text) : undefined
    },
  }
}

/**
 * The number against its limit where the condition is that simple, else the value and the condition as they are
 * written.
 */
function compare({ value, condition, phase, message }: Evidence): string {
  if (value === undefined) return message ? `${phase}: ${message}` : phase
  const simple = SIMPLE.exec(condition ?? '')
  const [, field, operator = '', limit = ''] = simple ?? []
  const number = singleNumber(field === undefined ? value : fieldOf(value, field))
  if (number === undefined || !simple) return condition ? `${value}, wanted ${condition}` : value
  // The condition may be the one of success or the one of failure: say what is true.
  return `${number} ${holds(Number(number), operator, Number(limit)) ? operator : OPPOSITE[operator]} ${limit}`
}

/** `[0.91]` (Prometheus) and `0.91` alike, rounded to what a person reads. */
function singleNumber(value: string): string | undefined {
  const text = /^\s*\[?\s*(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)\s*\]?\s*$/i.exec(value)?.[1]
  return text === undefined ? undefined : String(Number(Number(text).toPrecision(6)))
}

/** One field of a JSON object, as text: the web provider measures whole objects. Empty when there is no such field. */
function fieldOf(value: string, field: string): string {
  try {
    const found: unknown = Object.entries(JSON.parse(value) as object).find(([name]) => name === field)?.[1]
    return typeof found === 'number' || typeof found === 'string' ? String(found) : ''
  } catch {
    return ''
  }
}

function holds(value: number, operator: string, limit: number): boolean {
  if (operator === '>=') return value >= limit
  if (operator === '<=') return value <= limit
  if (operator === '>') return value > limit
  if (operator === '<') return value < limit
  return operator === '==' ? value === limit : value !== limit
}
