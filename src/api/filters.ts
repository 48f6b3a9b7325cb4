import type { HealthStatus } from '../domain/health/health.ts'
import type { Cause } from '../domain/release/evidence.ts'
import type { Outcome } from '../domain/release/release.ts'
import type { ServingState } from '../domain/rollout/serving.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { parseDay, parseRfc3339 } from '../domain/words/rfc3339.ts'
import { HEALTH_STATUSES, SERVING_STATES } from './contract.ts'
import { CAUSE_WORDS, OUTCOMES } from './words.ts'

// What people may ask for, read in one place: by the pages, by the API, and by the command line before it asks.

/** Which Rollouts a question is about. Every part that is undefined matches everything. */
export interface RolloutFilter {
  /** Words that its name, place, Application or images have in them, all of them, without regard to case. */
  q?: string | undefined
  cluster?: string | undefined
  namespace?: string | undefined
  /** Argo CD's project of the Application that owns it. */
  project?: string | undefined
  /** `namespace/name` of an Application that owns it. */
  application?: string | undefined
  name?: string | undefined
  state?: ServingState | undefined
  health?: HealthStatus | undefined
  /** Of the release that is under way. */
  cause?: Cause | undefined
}

/** Which releases a question is about. Every part that is undefined matches everything. */
export interface ReleaseFilter {
  /** Words that its name, place, images, commit or author have in them, all of them, without regard to case. */
  q?: string | undefined
  cluster?: string | undefined
  namespace?: string | undefined
  name?: string | undefined
  outcome?: Outcome | undefined
  cause?: Cause | undefined
  open?: boolean | undefined
  /** When it began, at the earliest and at the latest, epoch milliseconds. */
  from?: number | undefined
  to?: number | undefined
}

/** What a question says, or the one fault in it that whoever asked is told. */
export type Parsed<T> = { value: T } | { fault: string }

/** Every cause there is. */
export const CAUSES = Object.keys(CAUSE_WORDS) as readonly Cause[]

/** Characters that one value may have: names of Kubernetes have 253. */
const MAX_VALUE = 256

export const ROLLOUT_KEYS = ['q', 'cluster', 'namespace', 'project', 'application', 'name', 'state', 'health', 'cause'] as const
export const RELEASE_KEYS = ['q', 'cluster', 'namespace', 'name', 'outcome', 'cause', 'open', 'from', 'to'] as const

/**
 * Which Rollouts are meant. Empty values match everything, as forms without a choice send them; what means nothing is a fault, never an
 * answer about something else. `also`: parameters that others read.
 */
export function parseRolloutFilter(query: Readonly<Record<string, unknown>>, also: readonly string[] = []): Parsed<RolloutFilter> {
  const read = readValues(query, ROLLOUT_KEYS, also)
  if ('fault' in read) return read
  const { state, health, cause, ...names } = read.value
  const fault =
    wrongWord('state', state, SERVING_STATES) ?? wrongWord('health', health, HEALTH_STATUSES) ?? wrongWord('cause', cause, CAUSES)
  if (fault !== undefined) return { fault }
  return { value: { ...names, state: state as ServingState, health: health as HealthStatus, cause: cause as Cause } }
}

/** Which releases are meant: by the day that they began on (UTC, both included) or the moment, and by what became of them. */
export function parseReleaseFilter(query: Readonly<Record<string, unknown>>, also: readonly string[] = []): Parsed<ReleaseFilter> {
  const read = readValues(query, RELEASE_KEYS, also)
  if ('fault' in read) return read
  const { outcome, cause, open, from, to, ...names } = read.value
  const begun = momentOf(from, 'first')
  const until = momentOf(to, 'last')
  const fault =
    wrongWord('outcome', outcome, OUTCOMES) ??
    wrongWord('cause', cause, CAUSES) ??
    wrongWord('open', open, ['true', 'false']) ??
    (Number.isNaN(begun) ? NO_DAY('from') : undefined) ??
    (Number.isNaN(until) ? NO_DAY('to') : undefined) ??
    (begun !== undefined && until !== undefined && begun > until ? 'from is after to' : undefined)
  if (fault !== undefined) return { fault }
  const isOpen = open === undefined ? undefined : open === 'true'
  return { value: { ...names, outcome: outcome as Outcome, cause: cause as Cause, open: isOpen, from: begun, to: until } }
}

/** Which releases a rate is of: what became of them is what it says, so nobody chooses by that. */
export function parsePeriodFilter(query: Readonly<Record<string, unknown>>): Parsed<ReleaseFilter> {
  const parsed = parseReleaseFilter(query)
  if ('fault' in parsed) return parsed
  const { outcome, cause, open } = parsed.value
  const isChosen = outcome !== undefined || cause !== undefined || open !== undefined
  return isChosen ? { fault: 'a rate is of all releases: outcome, cause and open are no filters of it' } : parsed
}

/** Which releases of one Rollout are meant, where the page is of it already. */
export function parseOwnReleaseFilter(query: Readonly<Record<string, unknown>>, also: readonly string[] = []): Parsed<ReleaseFilter> {
  const place = (['cluster', 'namespace', 'name'] as const).find((key) => Object.hasOwn(query, key))
  return place === undefined ? parseReleaseFilter(query, also) : { fault: `the page is of one Rollout: ${place} is no filter of it` }
}

/** The parts of a filter that are set, as a query string; `changes` replace single ones, undefined takes one out. */
export function filterQuery(
  filter: Readonly<Record<string, string | undefined>>,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const set = Object.entries({ ...filter, ...changes }).filter((entry): entry is [string, string] => !!entry[1])
  return new URLSearchParams(set).toString()
}

/** `limit` (1 to 500, 100 by default) and `continue`, as Kubernetes has them. */
export function parsePage(query: Readonly<Record<string, unknown>>): Parsed<{ limit: number; continue: string | undefined }> {
  const read = readValues({ limit: query['limit'], continue: query['continue'] }, ['limit', 'continue'], [], 1_400)
  if ('fault' in read) return read
  const { limit: text, continue: next } = read.value
  const limit = text === undefined ? DEFAULT_LIMIT : Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return { fault: `limit is a whole number from 1 to ${MAX_LIMIT}` }
  return { value: { limit, continue: next } }
}

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 500

const NO_DAY = (name: string): string => `${name} is a day such as 2026-03-31 or a moment such as 2026-03-31T09:00:00Z`

type Values<K extends string> = Partial<Record<K, string | undefined>>

function readValues<K extends string>(
  query: Readonly<Record<string, unknown>>,
  keys: readonly K[],
  also: readonly string[],
  most = MAX_VALUE,
): Parsed<Values<K>> {
  const known: readonly string[] = [...keys, ...also]
  const strange = Object.keys(query).find((name) => !known.includes(name))
  if (strange !== undefined) return { fault: `${plainText(strange, 40)} is no filter; there are ${known.join(', ')}` }
  const value: Values<K> = {}
  for (const key of keys) {
    const given = query[key]
    if (Array.isArray(given)) return { fault: `${key} is given more than once` }
    if (typeof given !== 'string' || given.trim() === '') continue
    if (given.length > most) return { fault: `${key} has more than ${most} characters` }
    value[key] = given.trim()
  }
  return { value }
}

function wrongWord(name: string, value: string | undefined, words: readonly string[]): string | undefined {
  return value === undefined || words.includes(value) ? undefined : `${name} is one of ${words.join(', ')}`
}

const DAY_MS = 86_400_000

/** Epoch milliseconds; of a day its first or its last. NaN for what is neither a day nor a moment. */
function momentOf(text: string | undefined, end: 'first' | 'last'): number | undefined {
  if (text === undefined) return undefined
  const begun = parseDay(text)
  if (begun === undefined) return parseRfc3339(text) ?? Number.NaN
  return end === 'first' ? begun : begun + DAY_MS - 1
}
