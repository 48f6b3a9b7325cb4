import type { Clock } from '../clock.ts'
import { listenOnLoopback, type LoopbackServer, type Reply } from '../loopback/server.ts'
import { rfc3339, type AlertBook, type Firing } from './book.ts'
import { groupSizeAt, listedRules, type Recording, type RuleBook } from './rules.ts'

/** More points than this in one answer are refused, as in the real one (`web/api/v1/api.go` queryRange). */
const MOST_POINTS = 11_000
const COUNTED = /^count\(count_over_time\((ALERTS)(\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\})?\[(\d+)s\]\)\)$/
const ACTIVE = /^min\(ALERTS_FOR_STATE(\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\})?\)$/

const GROUP = /^max\(max_over_time\(prometheus_rule_group_rules(\{rule_group="((?:[^"\\]|\\.)*)"\})?\[2m\]\)\)$/
const CONDITION = /^max by \(([\w, ]*)\) \((?:burns\{alert="((?:[^"\\]|\\.)*)"\}|(.*))\)$/s
const RECORDED = /^count by \(([\w, ]*)\) \((.*)\) unless count by \(\1\) \((\{.*\})\)$/s

/** Prometheus's API as far as alerts and their past are read. Of PromQL it knows what Kedge asks, and refuses the rest. */
export function startPrometheus({
  clock,
  book,
  rules,
  requests,
}: {
  clock: Clock
  book: AlertBook
  rules: RuleBook
  requests: string[]
}): Promise<LoopbackServer> {
  return listenOnLoopback(async ({ method, url }) => {
    requests.push(`${url.pathname}${url.search}`)
    if (method !== 'GET') return refuse(405, 'method not allowed')
    if (url.pathname === '/api/v1/alerts') return success({ alerts: book.firing().map(listed) })
    if (url.pathname === '/api/v1/rules')
      return rules.isServed ? success({ groups: listedRules(rules, book, url.searchParams) }) : refuse(404, 'not found')
    const query = url.searchParams.get('query') ?? ''
    if (url.pathname === '/api/v1/query') return active(query, book, clock)
    return url.pathname === '/api/v1/query_range' ? range(query, url.searchParams, { book, rules }) : refuse(404, 'not found')
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

function range(query: string, given: URLSearchParams, { book, rules }: { book: AlertBook; rules: RuleBook }): Reply {
  const [start, end, step] = ['start', 'end', 'step'].map((key) => Number(given.get(key)) * 1_000) as [number, number, number]
  if (!(step > 0) || !(end >= start)) return refuse(400, 'invalid parameter "end": end timestamp must not be before start time')
  if ((end - start) / step > MOST_POINTS) return refuse(400, 'exceeded maximum resolution of 11,000 points per timeseries')
  const series = seriesOf(query, { book, rules })
  if (!series) return refuse(400, 'invalid parameter "query": unknown expression')
  const result = series.map(({ metric, valueAt }) => {
    const values: [number, string][] = []
    for (let at = start; at <= end; at += step) {
      const value = valueAt(at)
      if (value !== undefined) values.push([at / 1_000, String(value)])
    }
    return { metric, values }
  })
  return success({ resultType: 'matrix', result: result.filter(({ values }) => values.length > 0) })
}

interface Series {
  metric: Readonly<Record<string, string>>
  valueAt: (at: number) => number | undefined
}

/** When a record had a value and was not there, for each of those that it is of. */
function gapsOf({ valueSince, since, of }: Recording, by: readonly string[]): readonly Series[] {
  return (of ?? [{ metric: {}, since }]).map((one) => ({
    metric: Object.fromEntries(Object.entries(one.metric).filter(([name]) => by.includes(name))),
    valueAt: (at) => (at >= valueSince && at < one.since ? 1 : undefined),
  }))
}

function seriesOf(query: string, { book, rules }: { book: AlertBook; rules: RuleBook }): readonly Series[] | undefined {
  const [, , selector, window = '0'] = COUNTED.exec(query) ?? []
  if (selector !== undefined) {
    const spells = book.all().filter(({ labels }) => selects(selector, labels))
    return [{ metric: {}, valueAt: (at) => (spells.some((one) => covers(one, at - Number(window) * 1_000, at)) ? 1 : undefined) }]
  }
  if (GROUP.test(query)) return [{ metric: {}, valueAt: (at) => groupSizeAt(rules, at) }]
  const [, labels = '', expression, recorded] = RECORDED.exec(query) ?? []
  if (expression !== undefined) {
    const record = rules.records.find((one) => one.query === expression && selects(recorded, { __name__: one.name, ...one.labels }))
    return record && gapsOf(record, labels.split(', '))
  }
  const condition = CONDITION.exec(query)
  if (condition?.[3] !== undefined && condition[3] !== rules.expression) return undefined
  const by = condition?.[1]?.split(', ')
  return (
    by &&
    rules.held.map(({ labels, from, to }) => ({
      metric: Object.fromEntries(Object.entries(labels).filter(([name]) => by.includes(name))),
      valueAt: (at) => (from <= at && at <= to ? 1 : undefined),
    }))
  )
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
