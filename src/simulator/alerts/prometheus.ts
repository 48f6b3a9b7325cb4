import type { Clock } from '../clock.ts'
import { listenOnLoopback, type LoopbackServer, type Reply } from '../loopback/server.ts'
import { rfc3339, type AlertBook, type Firing } from './book.ts'

/** More points than this in one answer are refused, as in the real one (`web/api/v1/api.go` queryRange). */
const MOST_POINTS = 11_000
const COUNTED = /^count\(count_over_time\((ALERTS|up)(\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\})?\[(\d+)s\]\)\)$/
const ACTIVE = /^min\(ALERTS_FOR_STATE(\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\})?\)$/

/** Prometheus's API as far as alerts and their past are read. Of PromQL it knows what Kedge asks, and refuses the rest. */
export function startPrometheus({ clock, book, requests }: { clock: Clock; book: AlertBook; requests: string[] }): Promise<LoopbackServer> {
  return listenOnLoopback(async ({ method, url }) => {
    requests.push(`${url.pathname}${url.search}`)
    if (method !== 'GET') return refuse(405, 'method not allowed')
    if (url.pathname === '/api/v1/alerts') return success({ alerts: book.firing().map(listed) })
    const query = url.searchParams.get('query') ?? ''
    if (url.pathname === '/api/v1/query') return active(query, book, clock)
    return url.pathname === '/api/v1/query_range' ? range(query, url.searchParams, book) : refuse(404, 'not found')
  }, clock)
}

function active(query: string, book: AlertBook, clock: Clock): Reply {
  const found = ACTIVE.exec(query)
  if (!found) return refuse(400, `invalid parameter "query": unknown expression`)
  const begun = book.firing().filter(({ labels }) => selects(found[1], labels))
  const [first] = begun.map(({ startedAt }) => startedAt).toSorted((a, b) => a - b)
  return success({
    resultType: 'vector',
    result: first === undefined ? [] : [{ metric: {}, value: [clock.now() / 1_000, String(first / 1_000)] }],
  })
}

function range(query: string, given: URLSearchParams, book: AlertBook): Reply {
  const [, name, selector, window = '0'] = COUNTED.exec(query) ?? []
  const [start, end, step] = ['start', 'end', 'step'].map((key) => Number(given.get(key)) * 1_000) as [number, number, number]
  if (name === undefined) return refuse(400, 'invalid parameter "query": unknown expression')
  if (!(step > 0) || !(end >= start)) return refuse(400, 'invalid parameter "end": end timestamp must not be before start time')
  if ((end - start) / step > MOST_POINTS) return refuse(400, 'exceeded maximum resolution of 11,000 points per timeseries')
  const spells = book.all().filter(({ labels }) => selects(selector, labels))
  const values: [number, string][] = []
  for (let at = start; at <= end; at += step)
    if (name === 'up' || spells.some((one) => covers(one, at - Number(window) * 1_000, at))) values.push([at / 1_000, '1'])
  return success({ resultType: 'matrix', result: values.length === 0 ? [] : [{ metric: {}, values }] })
}

function covers({ startedAt, endedAt = Infinity }: Firing, from: number, to: number): boolean {
  return startedAt <= to && endedAt > from
}

/** `{alertname="X",namespace=~"y|"}`. */
function selects(selector: string | undefined, labels: Readonly<Record<string, string>>): boolean {
  const matchers = [...(selector ?? '').matchAll(/([a-zA-Z_]\w*)(=~|=)"((?:[^"\\]|\\.)*)"/g)]
  return matchers.every(([, name = '', operator, quoted]) => {
    const text = JSON.parse(`"${quoted}"`) as string
    const value = labels[name] ?? ''
    return operator === '=' ? value === text : new RegExp(`^(?:${text})$`, 's').test(value)
  })
}

function listed({ labels, annotations, startedAt }: Firing): unknown {
  return { labels, annotations, state: 'firing', activeAt: rfc3339(startedAt), value: '1.4e+01' }
}

function success(data: unknown): Reply {
  return { status: 200, body: { status: 'success', data } }
}

function refuse(status: number, error: string): Reply {
  return { status, body: { status: 'error', errorType: 'bad_data', error } }
}
