import { describe, expect, it } from 'vitest'
import { createMemoryAlerts } from '../../../src/adapters/alerts/memory/source.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { Alert, AlertPast, AlertStanding } from '../../../src/domain/alert/alert.ts'
import { createAsk, standingAfter, type AlertGroup, type AskOptions, type Told } from '../../../src/reconcile/alerts/ask-alerts.ts'
import { anAlert as anyAlert } from './an-alert.ts'

const NOW = 200_000_000
const HOUR = 3_600_000
const KEYS = new Set(['prod/shop/web', 'prod/shop/api', 'dev/test/web'])

const anAlert = (fields: Partial<Alert> = {}): Alert => anyAlert({ fingerprint: 'f', beganAt: NOW - HOUR, ...fields })

/** The Rollout of the cluster `prod` that an alert's label names. */
const locate: AskOptions['locate'] = ({ labels: { namespace, rollout } }) =>
  namespace === undefined || rollout === undefined ? undefined : { cluster: 'prod', namespace, name: rollout }

function aPlace(more: Partial<AlertGroup> = {}, keys: Iterable<string> = KEYS) {
  const clock = createVirtualClock(NOW)
  const source = createMemoryAlerts()
  const seen: { questions: unknown[]; pasts: (readonly [string, string, number, string])[]; takes: number } = {
    questions: [],
    pasts: [],
    takes: 0,
  }
  const alerts = source.alerts.bind(source)
  source.alerts = (question) => (seen.questions.push(question), alerts(question))
  const past: AlertGroup['source']['past'] = async (alert, from, rollout) => {
    seen.pasts.push([alert.name, alert.fingerprint, from, rollout])
    if (seen.takes > 0) await clock.advanceTo(clock.now() + seen.takes, async () => undefined)
    return source.pastOf(alert)
  }
  const group: AlertGroup = { cluster: undefined, source, tells: () => true, keeper: () => ({ ...source, past }), ...more }
  const ask = createAsk({ clock, groups: [group], locate })
  const wait = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, async () => undefined)
  return { source, seen, clock, wait, ask: () => ask(new Set(keys)) }
}

const tellsOf = ({ alerts }: Told): readonly unknown[] =>
  [...alerts].map(([key, found]) => [key, found.map(({ fingerprint }) => fingerprint)])

describe('who has the alerts is asked', () => {
  it('about the namespaces of the Rollouts, each once, and told with when', async () => {
    const { ask, seen } = aPlace({}, [...KEYS, 'no key'])
    expect(await ask()).toEqual({ alerts: new Map(), faults: [], at: NOW })
    expect(seen.questions).toEqual([{ namespaces: ['shop', 'test'] }])
  })

  it('what has fired before within 25 hours, of what fires alone', async () => {
    const { ask, source, seen } = aPlace()
    const unfired = (['pending', 'silenced', 'inhibited'] as const).map((state) => anAlert({ state, fingerprint: state }))
    source.alertsNow = [anAlert(), ...unfired]
    source.pastOf = () => ({ result: 'told', since: 1, spells: [] })
    const notAsked = { result: 'unknown', detail: 'it does not fire' }
    expect((await ask()).alerts.get('prod/shop/web')).toEqual([
      { ...anAlert(), past: { result: 'told', since: 1, spells: [] } },
      ...unfired.map((alert) => ({ ...alert, past: notAsked })),
    ])
    expect(seen.pasts).toEqual([['Burn', 'f', NOW - 25 * HOUR, 'web']])
  })

  it.each<{ what: string; alert: Partial<Alert>; group?: Partial<AlertGroup>; isTold: boolean }>([
    { what: 'about one of them', alert: {}, isTold: true },
    { what: 'about nobody', alert: { labels: { namespace: 'shop' } }, isTold: false },
    { what: 'about another Rollout', alert: { labels: { namespace: 'shop', rollout: 'job' } }, isTold: false },
    { what: 'of one who is not believed there', alert: {}, group: { tells: (cluster) => cluster !== 'prod' }, isTold: false },
  ])('and an alert $what is told: $isTold', async ({ alert, group, isTold }) => {
    const { ask, source, seen } = aPlace(group)
    source.alertsNow = [anAlert(alert)]
    expect(tellsOf(await ask())).toEqual(isTold ? [['prod/shop/web', ['f']]] : [])
    expect(seen.pasts).toHaveLength(isTold ? 1 : 0)
  })

  it('and of more than fifty alerts about one Rollout the first are told', async () => {
    const { ask, source } = aPlace()
    const many = Array.from({ length: 51 }, (_, at) => anAlert({ fingerprint: `f${at}` }))
    source.alertsNow = [...many, anAlert({ fingerprint: 'api', labels: { namespace: 'shop', rollout: 'api' } })]
    const { alerts } = await ask()
    expect([alerts.get('prod/shop/web')?.length, alerts.get('prod/shop/web')?.at(-1)?.fingerprint]).toEqual([50, 'f49'])
    expect(alerts.get('prod/shop/api')).toHaveLength(1)
  })

  it('and who does not answer is told as that, beside those who do', async () => {
    const clock = createVirtualClock(NOW)
    const [down, up] = [createMemoryAlerts(), createMemoryAlerts()]
    down.fault = { result: 'unknown', why: 'unreachable', detail: 'away' }
    up.alertsNow = [anAlert()]
    const tells = (): boolean => true
    const groups = [down, up].map((source, at): AlertGroup => ({ cluster: `c${at}`, source, tells, keeper: () => source }))
    const told = await createAsk({ clock, groups, locate })(KEYS)
    expect([tellsOf(told), told.faults]).toEqual([[['prod/shop/web', ['f']]], [{ cluster: 'c0', tells, detail: 'away' }]])
  })
})

describe('what has fired before', () => {
  const BEGAN = NOW - HOUR
  const spell = { from: BEGAN, to: BEGAN + 1 }
  const old = { from: 1, to: 2 }

  it.each<{ what: string; past: AlertPast; isFinal: boolean }>([
    { what: 'of this time and the one before', past: { result: 'told', since: BEGAN, spells: [old, spell] }, isFinal: true },
    { what: 'of this time, and not of before', past: { result: 'told', since: BEGAN + 1, spells: [spell] }, isFinal: false },
    { what: 'not yet of this time', past: { result: 'told', since: 1, spells: [old] }, isFinal: false },
    { what: 'by nobody', past: { result: 'unknown', detail: 'nobody keeps it' }, isFinal: false },
  ])('told $what, is asked again after 15 seconds, unless that is final: $isFinal', async ({ past, isFinal }) => {
    const { ask, source, seen, wait } = aPlace()
    source.alertsNow = [anAlert()]
    source.pastOf = () => past
    await ask()
    await wait(14_999)
    await ask()
    expect(seen.pasts).toHaveLength(1)
    await wait(1)
    await ask()
    expect(seen.pasts).toHaveLength(isFinal ? 1 : 2)
  })

  it('is asked again later where the question took long', async () => {
    const { ask, source, seen, wait } = aPlace()
    source.alertsNow = [anAlert()]
    seen.takes = 1_000
    await wait(5_000)
    await ask()
    await wait(19_999)
    await ask()
    expect(seen.pasts).toHaveLength(1)
    await wait(1)
    await ask()
    expect(seen.pasts).toHaveLength(2)
  })

  it('is asked for each alert, each Rollout, and each time that it fires', async () => {
    const { ask, source, seen } = aPlace()
    for (const alert of [
      anAlert(),
      anAlert({ fingerprint: 'g' }),
      anAlert({ labels: { namespace: 'shop', rollout: 'api' } }),
      anAlert({ beganAt: NOW }),
    ]) {
      source.alertsNow = [alert]
      await ask()
      await ask()
    }
    expect(seen.pasts).toHaveLength(4)
  })
})

describe('what is known of a Rollout after that', () => {
  const before: AlertStanding = { askedAt: 1, fault: undefined, alerts: [] }
  const alerts = [{ ...anAlert(), past: { result: 'unknown', detail: '' } }] as const
  const of = (faults: Told['faults']): Told => ({ alerts: new Map([['prod/shop/web', alerts]]), faults, at: NOW })
  const fault = (...clusters: string[]) => ({ cluster: undefined, tells: (cluster: string) => clusters.includes(cluster), detail: 'away' })

  it.each<{ what: string; key: string; told: Told; standing: AlertStanding }>([
    { what: 'is what was told', key: 'prod/shop/web', told: of([]), standing: { askedAt: NOW, fault: undefined, alerts } },
    {
      what: 'is nothing where nothing is about it',
      key: 'prod/shop/api',
      told: of([]),
      standing: { askedAt: NOW, fault: undefined, alerts: [] },
    },
    {
      what: 'is what was before, where who has its alerts did not answer',
      key: 'prod/shop/web',
      told: of([fault('dev'), fault('prod')]),
      standing: { ...before, fault: 'away' },
    },
    {
      what: 'is what was told, where others did not answer',
      key: 'prod/shop/web',
      told: of([fault('dev')]),
      standing: { askedAt: NOW, fault: undefined, alerts },
    },
    {
      what: 'is nothing for a key that names no cluster',
      key: 'no key',
      told: of([fault('prod')]),
      standing: { askedAt: NOW, fault: undefined, alerts: [] },
    },
  ])('$what', ({ key, told, standing }) => {
    expect(standingAfter(key, before, told)).toEqual(standing)
  })
})
