import { expect, it } from 'vitest'
import { prometheus } from '../../../src/adapters/alerts/prometheus/manifest.ts'
import type { Alert, AlertPast } from '../../../src/domain/alert/alert.ts'
import { isKnownClean } from '../../../src/domain/alert/weigh.ts'
import { openWorld } from './world.ts'

const BURN = { alertname: 'ErrorBudgetBurn', namespace: 'shop', rollout: 'web', slo: 'web-availability', severity: 'critical' }
const MINUTE = 60_000
const BAKE = 10 * MINUTE

type Opened = Awaited<ReturnType<typeof openWorld>>

/** An alert that fires since a minute, about what was promoted five minutes ago. */
async function burning(prepare: (world: Opened, promoted: number) => void | Promise<void> = () => undefined) {
  const world = await openWorld('prometheus')
  const now = Date.now()
  const promoted = now - 5 * MINUTE
  await prepare(world, promoted)
  await world.fire(BURN)
  const firing = world.alerts.firing().at(-1)
  if (firing) firing.startedAt = now - MINUTE
  const told = await world.source.alerts({ namespaces: ['shop'] })
  const alert = told.result === 'told' ? told.alerts.at(-1) : undefined
  if (!alert) throw new Error('nothing fires')
  const from = now - 2 * 3_600_000
  const past = await world.source.past(alert, from, 'web')
  return { world, alert, past, from, promoted, isClean: isKnownClean({ ...alert, past }, promoted, BAKE) }
}

function hasFiredBefore(past: AlertPast, promoted: number): boolean {
  return past.result === 'told' && past.spells.some(({ from }) => from <= promoted)
}

it('an alert is clean whose rule is known to be the same since before the promotion, and never held then', async () => {
  const { world, past, promoted, isClean } = await burning()
  await using _ = world
  expect(isClean).toBe(true)
  expect(hasFiredBefore(past, promoted)).toBe(false)
})

it.each([
  ['is newer than the promotion', (world: Opened, promoted: number) => void (world.alerts.rules.since = promoted + MINUTE)],
  ['is in a group that was edited since', (world: Opened, promoted: number) => void (world.alerts.rules.changedAt = promoted + MINUTE)],
  [
    'is known for less than the window before it',
    (world: Opened, promoted: number) => void (world.alerts.rules.since = promoted - 5 * MINUTE),
  ],
  ['nobody has metrics of', (world: Opened) => void (world.alerts.rules.since = Infinity)],
  ['cannot be asked for', (world: Opened) => void (world.alerts.rules.isServed = false)],
])('an alert is not clean whose rule %s', async (_, prepare) => {
  const { world, past, promoted, isClean } = await burning(prepare)
  await using _world = world
  expect(isClean).toBe(false)
  expect(hasFiredBefore(past, promoted)).toBe(false)
})

it('why it is not known is said', async () => {
  const nobody = await burning((world) => void (world.alerts.rules.since = Infinity))
  await using _ = nobody.world
  expect(nobody.past).toMatchObject({ result: 'unknown', detail: expect.stringContaining('it has to scrape itself') })
  const refused = await burning((world) => void (world.alerts.rules.isServed = false))
  await using _refused = refused.world
  expect(refused.past).toMatchObject({
    result: 'unknown',
    detail: expect.stringContaining('its rule could not be asked for: Prometheus answers 404'),
  })
})

const held = (labels: Record<string, string>) => (world: Opened, promoted: number) =>
  void (world.alerts.rules.held = [{ labels, from: promoted - 20 * MINUTE, to: promoted - 5 * MINUTE }])

it('an alert has fired before whose condition of now held then, though no alert did by the rule of then', async () => {
  const { world, past, promoted } = await burning(held({ namespace: 'shop', pod: 'web-7d9-x1' }))
  await using _ = world
  expect(hasFiredBefore(past, promoted)).toBe(true)
})

it('that the condition held for two minutes before the promotion is seen', async () => {
  const { world, past, promoted } = await burning((opened, at) => {
    // Between two of the coarser points, which are counted back from now: the promotion was five minutes ago.
    opened.alerts.rules.held = [{ labels: { namespace: 'shop' }, from: at - 3.5 * MINUTE, to: at - 1.5 * MINUTE }]
  })
  await using _ = world
  expect(hasFiredBefore(past, promoted)).toBe(true)
})

it('what fires and the condition that holds now are one spell, since the earlier of both', async () => {
  const { world, alert, past } = await burning(
    (opened) => void (opened.alerts.rules.held = [{ labels: {}, from: Date.now(), to: Infinity }]),
  )
  await using _ = world
  expect(past).toMatchObject({ result: 'told', spells: [{ from: alert.beganAt }] })
})

it('that the condition held for another namespace or objective is not its past', async () => {
  for (const labels of [{ namespace: 'other' }, { namespace: 'shop', slo: 'web-latency' }]) {
    const { world, past, promoted, isClean } = await burning(held(labels))
    await using _ = world
    expect(hasFiredBefore(past, promoted)).toBe(false)
    expect(isClean).toBe(true)
  }
})

it('what fired before the promotion did, whether its rule can be asked for or not', async () => {
  const { world, past, promoted, isClean } = await burning(async (opened, at) => {
    opened.alerts.rules.isServed = false
    await opened.fire({ ...BURN, pod: 'web-7d9-x1' })
    const firing = opened.alerts.firing().at(-1)
    if (firing) Object.assign(firing, { startedAt: at - 20 * MINUTE, endedAt: at - 10 * MINUTE })
  })
  await using _ = world
  expect(hasFiredBefore(past, promoted)).toBe(true)
  expect(isClean).toBe(false)
})

it('the rules of one look are asked for what they are once, however many alerts fire, and by steps of minutes', async () => {
  const { world, alert, from } = await burning()
  await using _ = world
  const before = world.alerts.requests.length
  const alerts = Array.from({ length: 20 }, (__, at): Alert => ({ ...alert, labels: { ...alert.labels, pod: `web-${at}` } }))
  await Promise.all(alerts.map((one) => world.source.past(one, from - 1, 'web')))
  const asked = world.alerts.requests.slice(before)
  const groups = asked.filter((one) => one.includes('prometheus_rule_group_rules'))
  expect(groups).toHaveLength(1)
  expect(groups[0]).toContain('step=60')
  expect(asked.filter((one) => one.includes('/rules?type=alert'))).toHaveLength(1)
  expect(asked.filter((one) => one.includes('/rules?type=record'))).toHaveLength(1)
  expect(asked.filter((one) => one.includes('range?query=max') && one.includes('burns'))).toEqual([
    expect.stringContaining('step=300'),
    expect.stringContaining('step=60'),
  ])
  expect(asked.filter((one) => one.includes('query=up'))).toEqual([])
})

it('the doctor says why Prometheus would call no alert clean', async () => {
  await using world = await openWorld('prometheus')
  await world.fire(BURN)
  expect(await prometheus.examine(world.source)).toMatchObject([{ level: 'ok' }])
  world.alerts.rules.since = Infinity
  expect(await prometheus.examine(world.source)).toMatchObject([
    { level: 'ok' },
    { level: 'warn', says: expect.stringContaining('scrape itself') },
  ])
  world.alerts.rules.since = -Infinity
  world.alerts.rules.isServed = false
  expect(await prometheus.examine(world.source)).toMatchObject([{ level: 'ok' }, { level: 'warn', says: expect.stringContaining('404') }])
})
