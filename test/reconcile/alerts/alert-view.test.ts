import { expect, it } from 'vitest'
import { createMemoryAlerts, type MemoryAlerts } from '../../../src/adapters/alerts/memory/source.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { createAlertView } from '../../../src/reconcile/alerts/alert-view.ts'
import { rememberLog } from '../../remember-log.ts'
import { anAlert } from './an-alert.ts'

const REF = { cluster: 'prod', namespace: 'shop', name: 'web' }
const BURN = anAlert()

function open(source: MemoryAlerts) {
  const clock = createVirtualClock(1_000_000)
  const { logger, lines } = rememberLog()
  const groups = [{ cluster: undefined, source, tells: () => true, keeper: () => source }]
  const view = createAlertView({ clock, logger, groups, locate: () => REF })
  view.watch('prod/shop/web', clock.now() + 3_600_000)
  return { view, lines }
}

/** A server that answers when it is told to. */
function slow(): { source: MemoryAlerts; answer: () => void; began: () => number } {
  const source = createMemoryAlerts()
  const waiting: (() => void)[] = []
  let began = 0
  const alerts = source.alerts.bind(source)
  source.alerts = async (question) => {
    began += 1
    await new Promise<void>((resolve) => void waiting.push(resolve))
    return alerts(question)
  }
  return { source, answer: () => waiting.shift()?.(), began: () => began }
}

it('all who ask while one question is under way share the next one, which begins after it', async () => {
  const { source, answer, began } = slow()
  using view = open(source).view
  const first = view.refresh()
  const others = Array.from({ length: 20 }, () => view.refresh())
  source.alertsNow = [BURN]
  answer()
  await first
  await expect.poll(began).toBe(2)
  const late = view.refresh()
  answer()
  await Promise.all(others)
  expect(view.of(REF).alerts).toHaveLength(1)
  source.alertsNow = []
  await expect.poll(began).toBe(3)
  answer()
  await late
  expect(view.of(REF).alerts).toEqual([])
  await view.idle()
  expect(began()).toBe(3)
})

it('a listener that throws is logged, and neither keeps the others from being told nor ends the asking', async () => {
  const source = createMemoryAlerts()
  const { view, lines } = open(source)
  const told: string[] = []
  view.subscribe(() => {
    throw new Error('no')
  })
  view.subscribe((key) => void told.push(key))
  await view.refresh()
  source.alertsNow = [BURN]
  await view.refresh()
  await view.idle()
  expect(told).toEqual(['prod/shop/web', 'prod/shop/web'])
  expect(lines.filter(({ level }) => level === 'error')).toHaveLength(2)
  view[Symbol.dispose]()
})

it('a source that throws against its promise is logged, and asked again', async () => {
  const source = createMemoryAlerts()
  const { view, lines } = open(source)
  const alerts = source.alerts.bind(source)
  source.alerts = async () => Promise.reject(new Error('no'))
  await view.refresh()
  source.alerts = alerts
  source.alertsNow = [BURN]
  await view.refresh()
  expect(view.of(REF).alerts).toHaveLength(1)
  expect(lines.map(({ level }) => level)).toContain('error')
  view[Symbol.dispose]()
})
