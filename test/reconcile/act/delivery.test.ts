import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { Effect } from '../../../src/domain/effect.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { createDelivery } from '../../../src/reconcile/act/delivery.ts'
import { createJournal } from '../../../src/reconcile/environment.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import type { Delivered } from '../../../src/reconcile/outbox/delivered.ts'
import { intend } from '../../../src/reconcile/outbox/intent.ts'
import { rememberLog } from '../../remember-log.ts'

/** `breaks`: what is written down with this fault is not. */
async function createOutbox(perform: (effect: Effect) => Promise<Delivered>, breaks: { fault?: Error | undefined } = {}) {
  const virtual = createVirtualClock(0)
  const timers = new Set<Disposable>()
  const clock = {
    ...virtual,
    after(ms: number, call: () => void): Disposable {
      const timer = virtual.after(ms, () => [timers.delete(timer), call()])
      timers.add(timer)
      return { [Symbol.dispose]: () => [timers.delete(timer), timer[Symbol.dispose]()] }
    },
  }
  const log = rememberLog()
  const store = createMemoryLedger({ clock })
  const ledger = await openLedger(store)
  const journal = createJournal(ledger)
  const over: string[] = []
  const delivery = createDelivery({
    sideOfChannel: () => '',
    clock,
    ledger,
    journal: { commit: (entries) => (breaks.fault ? Promise.reject(breaks.fault) : journal.commit(entries)) },
    logger: log.logger,
    random: () => 1,
    isReady: () => true,
    perform,
    onOver: (effect) => void over.push(effect.key),
  })
  const put = (key: string, revertKey: string): Promise<void> =>
    journal.commit(() => [intend(key, { type: 'delete-branch', revertKey }, clock.now())])
  const advance = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, () => delivery.idle())
  return { store, ledger, delivery, over, put, advance, clock, timers, lines: log.lines }
}

const done: Delivered = { state: 'done', event: 'branch-deleted' }

describe('the outbox', () => {
  it('writes down that an effect begins before it begins, and how it came out', async () => {
    const seen: unknown[] = []
    const outbox = await createOutbox(async (effect) => {
      seen.push([effect.attempts, outbox.ledger.read('effect', effect.key)?.attempts])
      return done
    })
    await outbox.put('e', 'r')
    outbox.delivery.kick()
    await outbox.delivery.idle()
    expect(seen).toEqual([[0, 1]])
    expect((await outbox.store.history('effect', 'e')).map((record) => record.event)).toEqual([
      'delete-branch-intended',
      'effect-started',
      'branch-deleted',
    ])
    expect(outbox.ledger.pendingEffects()).toEqual([])
    expect(outbox.over).toEqual(['e'])
  })

  it('keeps the effects of one revert in order and lets others pass', async () => {
    const order: string[] = []
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    const outbox = await createOutbox(async (effect) => {
      if (effect.key === 'a1') await gate
      order.push(effect.key)
      return done
    })
    await outbox.put('a1', 'a')
    await outbox.put('a2', 'a')
    await outbox.put('b1', 'b')
    outbox.delivery.kick()
    await expect.poll(() => order).toEqual(['b1'])
    open()
    await outbox.delivery.idle()
    expect(order).toEqual(['b1', 'a1', 'a2'])
  })

  it.each<[string, unknown, number]>([
    ['as long as the other side asks', new KedgeError('E_FORGE_RATE_LIMITED', 'slow down', { retryAfterSeconds: 90 }), 90_000],
    ['a second at first', new KedgeError('E_FORGE_UNREACHABLE', 'down'), 1_000],
    ['five minutes at most, whatever the other side asks', new KedgeError('E_FORGE_RATE_LIMITED', '', { retryAfterSeconds: 1e9 }), 300_000],
    ['less than a minute where only a person can help', new KedgeError('E_FORGE_REJECTED', 'no'), 50_000],
  ])('waits %s, and forgets nothing', async (_, fault, wait) => {
    let broken = true
    const outbox = await createOutbox(async () => {
      if (broken) throw fault
      return done
    })
    await outbox.put('e', 'r')
    outbox.delivery.kick()
    await outbox.delivery.idle()
    expect(outbox.ledger.read('effect', 'e')).toMatchObject({ state: 'pending', notBefore: wait })
    broken = false
    await outbox.advance(wait - 1)
    expect(outbox.over).toEqual([])
    await outbox.advance(1)
    expect(outbox.over).toEqual(['e'])
  })

  it('is held up by no clock that is set back, and by nothing that failed before a start', async () => {
    let broken = true
    const outbox = await createOutbox(async () => {
      if (broken) throw new KedgeError('E_FORGE_UNREACHABLE', 'down')
      return done
    })
    await outbox.put('e', 'r')
    outbox.delivery.kick()
    await outbox.delivery.idle()
    broken = false
    outbox.clock.set(outbox.clock.now() - 3_600_000)
    await outbox.advance(1_000)
    expect(outbox.over).toEqual(['e'])
  })

  it('tries again at once what somebody says may go through by now, but for what the other side wants to wait', async () => {
    const faults = [new KedgeError('E_FORGE_REJECTED', 'no'), new KedgeError('E_FORGE_RATE_LIMITED', 'no', { retryAfterSeconds: 60 })]
    const outbox = await createOutbox(async () => {
      const fault = faults.shift()
      if (fault) throw fault
      return done
    })
    for (const key of ['refused', 'limited']) await outbox.put(key, key)
    outbox.delivery.kick()
    await outbox.delivery.idle()
    outbox.delivery.hasten(() => true, 0)
    await outbox.delivery.idle()
    expect(outbox.over).toEqual(['refused'])
    await outbox.advance(60_000)
    expect(outbox.over).toEqual(['refused', 'limited'])
  })

  it('gives an effect that was started before the number of its tries, so that it looks before it acts', async () => {
    const tries: number[] = []
    const outbox = await createOutbox(async (effect) => {
      tries.push(effect.attempts)
      if (tries.length < 3) throw new Error('crash')
      return done
    })
    await outbox.put('e', 'r')
    outbox.delivery.kick()
    await outbox.delivery.idle()
    await outbox.advance(60_000)
    expect(tries).toEqual([0, 1, 2])
  })

  it('hastens what is meant, and nothing else', async () => {
    const tries: string[] = []
    const outbox = await createOutbox(async ({ key }) => {
      tries.push(key)
      throw new KedgeError('E_FORGE_REJECTED', 'no')
    })
    for (const key of ['a', 'b']) await outbox.put(key, key)
    outbox.delivery.kick()
    await outbox.delivery.idle()
    outbox.delivery.hasten(({ key }) => key === 'b', 0)
    await outbox.delivery.idle()
    expect(tries).toEqual(['a', 'b', 'b'])
  })

  it('tries what could not be written down again a second later, or as soon as it is hastened', async () => {
    const breaks: { fault?: Error | undefined } = { fault: new Error('disk full') }
    const tries: string[] = []
    const outbox = await createOutbox(async ({ key }) => (tries.push(key), done), breaks)
    for (const key of ['late', 'soon']) await outbox.put(key, key)
    outbox.delivery.kick()
    await outbox.delivery.idle()
    const told = { level: 'error', message: 'an effect could not be recorded' }
    expect(outbox.lines).toEqual(['late', 'soon'].map((effect) => ({ ...told, fields: { effect, error: 'Error: disk full' } })))
    expect([tries, outbox.over]).toEqual([[], []])
    breaks.fault = undefined
    outbox.delivery.hasten(({ key }) => key === 'soon', 0)
    await outbox.delivery.idle()
    expect(outbox.over).toEqual(['soon'])
    await outbox.advance(1_000)
    expect(outbox.over).toEqual(['soon', 'late'])
  })

  it('waits by one timer, however often it is asked to look, and by none once it has ended', async () => {
    const tries: string[] = []
    const outbox = await createOutbox(async ({ key }) => {
      tries.push(key)
      throw new KedgeError('E_FORGE_UNREACHABLE', 'down')
    })
    await outbox.put('a', 'a')
    for (let time = 0; time < 3; time += 1) outbox.delivery.kick()
    await outbox.delivery.idle()
    for (let time = 0; time < 3; time += 1) outbox.delivery.kick()
    expect([tries, outbox.timers.size]).toEqual([['a'], 1])
    outbox.delivery[Symbol.dispose]()
    expect(outbox.timers.size).toBe(0)
    await outbox.put('b', 'b')
    outbox.delivery.kick()
    await outbox.advance(600_000)
    expect([tries, outbox.timers.size]).toEqual([['a'], 0])
  })
})
