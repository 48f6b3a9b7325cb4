import { alertmanager } from '../../../src/adapters/alerts/alertmanager/manifest.ts'
import { prometheus } from '../../../src/adapters/alerts/prometheus/manifest.ts'
import type { AlertSource } from '../../../src/ports/alerts.ts'
import { startAlerts, type Alerts } from '../../../src/simulator/alerts.ts'
import { createSystemClock } from '../../../src/simulator/clock.ts'
import type { AlertWorld } from '../../contract/alert-source.ts'

const SITE = { namespaceLabel: 'namespace', clusterLabel: 'cluster', rolloutLabels: ['rollout', 'service', 'slo'], now: () => Date.now() }

/** A real adapter before a stand-in that speaks the real protocol. */
export async function openWorld(
  kind: 'alertmanager' | 'prometheus',
  { filters = [], authorization }: { filters?: string[]; authorization?: string } = {},
): Promise<AlertWorld & { alerts: Alerts; source: AlertSource & Partial<AsyncDisposable> }> {
  const alerts = await startAlerts({ clock: createSystemClock() })
  const credential = { authorization }
  const source =
    kind === 'alertmanager'
      ? await alertmanager.open({ url: alerts.alertmanagerUrl, filters }, credential, SITE)
      : await prometheus.open({ url: alerts.prometheusUrl }, credential, SITE)
  return {
    alerts,
    source,
    fire: async (labels) => void (await alerts.fire(labels)),
    resolve: async (name) => void (await alerts.resolve(name)),
    ...(kind === 'alertmanager' && { silence: (name: string) => alerts.silence(name) }),
    breaks: () => alerts.faults[kind].inject({ times: 100, fault: { kind: 'drop-before' } }),
    now: () => Date.now(),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]?.()
      await alerts.stop()
    },
  }
}
