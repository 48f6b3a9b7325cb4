import { createRecent } from '../../../domain/recent.ts'
import { createSlots } from '../../../domain/slots.ts'
import type { UntoldAlerts } from '../../../ports/alerts.ts'
import type { AlertClient } from '../http/client.ts'
import { fieldOf, readTexts } from '../http/texts.ts'

/** One series of an answer: its labels, and its samples by time, epoch ms. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly samples: readonly { readonly at: number; readonly value: number }[]
}

export type RangeTold = { readonly result: 'told'; readonly series: readonly Series[]; readonly step: number } | UntoldAlerts

/**
 * What is asked of Prometheus's past, a few questions at a time. Who asks the same with the same `from` (epoch ms), as one look does for
 * all its alerts, shares the answer. Never throws.
 */
export interface PastQueries {
  /** By steps of `stepMs`, counted back from now, so that what is now is in it. */
  range(query: string, from: number, stepMs: number): Promise<RangeTold>
  /** So long before now, to the minute, and not before `from`: the same for one look. */
  near(from: number, ms: number): number
  get(path: string, query: Asked, from: number): ReturnType<AlertClient['get']>
}

/** Parameters of a question; some are given several times. */
type Asked = readonly (readonly [name: string, value: string])[]

/** Prometheus evaluates as many at once as it has cores, and others ask it, too. */
const AT_ONCE = 3
const MOST_SHARED = 128
/** No more points than Prometheus answers at once (11,000; `web/api/v1/api.go` queryRange). */
const MOST_POINTS = 10_000

/** See {@link PastQueries}. `now`: epoch ms. */
export function createPastQueries(client: AlertClient, now: () => number): PastQueries {
  const ranges = createShared<Promise<RangeTold>>()
  const answers = createShared<ReturnType<AlertClient['get']>>()
  const inTurn = createSlots(AT_ONCE)
  const get = (path: string, query: Asked) => inTurn(() => client.get(path, new URLSearchParams(query.map(([...pair]) => pair))))

  async function range(query: string, from: number, stepMs: number): Promise<RangeTold> {
    const to = now()
    const step = Math.max(stepMs, Math.ceil((to - from) / MOST_POINTS / 1_000) * 1_000)
    const given = [
      ['query', query],
      ['start', String((to - Math.floor((to - from) / step) * step) / 1_000)],
      ['end', String(to / 1_000)],
      ['step', String(step / 1_000)],
    ] as const
    const answer = await get('/api/v1/query_range', given)
    if (answer.result === 'unknown') return answer
    const result = fieldOf(fieldOf(answer.json, 'data'), 'result')
    if (!Array.isArray(result) || fieldOf(answer.json, 'status') !== 'success') return malformed()
    return { result: 'told', step, series: result.map(readSeries) }
  }

  return {
    range: (query, from, stepMs) => ranges(`${from} ${stepMs} ${query}`, () => range(query, from, stepMs)),
    near: (from, ms) => from + Math.max(0, Math.floor((now() - ms - from) / 60_000) * 60_000),
    get: (path, query, from) => answers(`${from} ${path} ${JSON.stringify(query)}`, () => get(path, query)),
  }
}

function createShared<T>(): (name: string, ask: () => T) => T {
  const known = createRecent<{ answer: T }>(MOST_SHARED, () => 1)
  return (name, ask) => {
    const found = known.get(name) ?? { answer: ask() }
    known.set(name, found)
    return found.answer
  }
}

function readSeries(one: unknown): Series {
  const values = fieldOf(one, 'values')
  const samples = (Array.isArray(values) ? values : []).flatMap((pair: unknown) =>
    Array.isArray(pair) && typeof pair[0] === 'number' ? [{ at: pair[0] * 1_000, value: Number(pair[1]) }] : [],
  )
  return { labels: readTexts(fieldOf(one, 'metric')), samples: samples.toSorted((a, b) => a.at - b.at) }
}

/** What is no answer of Prometheus's API. */
export function malformed(): UntoldAlerts {
  return { result: 'unknown', why: 'malformed', detail: 'the answer of Prometheus is not one of its API' }
}
