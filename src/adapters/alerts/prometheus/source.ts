import { createHash } from 'node:crypto'
import type { Alert, Spell } from '../../../domain/alert/alert.ts'
import { lastSpell } from '../../../domain/alert/weigh.ts'
import type { AlertSource, UntoldAlerts } from '../../../ports/alerts.ts'
import type { AlertClient } from '../http/client.ts'
import { fieldOf, readLink, readTexts, readTime } from '../http/texts.ts'
import { createPastQueries, malformed } from './query.ts'
import { askRules, whyNoRules } from './rules.ts'
import { identityOf, namespaceIn, selectorOf, type Identity, type PlaceLabels } from './selector.ts'
import { merged, spellsIn } from './spells.ts'

export interface PrometheusOptions {
  client: AlertClient
  /** For what has fired before: people do not wait for it for long. */
  pastClient: AlertClient
  places: PlaceLabels
  /** Epoch ms. */
  now: () => number
}

/** Between two points of what is asked of alerts that fired: they are few, and may be short. */
const STEP_MS = 15_000
const LONGEST_NAME = 253
/** What began so much before an alert did, did so before it. */
const EARLIER_MS = 5_000
/** An alert that nobody has. */
const NOBODY = 'kedge-doctor'

/**
 * Prometheus's own alerts, and when they have fired, by the series `ALERTS` that it keeps of them, and by their rules. It knows nothing of
 * silences.
 * Source: prometheus.io/docs/prometheus/latest/querying/api (alerts, range queries); `ALERTS`: prometheus/prometheus `rules/alerting.go`.
 */
export function createPrometheus({ client, pastClient, places, now }: PrometheusOptions): AlertSource {
  const { namespaceLabel } = places
  const queries = createPastQueries(pastClient, now)
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
      const own = identityOf(alert, rollout, places)
      const fired = await firedOf(alert.name, own, from)
      if ('detail' in fired) return { result: 'unknown', detail: fired.detail }
      if (isIn(alert, fired)) return withRules(alert, { fired, identity: own, from })
      // Labels may be written anew on the way to Alertmanager, and are so in no series: all of its name in its namespace, then.
      const wider = namespaceIn(own, places)
      const all = await firedOf(alert.name, wider, from)
      return 'detail' in all ? { result: 'unknown', detail: all.detail } : withRules(alert, { fired: all, identity: wider, from })
    },
    async whyNoPast(from) {
      const [fired, rules] = await Promise.all([firedOf(NOBODY, [], from), whyNoRules(queries, from)])
      return 'detail' in fired ? fired.detail : rules
    },
  }

  /** What fired, and what the rules themselves say of the time before. Without the latter, no more is known than what did fire. */
  async function withRules(alert: Alert, { fired, identity, from }: { fired: readonly Spell[]; identity: Identity; from: number }) {
    const rules = await askRules(queries, alert.name, identity, from)
    if (rules.result === 'told') return { result: 'told', since: rules.since, spells: merged([...fired, ...rules.held], STEP_MS) } as const
    const hasEarlier = fired.some((spell) => spell.from < alert.beganAt - EARLIER_MS)
    return hasEarlier ? ({ result: 'told', since: now(), spells: fired } as const) : ({ result: 'unknown', detail: rules.detail } as const)
  }

  async function firedOf(name: string, identity: Identity, from: number): Promise<readonly Spell[] | UntoldAlerts> {
    const selector = selectorOf(name, identity)
    const seconds = STEP_MS / 1_000
    const [told, activeAt] = await Promise.all([
      queries.range(`count(count_over_time(ALERTS${selector}[${seconds}s]))`, from, STEP_MS),
      active(selector, from),
    ])
    if (told.result === 'unknown') return told
    return exactly(spellsIn(told.series[0]?.samples ?? [], told.step, told.step), activeAt, told.step)
  }

  /** Since when those that are active now are, epoch ms; undefined where that is not told. */
  async function active(selector: string, from: number): Promise<number | undefined> {
    const answer = await queries.get('/api/v1/query', [['query', `min(ALERTS_FOR_STATE${selector})`]], from)
    if (answer.result === 'unknown') return undefined
    const result = fieldOf(fieldOf(answer.json, 'data'), 'result')
    const [value] = Array.isArray(result) ? result.map((one) => fieldOf(one, 'value')) : []
    const seconds = Array.isArray(value) ? Number(value[1]) : Number.NaN
    return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined
  }
}

function isIn({ beganAt }: Alert, spells: readonly Spell[]): boolean {
  return lastSpell({ beganAt, past: { result: 'told', since: 0, spells } }) !== undefined
}

/**
 * A spell begins within a step of what is seen of it; of the one that lasts, `ALERTS_FOR_STATE` has the very moment. Not where it began
 * earlier, and what is active now is so since a moment later: that fired on other pods, or ended and came back.
 */
function exactly(spells: readonly Spell[], activeAt: number | undefined, step: number): readonly Spell[] {
  const last = spells.at(-1)
  if (!last || activeAt === undefined || activeAt < last.from || activeAt > last.from + step) return spells
  return [...spells.slice(0, -1), { from: activeAt, to: last.to }]
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
