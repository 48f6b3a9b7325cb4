import type { AlertsDetail } from '../api/alerts-contract.ts'
import { formatTime } from '../api/format.ts'
import { plainText } from '../domain/words/plain-text.ts'

/** More would not be read. */
const MOST_ALERTS = 10

/** What each alert about a Rollout says of what runs, a line each: most say nothing, and why is what people ask. */
export function alertWords(alerts: AlertsDetail | undefined): readonly string[] {
  if (!alerts) return []
  if (alerts.fault !== null) return [plainText(`Alerts are not known: ${alerts.fault}`, 300)]
  return alerts.items
    .slice(0, MOST_ALERTS)
    .map(({ name, beganAt, words }) => plainText(`Alert ${name}, since ${formatTime(beganAt)}: ${words}`, 300))
}
