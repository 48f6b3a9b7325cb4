import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { createSettling } from '../../../src/reconcile/look/settle.ts'
import { createWorkQueue } from '../../../src/reconcile/loop/work-queue.ts'

function createDesk(
  process: (key: string) => Promise<void> = async () => undefined,
  longestBackOffMs?: (error: unknown) => number | undefined,
) {
  const clock = createVirtualClock(0)
  const done: string[] = []
  const errors: number[] = []
  const queue = createWorkQueue({
    clock,
    concurrency: 2,
    random: () => 1,
    ...(longestBackOffMs && { longestBackOffMs }),
    process: async (key) => {
      await process(key)
      done.push(key)
    },
    onError: (_, __, retryInMs) => void errors.push(retryInMs),
  })
  return { clock, done, errors, queue, advance: (ms: number) => clock.advanceTo(clock.now() + ms, () => queue.idle()) }
}

describe('the work queue', () => {
  it('handles a key once, however often it is asked for before it starts', async () => {
    const { queue, done } = createDesk()
    for (const key of ['a', 'b', 'c', 'c', 'c']) queue.add(key)
    await queue.idle()
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('never handles one key twice at once, and handles it again when it was asked for meanwhile', async () => {
    let running = 0
    let most = 0
    const gates: (() => void)[] = []
    const { queue, done } = createDesk(async () => {
      most = Math.max(most, (running += 1))
      await new Promise<void>((resolve) => gates.push(resolve))
      running -= 1
    })
    queue.add('a')
    queue.add('a')
    queue.add('a')
    gates.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
    gates.shift()?.()
    await queue.idle()
    expect([most, done]).toEqual([1, ['a', 'a']])
  })

  it.each([
    [undefined, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]],
    [10_000, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000]],
  ])('comes again later each time, at most after %s ms where that is said of the fault', async (longest, waits) => {
    const { queue, errors, advance } = createDesk(
      () => Promise.reject(new Error('away')),
      (error) => (error instanceof Error && error.message === 'away' ? longest : 1),
    )
    queue.add('a')
    for (const wait of waits) await advance(wait)
    expect(errors.slice(0, waits.length)).toEqual(waits)
  })

  it('takes the earliest of several times for a key', async () => {
    const { queue, done, advance } = createDesk()
    queue.addAt('a', 5_000)
    queue.addAt('a', 1_000)
    queue.addAt('a', 9_000)
    await advance(1_000)
    expect(done).toEqual(['a'])
    await advance(20_000)
    expect(done).toEqual(['a'])
  })

  it('tries again ever later, at most a minute apart, and at once when asked', async () => {
    let broken = true
    const { queue, done, errors, advance } = createDesk(async () => {
      if (broken) throw new Error('down')
    })
    queue.add('a')
    await queue.idle()
    await advance(10 * 60_000)
    expect(errors.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000])
    expect(Math.max(...errors)).toBe(60_000)
    broken = false
    queue.add('a')
    await queue.idle()
    expect(done).toEqual(['a'])
  })

  it('begins with the shortest wait again once a try has succeeded', async () => {
    const outcomes = ['down', 'down', '', 'down']
    const { queue, errors, advance } = createDesk(async () => {
      if (outcomes.shift()) throw new Error('down')
    })
    queue.add('a')
    await queue.idle()
    await advance(10_000)
    queue.add('a')
    await queue.idle()
    expect(errors).toEqual([500, 1_000, 500])
  })

  it('handles what it was asked for at a time no second time, once it was asked for at once', async () => {
    const { queue, done, advance } = createDesk()
    queue.addAt('a', 1_000)
    queue.add('a')
    await queue.idle()
    await advance(5_000)
    expect(done).toEqual(['a'])
  })

  it('leaves out what waits its turn at the end, and sets no time for it before', async () => {
    const gates: (() => void)[] = []
    const { queue, done, advance } = createDesk(() => new Promise<void>((resolve) => gates.push(resolve)))
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key)
    queue.addAt('c', 1_000)
    for (const gate of gates.splice(0, 1)) gate()
    await expect.poll(() => done).toEqual(['a'])
    queue[Symbol.dispose]()
    while (gates.length > 0) gates.shift()?.()
    await queue.idle()
    expect(new Set(done)).toEqual(new Set(['a', 'b', 'c']))
    await advance(5_000)
    expect(done).toHaveLength(3)
  })

  it('sets no time for what is handled next anyway', async () => {
    const gates: (() => void)[] = []
    const { queue, done, advance } = createDesk(() => new Promise<void>((resolve) => gates.push(resolve)))
    for (const key of ['a', 'b', 'c']) queue.add(key)
    queue.addAt('c', 1_000)
    while (queue.depth > 0) {
      gates.shift()?.()
      await new Promise(setImmediate)
    }
    const end = advance(5_000)
    await new Promise(setImmediate)
    for (const gate of gates) gate()
    await end
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('keeps no time for anything after its end', () => {
    let timers = 0
    const after = () => {
      timers += 1
      return { [Symbol.dispose]: () => void (timers -= 1) }
    }
    const clock = { now: () => 0, elapsed: () => 0, after }
    const queue = createWorkQueue({ clock, concurrency: 1, random: () => 0, process: async () => undefined, onError: () => undefined })
    for (const key of ['a', 'b']) queue.addAt(key, 1_000)
    queue[Symbol.dispose]()
    expect(timers).toBe(0)
  })

  it('does nothing after its end', async () => {
    const { queue, done, advance } = createDesk()
    queue.addAt('a', 1_000)
    queue[Symbol.dispose]()
    queue.add('b')
    await advance(5_000)
    expect(done).toEqual([])
  })
})

describe('a verdict', () => {
  it('has settled when it has held; another one begins anew', () => {
    const settling = createSettling()
    expect(settling.observe('k', 'bad', 0, 1_000)).toEqual({ settled: false, dueAt: 1_000, since: 0 })
    expect(settling.observe('k', 'bad', 999, 1_000).settled).toBe(false)
    expect(settling.observe('k', 'bad', 1_000, 1_000).settled).toBe(true)
    expect(settling.observe('k', 'good', 1_001, 1_000).settled).toBe(false)
    expect(settling.observe('k', 'bad', 1_002, 1_000)).toMatchObject({ settled: false, since: 1_002 })
  })

  it('begins anew after it was forgotten, as after blindness', () => {
    const settling = createSettling()
    settling.observe('k', 'bad', 0, 1_000)
    settling.forget('k')
    expect(settling.observe('k', 'bad', 5_000, 1_000).settled).toBe(false)
  })

  it('has settled at once where no delay is wanted', () => {
    expect(createSettling().observe('k', 'bad', 7, 0).settled).toBe(true)
  })
})
