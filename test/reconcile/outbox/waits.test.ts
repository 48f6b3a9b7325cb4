import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Effect, EffectAction } from '../../../src/domain/effect.ts'
import type { Attempted } from '../../../src/reconcile/outbox/attempt.ts'
import { createBreaker } from '../../../src/reconcile/outbox/breaker.ts'
import { createIdle } from '../../../src/reconcile/outbox/idle.ts'
import { createWaits, laneOf, sideOf } from '../../../src/reconcile/outbox/waits.ts'
import { anEffect } from '../../contract/ledger-documents.ts'
import { publishesCard } from '../publishes-card.ts'

const one = anEffect({ key: 'one' })
const next = anEffect({ key: 'next' })
const elsewhere = anEffect({ key: 'elsewhere', action: { type: 'delete-branch', revertKey: 'other' } })
const own = anEffect({ key: 'card', action: publishesCard() })
const beside = anEffect({ key: 'beside', action: publishesCard({ channel: '#c2', also: true }) })
const failed = (fields: Partial<Extract<Attempted, { isOver: false }>> = {}): Attempted => ({
  isOver: false,
  retryInMs: 5_000,
  isAsked: false,
  isAway: false,
  ...fields,
})

/** At the tenth second. */
async function waiting() {
  const clock = createVirtualClock(0)
  const moves = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, async () => undefined)
  await moves(10_000)
  return {
    clock,
    moves,
    waits: createWaits(
      clock,
      () => 0.5,
      () => 'chat',
    ),
  }
}

describe('what waits', () => {
  it('is nothing after a start', async () => {
    const { waits } = await waiting()
    expect([waits.until(one), waits.lastTried(one), waits.lanes(one)]).toEqual([-Infinity, -1, 16])
  })

  it.each<[string, boolean, number]>([
    ['alone, where nobody has asked for it', false, -Infinity],
    ['with all of its lane, where the other side has asked for it', true, 15_000],
  ])('is what has failed, %s', async (_, isAsked, until) => {
    const { waits } = await waiting()
    waits.note(one, failed({ isAsked }))
    expect([one, next, elsewhere].map((effect) => waits.until(effect))).toEqual([15_000, until, -Infinity])
    expect([one, next, elsewhere].map((effect) => waits.lastTried(effect))).toEqual([10_000, 10_000, -1])
    waits.note(next, { isOver: true })
    expect([waits.until(one), waits.lastTried(one)]).toEqual([-Infinity, -1])
  })

  it.each<[string, Effect, boolean, number]>([
    ['no longer than the gap from its last try', one, false, 12_000],
    ['as long as it would, where that is sooner', one, false, 15_000],
    ['as long as the other side has asked for', one, true, 15_000],
    ['as long as it would, where it is another that has failed', next, false, 15_000],
  ])('that is hastened waits %s', async (_, effect, isAsked, until) => {
    const { waits, moves } = await waiting()
    waits.note(one, failed({ isAsked }))
    await moves(500)
    waits.hasten(effect, until === 12_000 ? 2_000 : 60_000 * Number(effect === one))
    expect(waits.until(one)).toBe(until)
  })

  it('for a channel that does not answer is every card of it, one at a time, until one gets an answer', async () => {
    const { waits } = await waiting()
    waits.note(own, failed({ isAway: true }))
    expect([own, beside, one].map((effect) => [waits.until(effect), waits.lanes(effect)])).toEqual([
      [10_750, 1],
      [10_750, 1],
      [-Infinity, 16],
    ])
    waits.hasten(own, 100)
    expect(waits.until(beside)).toBe(10_100)
    waits.note(beside, failed({ isAway: undefined, retryInMs: 0 }))
    expect(waits.lanes(own)).toBe(1)
    waits.note(beside, { isOver: true })
    expect([own, beside].map((effect) => [waits.until(effect), waits.lanes(effect)])).toEqual([
      [10_000, 16],
      [-Infinity, 16],
    ])
  })

  it('for a channel that answers again, if only with a No, is what has failed alone', async () => {
    const { waits } = await waiting()
    waits.note(own, failed({ isAway: true }))
    waits.note(beside, failed({ isAway: false }))
    expect([waits.lanes(own), waits.until(own), waits.until(beside)]).toEqual([16, 10_000, 15_000])
  })

  it('for a channel that goes on not answering waits longer each time', async () => {
    const { waits, moves } = await waiting()
    waits.note(own, failed({ isAway: true }))
    await moves(750)
    waits.note(beside, failed({ isAway: true }))
    expect(waits.until(own)).toBe(12_250)
  })
})

describe('the breaker of a channel', () => {
  it('counts what fails at once as one fault, and waits longer after the next', async () => {
    const { clock, moves } = await waiting()
    const breaker = createBreaker(clock, () => 0)
    expect(breaker.dueAt).toBe(-Infinity)
    breaker.note()
    await moves(499)
    breaker.note()
    expect(breaker.dueAt).toBe(10_500)
    await moves(1)
    breaker.note()
    expect(breaker.dueAt).toBe(11_500)
  })

  it.each([
    [400, 10_400],
    [9_000, 10_500],
  ])('waits no longer than a gap of %i ms from the last try, and never longer for it', async (gap, dueAt) => {
    const { clock } = await waiting()
    const breaker = createBreaker(clock, () => 0)
    breaker.note()
    breaker.hasten(gap)
    expect(breaker.dueAt).toBe(dueAt)
  })
})

const SHA = '1'.repeat(40) as CommitSha
it.each<[EffectAction, string, string]>([
  [{ type: 'open-revert', revertKey: 'v' }, 'revert v', 'revert'],
  [{ type: 'delete-branch', revertKey: 'v' }, 'revert v', 'revert'],
  [{ type: 'mark-commit', releaseKey: 'r', quarantineKey: 'q', commit: SHA }, `mark-commit ${SHA}`, 'mark-commit'],
  [{ type: 'announce-release', releaseKey: 'r', announcement: 'a' }, 'announce-release a', 'announce-release'],
  [{ type: 'read-pods', releaseKey: 'r' }, 'read-pods r', 'read-pods'],
  [publishesCard(), 'publish-card r', 'publish-card of #c'],
  [publishesCard({ also: true }), 'publish-card r #c', 'publish-card of #c'],
])('%j has a lane and a side', (action, lane, side) => {
  const effect = anEffect({ key: 'e', action })
  expect([laneOf(effect), sideOf(effect, (channel) => `of ${channel}`)]).toEqual([lane, side])
})

it('who waits for idleness is let go once, as soon as there is nothing to do', async () => {
  let isBusy = true
  const idle = createIdle(() => isBusy)
  const reached: string[] = []
  const first = idle.reached().then(() => reached.push('first'))
  const second = idle.reached().then(() => reached.push('second'))
  idle.check()
  await new Promise((resolve) => setImmediate(resolve))
  expect(reached).toEqual([])
  isBusy = false
  idle.check()
  await Promise.all([first, second])
  expect(reached).toEqual(['first', 'second'])
  await idle.reached()
})
