import { expect, it } from 'vitest'
import { createMemoryAlerts, type MemoryAlerts } from '../../src/adapters/alerts/memory/source.ts'
import { createVirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import type { Alert } from '../../src/domain/alert/alert.ts'
import { createAsk, standingAfter } from '../../src/reconcile/alerts/ask-alerts.ts'
import { joinAlerts } from '../../src/service/join-alerts.ts'

const alert = (state: Alert['state'], cluster: string): Alert => ({
  fingerprint: `f-${cluster}`,
  name: 'Burn',
  labels: { alertname: 'Burn', namespace: 'shop', rollout: 'web', cluster },
  annotations: {},
  state,
  beganAt: 0,
  link: undefined,
})

function source(kind: 'alertmanager' | 'prometheus', ...alertsNow: Alert[]): MemoryAlerts {
  const memory = createMemoryAlerts()
  const isPrometheus = kind === 'prometheus'
  memory.pastOf = () => (isPrometheus ? { result: 'told', since: 1, spells: [] } : { result: 'unknown', detail: 'it keeps none' })
  return Object.assign(memory, { knowsSilences: !isPrometheus, keepsPast: isPrometheus, alertsNow })
}

const KEYS = { east: 'east/shop/web', west: 'west/shop/web' }

/** What is known of both clusters once all were asked. */
async function ask(sources: Parameters<typeof joinAlerts>[0]) {
  const locate = ({ labels }: Alert, cluster: string | undefined) => ({
    cluster: cluster ?? labels['cluster'] ?? '',
    namespace: 'shop',
    name: 'web',
  })
  const told = await createAsk({ clock: createVirtualClock(1_000_000), groups: joinAlerts(sources), locate })(new Set(Object.values(KEYS)))
  const none = { askedAt: undefined, fault: undefined, alerts: [] }
  const of = (key: string) => {
    const { fault, alerts } = standingAfter(key, none, told)
    return fault ?? alerts.map(({ state, past }) => [state, past.result])
  }
  return { east: of(KEYS.east), west: of(KEYS.west) }
}

it.each([
  ['an Alertmanager of all clusters', undefined, 'east'],
  ['a Prometheus of all clusters', 'east', undefined],
  ['both of one cluster', 'east', 'east'],
  ['both of all', undefined, undefined],
])('what Alertmanager has silenced does not fire by Prometheus: %s', async (_, first, second) => {
  const alertmanager = source('alertmanager', alert('silenced', 'east'))
  const prometheus = source('prometheus', alert('firing', 'east'))
  expect(
    await ask([
      { cluster: first, source: alertmanager },
      { cluster: second, source: prometheus },
    ]),
  ).toEqual({ east: [['silenced', 'unknown']], west: [] })
})

it('the past of what Alertmanager tells is asked of the Prometheus of that very cluster', async () => {
  const alertmanager = source('alertmanager', alert('firing', 'east'), alert('firing', 'west'))
  expect(
    await ask([
      { cluster: undefined, source: alertmanager },
      { cluster: 'east', source: source('prometheus') },
    ]),
  ).toEqual({ east: [['firing', 'told']], west: [['firing', 'unknown']] })
})

it('a Prometheus of all clusters tells what fires where no Alertmanager does, and its fault is one there alone', async () => {
  const prometheus = source('prometheus', alert('firing', 'east'), alert('firing', 'west'))
  const sources = [
    { cluster: 'east', source: source('alertmanager') },
    { cluster: undefined, source: prometheus },
  ]
  expect(await ask(sources)).toEqual({ east: [], west: [['firing', 'told']] })
  prometheus.fault = { result: 'unknown', why: 'unreachable', detail: 'nobody answers' }
  expect(await ask(sources)).toEqual({ east: [], west: 'nobody answers' })
})

it('where Alertmanager does not answer, Prometheus does not say in its place that something fires', async () => {
  const alertmanager = source('alertmanager')
  alertmanager.fault = { result: 'unknown', why: 'unreachable', detail: 'nobody answers' }
  const sources = [
    { cluster: undefined, source: alertmanager },
    { cluster: 'east', source: source('prometheus', alert('firing', 'east')) },
  ]
  expect(await ask(sources)).toEqual({ east: 'nobody answers', west: 'nobody answers' })
})
