import { createHash } from 'node:crypto'
import type { Alert, AlertPast, Spell } from '../../../domain/alert/alert.ts'
import { lastSpell } from '../../../domain/alert/weigh.ts'
import type { AlertSource, UntoldAlerts } from '../../../ports/alerts.ts'
import type { AlertClient } from '../http/client.ts'
import { fieldOf, readLink, readTexts, readTime } from '../http/texts.ts'
import { identityOf, namespaceIn, selectorOf, type PlaceLabels } from './selector.ts'

export interface PrometheusOptions {
  client: AlertClient
  /** For what has fired before: people do not wait for it for long. */
  pastClient: AlertClient
  places: PlaceLabels
  /** Epoch ms. */
  now: () => number
}

/** Between two points of what is asked of the past, milliseconds: no more than Prometheus answers at once (11,000). */
const STEP_MS = 15_000
const MOST_POINTS = 10_000
const LONGEST_NAME = 253

/**
 * Prometheus's own alerts, and when they have fired, by the series `ALERTS` that it keeps of them. It knows nothing of silences.
 * Source: prometheus.io/docs/prometheus/latest/querying/api (alerts, range queries); `ALERTS`: prometheus/prometheus `rules/alerting.go`.
 */
export function createPrometheus({ client, pastClient, places, now }: PrometheusOptions): AlertSource {
  const { namespaceLabel } = places
  return {
    knowsSilences: false,
    keepsPast: true,
    async alerts({ namespaces }) {
      const answer = await client.get('/api/v1/alerts', new URLSearchParams())
      if (answer.result === 'unknown') return answer
      const listed = fieldOf(fieldOf(answer.json, 'data'), 'alerts')
      if (!Array.isArray(listed)) return malformed()
      const alerts = listed.flatMap((one) => readAlert(one) ?? [])
      const isAsked = ({ labels }: Alert): boolean =>
        namespaceLabel === undefined || namespaces.length === 0 || namespaces.includes(labels[namespaceLabel] ?? '')
      return { result: 'told', alerts: alerts.filter(isAsked) }
    },
    async past(alert, from, rollout) {
      if (alert.name.length > LONGEST_NAME) return { result: 'unknown', detail: 'its name cannot be asked for' }
      const identity = identityOf(alert, rollout, places)
      const own = await pastOf(selectorOf(alert.name, identity), from)
      if (lastSpell({ ...alert, past: own })) return own
      // Labels may be written anew on the way to Alertmanager, and are so in no series: all of its name in its namespace, then.
      return pastOf(selectorOf(alert.name, namespaceIn(identity, places)), from)
    },
  }

  async function pastOf(selector: string, from: number): Promise<AlertPast> {
    const [alerts, kept, activeAt] = await Promise.all([range(`ALERTS${selector}`, from), range('up', from), active(selector)])
    if ('result' in alerts) return { result: 'unknown', detail: alerts.detail }
    if ('result' in kept) return { result: 'unknown', detail: kept.detail }
    return exactly(readPast(alerts, kept), activeAt)
  }

  /** Since when those that are active now are, epoch ms; undefined where that is not told. */
  async function active(selector: string): Promise<number | undefined> {
    const answer = await pastClient.get('/api/v1/query', new URLSearchParams({ query: `min(ALERTS_FOR_STATE${selector})` }))
    if (answer.result === 'unknown') return undefined
    const result = fieldOf(fieldOf(answer.json, 'data'), 'result')
    const [value] = Array.isArray(result) ? result.map((one) => fieldOf(one, 'value')) : []
    const seconds = Array.isArray(value) ? Number(value[1]) : Number.NaN
    return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined
  }

  /** The moments at which a selector had samples, epoch ms: each stands for the step before it. */
  async function range(selector: string, from: number): Promise<Points | UntoldAlerts> {
    const to = now()
    const step = Math.max(STEP_MS, Math.ceil((to - from) / MOST_POINTS / 1_000) * 1_000)
    const query = new URLSearchParams({
      query: `count(count_over_time(${selector}[${step / 1_000}s]))`,
      // Counted back from now, so that what fires now is in it.
      start: String((to - Math.floor((to - from) / step) * step) / 1_000),
      end: String(to / 1_000),
      step: String(step / 1_000),
    })
    const answer = await pastClient.get('/api/v1/query_range', query)
    if (answer.result === 'unknown') return answer
    const result = fieldOf(fieldOf(answer.json, 'data'), 'result')
    if (!Array.isArray(result) || fieldOf(answer.json, 'status') !== 'success') return malformed()
    const values = result.flatMap((one) => (Array.isArray(fieldOf(one, 'values')) ? (fieldOf(one, 'values') as unknown[]) : []))
    const at = values.flatMap((value) => (Array.isArray(value) && typeof value[0] === 'number' ? value[0] * 1_000 : []))
    return { at: at.toSorted((a, b) => a - b), step }
  }
}

interface Points {
  readonly at: readonly number[]
  readonly step: number
}

/** Where samples are missing for two steps, whoever keeps them was away, and nothing earlier is known. */
function readPast({ at, step }: Points, kept: Points): AlertPast {
  const first = kept.at[0]
  if (first === undefined) return { result: 'unknown', detail: 'Prometheus has no sample of that time' }
  const gap = kept.at.findLastIndex((moment, index) => index > 0 && moment - (kept.at[index - 1] ?? 0) > GAP_STEPS * kept.step)
  const since = kept.at[Math.max(gap, 0)] ?? first
  const spells: Spell[] = []
  for (const moment of at) {
    const last = spells.at(-1)
    if (last && moment - last.to <= step * 1.5) spells[spells.length - 1] = { from: last.from, to: moment }
    else spells.push({ from: moment - step, to: moment })
  }
  return { result: 'told', since, spells }
}

/** A spell begins within a step of what is seen of it; of the one that lasts, `ALERTS_FOR_STATE` has the very moment. */
function exactly(past: AlertPast, activeAt: number | undefined): AlertPast {
  const last = past.result === 'told' ? past.spells.at(-1) : undefined
  if (past.result === 'unknown' || !last || activeAt === undefined || activeAt < last.from || activeAt > last.to) return past
  return { ...past, spells: [...past.spells.slice(0, -1), { from: activeAt, to: last.to }] }
}

/** Scrapes a minute apart leave no more between them. */
const GAP_STEPS = 6

function malformed(): UntoldAlerts {
  return { result: 'unknown', why: 'malformed', detail: 'the answer of Prometheus is not one of its API' }
}

function readAlert(value: unknown): Alert | undefined {
  const labels = readTexts(fieldOf(value, 'labels'))
  const annotations = readTexts(fieldOf(value, 'annotations'))
  const name = labels['alertname']
  const beganAt = readTime(fieldOf(value, 'activeAt'))
  const state = fieldOf(value, 'state')
  if (!name || beganAt === undefined || (state !== 'firing' && state !== 'pending')) return undefined
  const named = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return {
    fingerprint: createHash('sha256').update(named).digest('hex').slice(0, 16),
    name,
    labels,
    annotations,
    state,
    beganAt,
    link: readLink(annotations['dashboard_url'] ?? annotations['dashboard'] ?? annotations['runbook_url']),
  }
}
