import { createMemoryAlerts } from '../../../src/adapters/alerts/memory/source.ts'
import { describeAlertSource } from '../../contract/alert-source.ts'
import { openWorld } from './world.ts'

describeAlertSource('Alertmanager', () => openWorld('alertmanager'))
describeAlertSource('Prometheus', () => openWorld('prometheus'))

describeAlertSource('memory', async () => {
  const source = createMemoryAlerts()
  const began = new Map<string, number>()
  source.pastOf = ({ name, beganAt }) => ({
    result: 'told',
    since: Date.now() - 86_400_000,
    spells: [{ from: began.get(name) ?? beganAt, to: Date.now() }],
  })
  return {
    source,
    async fire(labels) {
      const name = labels['alertname'] ?? ''
      began.set(name, Date.now())
      const fingerprint = `f${source.alertsNow.length}`
      const alert = { fingerprint, name, labels, annotations: {}, state: 'firing', beganAt: Date.now(), link: undefined } as const
      source.alertsNow = [...source.alertsNow, alert]
    },
    async resolve(name) {
      source.alertsNow = source.alertsNow.filter((one) => one.name !== name)
    },
    silence(name) {
      source.alertsNow = source.alertsNow.map((one) => (one.name === name ? { ...one, state: 'silenced' } : one))
    },
    breaks() {
      source.fault = { result: 'unknown', why: 'unreachable', detail: 'nobody answers' }
    },
    now: () => Date.now(),
    [Symbol.asyncDispose]: async () => undefined,
  }
})
