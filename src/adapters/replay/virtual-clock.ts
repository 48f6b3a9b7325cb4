import type { Clock } from '../../ports/clock.ts'

/** A clock that moves only when told to. */
export interface VirtualClock extends Clock {
  /** Moves on to `at` (epoch ms), stopping at every timer on the way; `settled` is awaited after each. */
  advanceTo(at: number, settled: () => Promise<void>): Promise<void>
}

/** See {@link VirtualClock}. Timers of one instant run in the order in which they were set. */
export function createVirtualClock(start: number): VirtualClock {
  let now = start
  let order = 0
  const timers = new Map<number, { at: number; call: () => void }>()

  function nextUntil(end: number): number | undefined {
    let found: number | undefined
    for (const [id, timer] of timers) {
      const best = found === undefined ? undefined : timers.get(found)
      if (timer.at <= end && (best === undefined || timer.at < best.at)) found = id
    }
    return found
  }

  return {
    now: () => now,
    schedule(at, call) {
      const id = order++
      timers.set(id, { at, call })
      return { [Symbol.dispose]: () => void timers.delete(id) }
    },
    async advanceTo(end, settled) {
      for (let id = nextUntil(end); id !== undefined; id = nextUntil(end)) {
        const timer = timers.get(id)
        timers.delete(id)
        if (!timer) continue
        now = Math.max(now, timer.at)
        timer.call()
        await settled()
      }
      now = Math.max(now, end)
      await settled()
    },
  }
}
