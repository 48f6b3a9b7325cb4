import { expect, it } from 'vitest'
import type { Alert, AlertPast } from '../../../src/domain/alert/alert.ts'
import { openWorld } from './world.ts'

const BURN = { alertname: 'ErrorBudgetBurn', namespace: 'shop', rollout: 'web', slo: 'web-availability', severity: 'critical', short: '5m' }
const HOUR = 3_600_000

type Opened = Awaited<ReturnType<typeof openWorld>>

async function pastOf(world: Opened, more: Partial<Alert> = {}): Promise<AlertPast> {
  const told = await world.source.alerts({ namespaces: ['shop'] })
  const alert = told.result === 'told' ? told.alerts.at(-1) : undefined
  if (!alert) throw new Error('nothing fires')
  return world.source.past({ ...alert, ...more }, Date.now() - HOUR, 'web')
}

it('the past of an alert is that of its own objective, whichever windows and severity fired, and not that of another', async () => {
  await using world = await openWorld('prometheus')
  await world.fire({ ...BURN, slo: 'worker-latency', rollout: 'worker' })
  await world.resolve('ErrorBudgetBurn')
  await world.fire(BURN)
  expect(await pastOf(world)).toMatchObject({ result: 'told', spells: [{}] })
  await world.resolve('ErrorBudgetBurn')
  await world.fire({ ...BURN, severity: 'warning', short: '2h' })
  const past = await pastOf(world)
  // Within a step of each other, they are one.
  expect(past).toMatchObject({ result: 'told', spells: [{}] })
  expect(past.result === 'told' && past.spells[0]?.from).toBeLessThan(Date.now())
})

it('labels that were written anew on the way to Alertmanager ask for more than the alert, never for nothing', async () => {
  await using world = await openWorld('prometheus')
  await world.fire(BURN)
  const labels = { ...BURN, slo: 'team-a/web-availability', replica: 'a' }
  expect(await pastOf(world, { labels })).toMatchObject({ result: 'told', spells: [{}] })
  const asked = world.alerts.requests.filter((one) => one.includes('ALERTS%7B'))
  expect(asked.map((one) => [one.includes('slo'), one.includes('replica')])).toEqual([
    [true, false],
    [false, false],
  ])
})

/** It fires since ten minutes. */
async function firedEarlier(world: Opened, labels: Record<string, string>): Promise<number> {
  await world.fire(labels)
  const firing = world.alerts.firing().at(-1)
  if (!firing) throw new Error('nothing fires')
  firing.startedAt -= 600_000
  return firing.startedAt
}

const OF_N = {
  pod: 'web-7d9-x1',
  instance: '10.0.0.1:8080',
  node: 'a',
  version: 'v1.7.3',
  image: 'web:v1.7.3',
  rollouts_pod_template_hash: '7d9',
}
const OF_N1 = {
  pod: 'web-5c4-q8',
  instance: '10.0.0.9:8080',
  node: 'b',
  version: 'v1.8.0',
  image: 'web:v1.8.0',
  rollouts_pod_template_hash: '5c4',
}

it.each([
  ['on the pods of the release before', { ...BURN, ...OF_N }, { ...BURN, ...OF_N1 }],
  ['by a rule that has another label now', BURN, { ...BURN, team: 'shop', tier: '1' }],
  ['by a rule that does not name its Rollout yet', { ...BURN, rollout: '' }, BURN],
  ['by a rule that had no namespace yet', { ...BURN, namespace: '' }, BURN],
  ['with another objective', { ...BURN, objective: '99.9' }, { ...BURN, objective: '99.5' }],
])('an alert that fired %s has fired before', async (_, before, now) => {
  await using world = await openWorld('prometheus')
  const began = await firedEarlier(world, Object.fromEntries(Object.entries(before).filter(([, value]) => value !== '')))
  await world.fire(now)
  const past = await pastOf(world)
  expect(past.result === 'told' && past.spells[0]?.from).toBe(began)
})

it('an alert that begins on new pods a moment after it ended on those of before has fired since then', async () => {
  await using world = await openWorld('prometheus')
  const began = await firedEarlier(world, { ...BURN, ...OF_N })
  const [old] = world.alerts.firing()
  await world.resolve('ErrorBudgetBurn')
  if (old) old.endedAt = Date.now() - 5_000
  await world.fire({ ...BURN, ...OF_N1 })
  const past = await pastOf(world)
  expect(past.result === 'told' && past.spells[0]?.from).toBeLessThanOrEqual(began)
})

it.each([
  ['namespace', { ...BURN, namespace: 'other' }],
  ['Rollout', { ...BURN, rollout: 'worker' }],
  ['cluster', { ...BURN, cluster: 'west' }],
  ['objective', { ...BURN, slo: 'web-latency' }],
])('what fired of another %s is not its past', async (_, before) => {
  await using world = await openWorld('prometheus')
  const began = await firedEarlier(world, before)
  await world.fire({ ...BURN, cluster: 'east' })
  const past = await pastOf(world)
  expect(past.result === 'told' && past.spells[0]?.from).toBeGreaterThan(began)
})

it('what stands in a label is no query', async () => {
  await using world = await openWorld('prometheus')
  await world.fire({ ...BURN, slo: 'a"} or vector(1) #\n\\' })
  expect(await pastOf(world)).toMatchObject({ result: 'told', spells: [{}] })
})
