import { createMemoryAlerts, type MemoryAlerts } from '../../src/adapters/alerts/memory/source.ts'
import type { Alert, Spell } from '../../src/domain/alert/alert.ts'
import type { Cause } from '../../src/domain/release/evidence.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'

const HOUR = 3_600_000

/** A stage where v1 runs, and somebody has the alerts; those that fired are remembered for a day, as Prometheus does. */
export interface AlertStage extends RunningStage {
  readonly alerts: MemoryAlerts
  /** An alert about the Rollout begins to fire, as its server tells it and sends it. */
  fire(more?: Partial<Alert>): Promise<void>
  /** It does not fire any more. */
  resolve(name?: string): Promise<void>
  /** The release of a tag makes it. */
  promote(tag: string): Promise<void>
}

export const PR_BY_BURN: readonly Cause[] = ['analysis-failed', 'slo-burn']

/** See {@link AlertStage}. */
export async function createAlertStage({ keepsPast = true, ...options }: StageOptions & { keepsPast?: boolean } = {}): Promise<AlertStage> {
  const alerts = createMemoryAlerts()
  const spells = new Map<string, Spell[]>()
  const stage = await createRunningStage({ ...options, alerts })
  // What serves has done so for longer than any window.
  await stage.advance(3 * HOUR)
  const began = stage.clock.now()
  alerts.pastOf = ({ name }) =>
    keepsPast
      ? {
          result: 'told',
          since: began - 24 * HOUR,
          spells: (spells.get(name) ?? []).map(({ from, to }) => ({ from, to: Math.min(to, stage.clock.now()) })),
        }
      : { result: 'unknown', detail: 'nobody keeps it' }

  async function hinted(): Promise<void> {
    stage.controller.enqueueAlerts()
    await stage.advance(2_000)
  }

  return Object.assign(stage, {
    alerts,
    async fire(more: Partial<Alert> = {}) {
      const alert = anAlert(stage.clock.now(), more)
      alerts.alertsNow = [...alerts.alertsNow.filter(({ fingerprint }) => fingerprint !== alert.fingerprint), alert]
      spells.set(alert.name, [...(spells.get(alert.name) ?? []), { from: alert.beganAt, to: Infinity }])
      await hinted()
    },
    async resolve(name = 'ErrorBudgetBurn') {
      alerts.alertsNow = alerts.alertsNow.filter((alert) => alert.name !== name)
      spells.set(
        name,
        (spells.get(name) ?? []).map(({ from, to }) => ({ from, to: Math.min(to, stage.clock.now()) })),
      )
      await hinted()
    },
    async promote(tag: string) {
      stage.web.healthy(tag)
      await stage.show()
      await stage.advance(5_000)
    },
  })
}

/** An alert of the shape that Pyrra's rules have. */
function anAlert(at: number, more: Partial<Alert> = {}): Alert {
  return {
    fingerprint: 'c0ffee',
    name: 'ErrorBudgetBurn',
    labels: {
      alertname: 'ErrorBudgetBurn',
      namespace: 'shop',
      rollout: 'web',
      slo: 'web-availability',
      short: '5m',
      long: '1h',
      exhaustion: '2d',
      severity: 'critical',
    },
    annotations: {},
    state: 'firing',
    beganAt: at,
    link: 'https://prometheus.example/graph',
    ...more,
  }
}

export const byBurn = { policy: { prCauses: PR_BY_BURN } }

/** v2 was promoted just now. */
export async function promoted(options: Parameters<typeof createAlertStage>[0] = {}): Promise<AlertStage> {
  const stage = await createAlertStage(options)
  await stage.release('v2')
  await stage.promote('v2')
  return stage
}
