import type { Alert, AlertState } from '../../../domain/alert/alert.ts'
import type { AlertSource } from '../../../ports/alerts.ts'
import type { AlertClient } from '../http/client.ts'
import { fieldOf, readLink, readTexts, readTime } from '../http/texts.ts'

export interface AlertmanagerOptions {
  client: AlertClient
  /** More matchers, as Alertmanager spells them. */
  filters: readonly string[]
  /** The label that holds the namespace; undefined where none does. */
  namespaceLabel: string | undefined
}

/** What a namespace may be called (RFC 1123): nothing in it means anything in a pattern, but the dot. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/
const FINGERPRINT = /^[\da-f]{1,64}$/i

/**
 * Alertmanager's API v2. Its alerts are those that Prometheus sent and that have not ended; it keeps none that have.
 * Source: prometheus/alertmanager `api/v2/openapi.yaml` (getAlerts, gettableAlert).
 */
export function createAlertmanager({ client, filters, namespaceLabel }: AlertmanagerOptions): AlertSource {
  return {
    knowsSilences: true,
    keepsPast: false,
    async alerts({ namespaces }) {
      const query = new URLSearchParams({ active: 'true', silenced: 'true', inhibited: 'true', unprocessed: 'true' })
      for (const filter of filters) query.append('filter', filter)
      const names = namespaces.filter((name) => NAME.test(name))
      if (namespaceLabel !== undefined && namespaces.length > 0) {
        if (names.length === 0) return { result: 'told', alerts: [] }
        query.append('filter', `${namespaceLabel}=~"${names.map((name) => name.replaceAll('.', String.raw`\\.`)).join('|')}"`)
      }
      const answer = await client.get('/api/v2/alerts', query)
      if (answer.result === 'unknown') return answer
      if (!Array.isArray(answer.json)) return { result: 'unknown', why: 'malformed', detail: 'Alertmanager answers no list of alerts' }
      return { result: 'told', alerts: answer.json.flatMap((one) => readAlert(one) ?? []) }
    },
    past: async () => ({
      result: 'unknown',
      detail: 'Alertmanager keeps no alert that has ended; a Prometheus among the sources would tell',
    }),
  }
}

function readAlert(value: unknown): Alert | undefined {
  const labels = readTexts(fieldOf(value, 'labels'))
  const name = labels['alertname']
  const fingerprint = fieldOf(value, 'fingerprint')
  const beganAt = readTime(fieldOf(value, 'startsAt'))
  const status = fieldOf(value, 'status')
  if (!name || typeof fingerprint !== 'string' || !FINGERPRINT.test(fingerprint) || beganAt === undefined) return undefined
  return {
    fingerprint,
    name,
    labels,
    annotations: readTexts(fieldOf(value, 'annotations')),
    state: stateOf(status),
    beganAt,
    link: readLink(fieldOf(value, 'generatorURL')),
  }
}

/** Suppressed by a silence, by another alert, or both. `unprocessed`: it came a moment ago, and fires. */
function stateOf(status: unknown): AlertState {
  const silenced = fieldOf(status, 'silencedBy')
  if (fieldOf(status, 'state') !== 'suppressed') return 'firing'
  return Array.isArray(silenced) && silenced.length > 0 ? 'silenced' : 'inhibited'
}
