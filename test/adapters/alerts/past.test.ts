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
  return world.source.past({ ...alert, ...more }, Date.now() - HOUR)
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

it('labels that Alertmanager alone has ask for more than the alert, never for nothing', async () => {
  await using world = await openWorld('prometheus')
  await world.fire(BURN)
  const labels = { ...BURN, cluster: 'prod', replica: 'a' }
  expect(await pastOf(world, { labels })).toMatchObject({ result: 'told', spells: [{}] })
  expect(world.alerts.requests.filter((one) => one.includes('ALERTS%7B')).map((one) => one.includes('replica'))).toEqual([true, false])
})

it('what stands in a label is no query', async () => {
  await using world = await openWorld('prometheus')
  await world.fire({ ...BURN, slo: 'a"} or vector(1) #\n\\' })
  expect(await pastOf(world)).toMatchObject({ result: 'told', spells: [{}] })
})
