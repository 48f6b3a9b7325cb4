import { describe, expect, it } from 'vitest'
import type { Clock } from '../../src/ports/clock.ts'

/** One implementation under test. */
export interface ClockUnderTest {
  name: string
  open: () => {
    clock: Clock
    /** Lets this much time pass, milliseconds; resolves when all that was due has been called. */
    pass: (ms: number) => Promise<void>
  }
}

/** What every Clock keeps to. */
export function describeClock({ name, open }: ClockUnderTest): void {
  describe(`${name} as a Clock`, () => {
    it('tells epoch milliseconds, and goes on', async () => {
      const { clock, pass } = open()
      const before = clock.now()
      expect(before).toBeGreaterThan(Date.UTC(2020, 0, 1))
      await pass(20)
      expect(clock.now()).toBeGreaterThanOrEqual(before + 20)
    })

    it('tells how much has passed, which never goes back', async () => {
      const { clock, pass } = open()
      const before = clock.elapsed()
      await pass(20)
      expect(clock.elapsed()).toBeGreaterThanOrEqual(before + 19)
    })

    it('calls once, at or after the time, and not before', async () => {
      const { clock, pass } = open()
      const at = clock.elapsed() + 20
      const calls: number[] = []
      using _timer = clock.after(20, () => void calls.push(clock.elapsed()))
      await pass(60)
      expect(calls).toHaveLength(1)
      expect(calls[0]).toBeGreaterThanOrEqual(at)
    })

    it('never calls before the caller has returned, not even for a time that is past', async () => {
      const { clock, pass } = open()
      const seen: string[] = []
      using _now = clock.after(0, () => void seen.push('now'))
      using _past = clock.after(-60_000, () => void seen.push('past'))
      expect(seen).toEqual([])
      await pass(20)
      expect(seen.toSorted()).toEqual(['now', 'past'])
    })

    it('what is disposed is not called; disposing again, or after the call, does nothing', async () => {
      const { clock, pass } = open()
      const seen: string[] = []
      const cancelled = clock.after(10, () => void seen.push('cancelled'))
      const called = clock.after(10, () => void seen.push('called'))
      cancelled[Symbol.dispose]()
      cancelled[Symbol.dispose]()
      await pass(40)
      called[Symbol.dispose]()
      expect(seen).toEqual(['called'])
    })

    it('calls in the order of the times, whatever the order in which they were set', async () => {
      const { clock, pass } = open()
      const seen: number[] = []
      const timers = [90, 10, 50].map((after) => clock.after(after, () => void seen.push(after)))
      await pass(150)
      for (const timer of timers) timer[Symbol.dispose]()
      expect(seen).toEqual([10, 50, 90])
    })

    it('a call may set the next one', async () => {
      const { clock, pass } = open()
      let calls = 0
      const again = (): void => {
        calls += 1
        if (calls < 3) clock.after(5, again)
      }
      clock.after(5, again)
      await pass(100)
      expect(calls).toBe(3)
    })

    it('takes a time that is further off than any timer of the machine', async () => {
      const { clock, pass } = open()
      let called = false
      using _timer = clock.after(400 * 86_400_000, () => void (called = true))
      await pass(20)
      expect(called).toBe(false)
    })
  })
}
