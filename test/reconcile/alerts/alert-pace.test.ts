import { describe, expect, it } from 'vitest'
import { createMemoryAlerts } from '../../../src/adapters/alerts/memory/source.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { createAlertView, type AlertView } from '../../../src/reconcile/alerts/alert-view.ts'
import { rememberLog } from '../../remember-log.ts'
import { anAlert } from './an-alert.ts'

const START = 1_000_000
const HOUR = 3_600_000
const WEB = { cluster: 'prod', namespace: 'shop', name: 'web' }
const KEY = 'prod/shop/web'
const BURN = anAlert({ state: 'pending' })
const NOT_ASKED = { askedAt: undefined, fault: undefined, alerts: [] }

/** A view, and when its server was asked since the start. `takes`: how long an answer takes. */
function aView(clusters: readonly (string | undefined)[] = [undefined]) {
  const virtual = createVirtualClock(START)
  const timers: number[] = []
  const clock = { ...virtual, after: (ms: number, call: () => void) => (timers.push(ms), virtual.after(ms, call)) }
  const { logger, lines } = rememberLog()
  const source = createMemoryAlerts()
  const asked: number[] = []
  const seen = { takes: 0 }
  const alerts = source.alerts.bind(source)
  source.alerts = async (question) => {
    asked.push(clock.elapsed())
    if (seen.takes > 0) await new Promise<void>((resolve) => void virtual.after(seen.takes, resolve))
    return alerts(question)
  }
  const groups = clusters.map((cluster) => ({ cluster, source, tells: () => true, keeper: () => source }))
  const view: AlertView = createAlertView({ clock, logger, groups, locate: () => WEB })
  /** Until nothing more happens at this moment. */
  async function settled(): Promise<void> {
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve()
  }
  const until = (at: number): Promise<void> => clock.advanceTo(START + at, settled)
  return { view, source, asked, seen, lines, until, timers }
}

describe('alerts are asked for', () => {
  it('by nobody while nothing is watched', async () => {
    const { view, asked, until, timers } = aView()
    view.hint()
    await view.refresh()
    await until(HOUR)
    expect([asked, view.of(WEB), timers]).toEqual([[], NOT_ASKED, []])
  })

  it('at once where something is watched, and every half minute, until its time is over', async () => {
    const { view, asked, until } = aView()
    view.watch(KEY, START + 60_000)
    await until(0)
    expect([asked, view.of(WEB)]).toEqual([[0], { askedAt: START, fault: undefined, alerts: [] }])
    await until(60_000)
    expect(view.of(WEB).askedAt).toBe(START + 60_000)
    await until(HOUR)
    expect([asked, view.of(WEB)]).toEqual([[0, 30_000, 60_000], NOT_ASKED])
  })

  it.each([
    { until: undefined, isWatched: false },
    { until: START + 9_999, isWatched: false },
    { until: START + 10_000, isWatched: true },
  ])('no more where it is watched until $until, and at once where that is new', async ({ until: end, isWatched }) => {
    const { view, asked, until } = aView()
    view.watch(KEY, START + HOUR)
    await until(10_000)
    view.watch(KEY, end)
    expect(view.of(WEB).askedAt === undefined).toBe(!isWatched)
    await until(10_000)
    expect(asked).toEqual([0])
    view.watch('prod/shop/api', START + HOUR)
    await until(20_000)
    expect(asked).toEqual([0, 10_000])
    expect(view.of(WEB).askedAt).toBe(isWatched ? START + 10_000 : undefined)
  })

  it('at once by a hint, once for many, and the half minute counts from there', async () => {
    const { view, asked, until, timers } = aView()
    view.watch(KEY, START + HOUR)
    await until(29_000)
    view.hint()
    view.hint()
    await until(60_000)
    expect([asked, timers]).toEqual([
      [0, 29_000, 59_000],
      [0, 30_000, 0, 30_000, 30_000],
    ])
  })

  it('no sooner than a quarter of a second after an answer', async () => {
    const { view, asked, until } = aView()
    view.watch(KEY, START + HOUR)
    await until(100)
    view.hint()
    await until(249)
    expect(asked).toEqual([0])
    await until(1_000)
    expect(asked).toEqual([0, 250])
  })

  it('and no sooner than five times what the last answer took', async () => {
    const { view, asked, seen, until } = aView()
    seen.takes = 1_000
    view.watch(KEY, START + HOUR)
    await until(1_000)
    view.hint()
    await until(5_999)
    expect(asked).toEqual([0])
    await until(6_000)
    expect(asked).toEqual([0, 6_000])
  })

  it('once more for all hints that come while one is under way', async () => {
    const { view, asked, seen, until } = aView()
    seen.takes = 1_000
    view.watch(KEY, START + HOUR)
    await until(500)
    view.hint()
    view.hint()
    await until(36_000)
    // After the one that was hinted at, the half minute counts again.
    expect(asked).toEqual([0, 6_000])
    await until(37_000)
    expect(asked).toEqual([0, 6_000, 37_000])
  })

  it('once more for all who want an answer while one is under way, and by hints after that', async () => {
    const { view, asked, seen, until } = aView()
    seen.takes = 1_000
    view.watch(KEY, START + HOUR)
    await until(500)
    const answers = [view.refresh(), view.refresh()]
    await until(2_500)
    await Promise.all(answers)
    expect(asked).toEqual([0, 1_000])
    view.hint()
    await until(7_000)
    expect(asked).toEqual([0, 1_000, 7_000])
    await until(9_000)
    void view.refresh()
    await until(9_000)
    expect(asked).toEqual([0, 1_000, 7_000, 9_000])
  })

  it('and whoever waits for that hears when none is under way', async () => {
    const { view, asked, seen, until } = aView()
    seen.takes = 1_000
    view.watch(KEY, START + HOUR)
    await until(500)
    let isIdle = false
    const idle = view.idle().then(() => (isIdle = true))
    await until(999)
    expect(isIdle).toBe(false)
    await until(1_000)
    await idle
    expect(asked).toEqual([0])
  })

  it('no more once the view is closed', async () => {
    const { view, asked, until, seen } = aView()
    seen.takes = 1_000
    view.watch(KEY, START + HOUR)
    await until(500)
    view[Symbol.dispose]()
    view.hint()
    await until(HOUR)
    expect(asked).toEqual([0])
    const closed = aView()
    closed.view.watch(KEY, START + HOUR)
    await closed.until(0)
    closed.view[Symbol.dispose]()
    await closed.until(HOUR)
    expect(closed.asked).toEqual([0])
  })
})

describe('who listens is told', () => {
  it('of the first answer, and of any that is another one; no more once they have gone', async () => {
    const { view, source, until } = aView()
    const told: (readonly [number, string])[] = []
    let at = 0
    const listener = view.subscribe((key) => void told.push([at, key]))
    view.watch(KEY, START + HOUR)
    const steps = [
      () => undefined,
      () => undefined,
      () => (source.alertsNow = [BURN]),
      () => undefined,
      () => (source.fault = { result: 'unknown', why: 'refused', detail: 'no' }),
      () => undefined,
      () => (source.fault = undefined),
    ]
    for (const step of steps) {
      step()
      await until(at * 30_000)
      at += 1
    }
    expect(told.map(([when]) => when)).toEqual([0, 2, 4, 6])
    expect(new Set(told.map(([, key]) => key))).toEqual(new Set([KEY]))
    listener[Symbol.dispose]()
    source.alertsNow = []
    await until(at * 30_000)
    expect(told).toHaveLength(4)
  })

  it('not before there is an answer at all', async () => {
    const { view, source, until } = aView()
    const told: string[] = []
    source.fault = { result: 'unknown', why: 'refused', detail: 'no' }
    view.subscribe((key) => void told.push(key))
    view.watch(KEY, START + HOUR)
    await until(30_000)
    // That nobody answers is told, once.
    expect([told, view.of(WEB)]).toEqual([[KEY], { ...NOT_ASKED, fault: 'no' }])
    source.fault = undefined
    await until(60_000)
    expect(told).toEqual([KEY, KEY])
  })
})

it.each([{ clusters: ['prod', 'dev'] }, { clusters: [undefined] }])(
  'that nobody answers is logged once for each of $clusters, until it is over',
  async ({ clusters }) => {
    const { view, source, until, lines } = aView(clusters)
    const no = { result: 'unknown', why: 'refused', detail: 'no' } as const
    const counts: number[] = []
    view.watch(KEY, START + HOUR)
    for (const [at, fault] of [no, no, undefined, no].entries()) {
      source.fault = fault
      await until(at * 30_000)
      counts.push(lines.length)
    }
    const each = clusters.length
    expect(counts).toEqual([each, each, each, 2 * each])
    expect(lines.slice(0, each).map(({ level, fields }) => [level, fields])).toEqual(
      clusters.map((cluster) => ['warn', { code: 'E_ALERTS_UNREACHABLE', cluster }]),
    )
  },
)
