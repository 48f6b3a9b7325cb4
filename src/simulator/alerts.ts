import { startAlertmanager } from './alerts/alertmanager.ts'
import { createAlertBook, type Firing } from './alerts/book.ts'
import { startPrometheus } from './alerts/prometheus.ts'
import { createRuleBook, type RuleBook } from './alerts/rules.ts'
import type { Clock } from './clock.ts'
import type { Faults } from './loopback/faults.ts'

/** A Prometheus that fires what a story says, and the Alertmanager that it sends it to, on loopback. */
export interface Alerts extends AsyncDisposable {
  alertmanagerUrl: string
  prometheusUrl: string
  faults: { alertmanager: Faults; prometheus: Faults }
  /** What is known of the rules behind them. */
  rules: RuleBook
  /** Path and query of each request to either, oldest first. */
  requests: readonly string[]
  /** Where Alertmanager sends what has changed, and the bearer token that it sends with it. Nowhere at first. */
  receiver: { url: string; token: string } | undefined
  /** Begins to fire an alert with these labels. Resolves when the receiver has answered. */
  fire(labels: Readonly<Record<string, string>>, annotations?: Readonly<Record<string, string>>): Promise<number | undefined>
  /** Its condition holds no more. @returns the receiver's status */
  resolve(alertname: string): Promise<number | undefined>
  /** Somebody silences all of this name. */
  silence(alertname: string): void
  firing(): readonly Firing[]
  stop(): Promise<void>
}

/** See {@link Alerts}. */
export async function startAlerts({ clock }: { clock: Clock }): Promise<Alerts> {
  const book = createAlertBook(clock)
  const requests: string[] = []
  const rules = createRuleBook()
  const alertmanager = await startAlertmanager({ clock, book, requests })
  const prometheus = await startPrometheus({ clock, book, rules, requests })
  async function stop(): Promise<void> {
    await Promise.all([alertmanager.close(), prometheus.close()])
  }
  const alerts: Alerts = {
    alertmanagerUrl: alertmanager.url,
    prometheusUrl: prometheus.url,
    faults: { alertmanager: alertmanager.faults, prometheus: prometheus.faults },
    rules,
    requests,
    receiver: undefined,
    async fire(labels, annotations = {}) {
      const firing = book.fire(labels, annotations)
      return alerts.receiver && book.send(alerts.receiver, [firing])
    },
    async resolve(alertname) {
      const resolved = book.resolve(alertname)
      return alerts.receiver && book.send(alerts.receiver, resolved)
    },
    silence: (alertname) => book.silence(alertname),
    firing: () => book.firing(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
  return alerts
}
