import { expect, it } from 'vitest'
import { isKnownClean } from '../../../src/domain/alert/weigh.ts'
import type { Recording } from '../../../src/simulator/alerts/rules.ts'
import { openWorld } from './world.ts'

const BURN = { alertname: 'ErrorBudgetBurn', namespace: 'shop', rollout: 'web', slo: 'web-availability', severity: 'critical' }
const MINUTE = 60_000
const BAKE = 10 * MINUTE
const EXPRESSION = 'slo:burn5m{namespace="shop"} > (14 * 0.01) and slo:burn1h > 0.14'
const burn = (name: string, more: Partial<Recording> = {}): Recording => ({
  name,
  query: `sum(rate(http_errors_total[${name.slice(-2)}]))`,
  since: -Infinity,
  valueSince: -Infinity,
  ...more,
})

/** Whether an alert that fires since a minute is clean for a promotion 25 minutes ago, by rules that read these recorded series. */
async function judged(recordsAt: (promoted: number) => readonly Recording[], expression = EXPRESSION) {
  await using world = await openWorld('prometheus')
  const now = Date.now()
  const promoted = now - 25 * MINUTE
  world.alerts.rules.expression = expression
  world.alerts.rules.records = recordsAt(promoted)
  await world.fire(BURN)
  const firing = world.alerts.firing().at(-1)
  if (firing) firing.startedAt = now - MINUTE
  const told = await world.source.alerts({ namespaces: ['shop'] })
  const alert = told.result === 'told' ? told.alerts.at(-1) : undefined
  if (!alert) throw new Error('nothing fires')
  const past = await world.source.past(alert, now - 2 * 3_600_000, 'web')
  return { past, isClean: isKnownClean({ ...alert, past }, promoted, BAKE), requests: world.alerts.requests }
}

it('an alert is clean whose condition reads series that were recorded all the time', async () => {
  const { isClean, requests } = await judged(() => [burn('slo:burn5m'), burn('slo:burn1h')])
  expect(isClean).toBe(true)
  expect(requests.filter((one) => one.includes('unless'))).toHaveLength(2)
})

it.each<[string, (promoted: number) => readonly Recording[]]>([
  ['since the promotion only', (at) => [burn('slo:burn5m'), burn('slo:burn1h', { since: at + 12 * MINUTE })]],
  ['for less than the window before it', (at) => [burn('slo:burn5m', { since: at - 5 * MINUTE }), burn('slo:burn1h')]],
  [
    'by a rule that reads one that is newer',
    (at) => [burn('slo:burn5m', { query: 'slo:errors5m / slo:all5m' }), burn('slo:errors5m', { since: at + 12 * MINUTE })],
  ],
])('an alert is not clean whose rule was swapped inside its group: what it reads is recorded %s', async (_, recordsAt) => {
  const { isClean, past } = await judged(recordsAt)
  expect(isClean).toBe(false)
  // It is not said to have fired before, either: people are told, and no PR is opened.
  expect(past.result === 'told' && past.spells.some(({ from }) => from < Date.now() - 5 * MINUTE)).toBe(false)
})

it('a series that had nothing to record before the first error is no newer for that', async () => {
  const { isClean } = await judged((at) => [burn('slo:burn5m', { valueSince: at + 20 * MINUTE, since: at + 21 * MINUTE })])
  expect(isClean).toBe(true)
})

it('a series that only another Rollout or objective reads says nothing of this one', async () => {
  const { isClean } = await judged((at) => [
    burn('slo:burn5m'),
    burn('slo:burn5m', { query: 'other', labels: { slo: 'web-latency' }, since: at + 12 * MINUTE }),
  ])
  expect(isClean).toBe(true)
})

it('a rule that reads more than is looked through is not known to be clean, and says so', async () => {
  const many = Array.from({ length: 30 }, (_, at) => burn(`slo:burn${at}m`))
  const { past } = await judged(() => many, many.map(({ name }) => name).join(' + '))
  expect(past).toEqual({ result: 'unknown', detail: 'its rule reads more than 24 recorded series' })
  const words = Array.from({ length: 101 }, (_, at) => `metric_${at}`).join(' + ')
  expect((await judged(() => [], words)).past).toEqual({
    result: 'unknown',
    detail: 'the expression of its rule reads more than is looked through',
  })
})

it.each(['max({__name__=~"slo:burn.*"}) > 0.14', '{"slo.burn", namespace="shop"} > 0.14'])(
  'a rule that does not name the series that it reads is not known to be clean (%s)',
  async (expression) => {
    expect((await judged(() => [burn('slo:burn5m')], expression)).past).toEqual({
      result: 'unknown',
      detail: 'the expression of its rule reads series that it does not name',
    })
  },
)

it.each([
  ['shop', false],
  ['other', true],
])('a rule that was widened in place, so that it records a namespace since the promotion (%s): clean is %s', async (namespace, clean) => {
  const { isClean } = await judged((at) => {
    const of = ['shop', 'other'].map((one) => ({
      metric: { namespace: one },
      since: one === namespace ? at + 12 * MINUTE : -Infinity,
    }))
    return [burn('slo:burn5m', { of }), burn('slo:burn1h')]
  })
  expect(isClean).toBe(clean)
})
