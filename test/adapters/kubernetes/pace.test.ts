import { describe, expect, it } from 'vitest'
import { createPace } from '../../../src/adapters/kubernetes/pace.ts'
import { createWatchdog } from '../../../src/adapters/kubernetes/timers.ts'
import { handClock } from './harness.ts'

describe('the pace of reconnects', () => {
  it('does not wait after a stream that worked', () => {
    const pace = createPace(handClock(), () => 0)
    expect(pace.afterEnd()).toBe(0)
  })

  it('lets a proxy that closes everything at once cause no more than ten attempts and then one a second', () => {
    const clock = handClock()
    const pace = createPace(clock, () => 0)
    let attempts = 0
    for (const began = clock.now(); clock.now() - began < 60_000; attempts += 1) clock.advance(Math.max(1, pace.afterEnd()))
    expect(attempts).toBeLessThanOrEqual(71)
  })

  it('waits longer after each fault, half of it by chance, and never more than ten seconds', () => {
    const clock = handClock()
    const longest = createPace(clock, () => 1)
    const waits = Array.from({ length: 9 }, () => {
      clock.advance(60_000)
      return longest.afterFault(0)
    })
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000])
    clock.advance(60_000)
    expect(createPace(clock, () => 0).afterFault(0)).toBe(100)
  })

  it('starts over once it worked again', () => {
    const clock = handClock()
    const pace = createPace(clock, () => 1)
    for (let fault = 0; fault < 5; fault += 1) pace.afterFault(0)
    pace.recovered()
    clock.advance(60_000)
    expect(pace.afterFault(0)).toBe(200)
  })

  it('waits at least as long as the server asks', () => {
    expect(createPace(handClock(), () => 0).afterFault(7_000)).toBe(7_000)
  })
})

describe('the watchdog', () => {
  it('barks when nothing was heard for the limit, after a second look', () => {
    const clock = handClock()
    let barks = 0
    using dog = createWatchdog(clock, 1_000, () => void (barks += 1))
    clock.advance(900)
    dog.alive()
    clock.advance(1_000)
    expect(barks).toBe(0)
    clock.advance(250)
    expect(barks).toBe(1)
  })

  it('does not take its own standstill for the silence of the other side', () => {
    const clock = handClock()
    let barks = 0
    using dog = createWatchdog(clock, 1_000, () => void (barks += 1))
    // The process stood still; what came meanwhile is read right after the timer that was due.
    clock.advance(1_000)
    dog.alive()
    clock.advance(999)
    expect(barks).toBe(0)
  })

  it('is silent once it is disposed', () => {
    const clock = handClock()
    let barks = 0
    createWatchdog(clock, 1_000, () => void (barks += 1))[Symbol.dispose]()
    clock.advance(10_000)
    expect(barks).toBe(0)
  })
})
