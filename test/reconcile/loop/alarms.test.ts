import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { createAlarms } from '../../../src/reconcile/loop/alarms.ts'

function createDesk() {
  const clock = createVirtualClock(1_000)
  const rung: (readonly [string, number])[] = []
  const alarms = createAlarms(clock, (key) => void rung.push([key, clock.elapsed()]))
  const wait = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, async () => undefined)
  return { alarms, wait, rung: () => rung.splice(0) }
}

describe('an alarm', () => {
  it('rings at the earliest of several times, once', async () => {
    const { alarms, wait, rung } = createDesk()
    for (const at of [20, 10, 30]) alarms.set('a', at)
    alarms.set('b', 5)
    await wait(100)
    expect(rung()).toEqual([
      ['b', 5],
      ['a', 10],
    ])
  })

  it('is set from now on, whatever time has passed', async () => {
    const { alarms, wait, rung } = createDesk()
    await wait(100)
    alarms.set('a', 150)
    await wait(49)
    expect(rung()).toEqual([])
    await wait(1)
    expect(rung()).toEqual([['a', 150]])
  })

  it('may be set for later once it has rung, or was cancelled', async () => {
    const { alarms, wait, rung } = createDesk()
    for (const key of ['a', 'b']) alarms.set(key, 10)
    alarms.cancel('b')
    await wait(10)
    expect(rung()).toEqual([['a', 10]])
    for (const key of ['a', 'b']) alarms.set(key, 20)
    await wait(10)
    expect(rung()).toEqual([
      ['a', 20],
      ['b', 20],
    ])
  })

  it('does not ring after the end', async () => {
    const { alarms, wait, rung } = createDesk()
    for (const key of ['a', 'b']) alarms.set(key, 10)
    alarms[Symbol.dispose]()
    await wait(100)
    expect(rung()).toEqual([])
  })
})
