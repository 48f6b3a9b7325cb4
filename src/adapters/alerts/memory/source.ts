import type { Alert, AlertPast } from '../../../domain/alert/alert.ts'
import type { AlertSource, UntoldAlerts } from '../../../ports/alerts.ts'

/** Alerts that only remember: for tests and simulations. */
export interface MemoryAlerts extends AlertSource {
  /** What fires from now on. */
  alertsNow: readonly Alert[]
  /** Told instead of any answer, where it is there. */
  fault: UntoldAlerts | undefined
  pastOf: (alert: Alert) => AlertPast
  /** How often it was asked what fires. */
  readonly asked: number
}

/** See {@link MemoryAlerts}. Nothing fires at first, and nothing is known of what was. */
export function createMemoryAlerts(): MemoryAlerts {
  let asked = 0
  const source: MemoryAlerts = {
    knowsSilences: true,
    keepsPast: true,
    alertsNow: [],
    fault: undefined,
    pastOf: () => ({ result: 'unknown', detail: 'nobody keeps it' }),
    async alerts({ namespaces }) {
      asked += 1
      const isAsked = ({ labels }: Alert): boolean => namespaces.length === 0 || namespaces.includes(labels['namespace'] ?? '')
      return source.fault ?? { result: 'told', alerts: source.alertsNow.filter(isAsked) }
    },
    past: async (alert) => source.pastOf(alert),
    get asked() {
      return asked
    },
  }
  return source
}
