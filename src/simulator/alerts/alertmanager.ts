import type { Clock } from '../clock.ts'
import { listenOnLoopback, type LoopbackServer } from '../loopback/server.ts'
import { rfc3339, type AlertBook, type Firing } from './book.ts'

/** `name="value"` and `name=~"pattern"`, as Alertmanager takes them in `filter`. */
const MATCHER = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*$/

/** Alertmanager's API v2, as far as alerts are read. Source: prometheus/alertmanager `api/v2/openapi.yaml`. */
export function startAlertmanager({
  clock,
  book,
  requests,
}: {
  clock: Clock
  book: AlertBook
  requests: string[]
}): Promise<LoopbackServer> {
  return listenOnLoopback(async ({ method, url }) => {
    requests.push(`${url.pathname}${url.search}`)
    if (method !== 'GET' || url.pathname !== '/api/v2/alerts') return { status: 404, body: { code: 404, message: 'path was not found' } }
    const matchers = url.searchParams.getAll('filter').map((text) => MATCHER.exec(text))
    if (matchers.includes(null)) return { status: 400, body: 'bad matcher format' }
    const wanted = book.firing().filter(({ labels }) => matchers.every((one) => one && matches(labels[one[1] ?? ''] ?? '', one)))
    const shown = wanted.filter(({ isSilenced }) => url.searchParams.get(isSilenced ? 'silenced' : 'active') !== 'false')
    return { status: 200, body: shown.map(gettable) }
  }, clock)
}

function matches(value: string, [, , operator, quoted = '']: RegExpExecArray): boolean {
  const text = JSON.parse(`"${quoted}"`) as string
  if (operator === '=') return value === text
  if (operator === '!=') return value !== text
  const isMatch = new RegExp(`^(?:${text})$`).test(value)
  return operator === '=~' ? isMatch : !isMatch
}

function gettable({ fingerprint, labels, annotations, startedAt, isSilenced }: Firing): unknown {
  return {
    annotations,
    endsAt: rfc3339(startedAt + 240_000),
    fingerprint,
    receivers: [{ name: 'kedge' }],
    startsAt: rfc3339(startedAt),
    status: {
      inhibitedBy: [],
      silencedBy: isSilenced ? ['6d1d1b9e-1a9a-4e2c-9bd5-3a0d6f0a7e11'] : [],
      state: isSilenced ? 'suppressed' : 'active',
    },
    updatedAt: rfc3339(startedAt),
    generatorURL: 'http://prometheus.example/graph?g0.expr=burn',
    labels,
  }
}
