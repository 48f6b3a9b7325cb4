import type { Clock } from '../../ports/clock.ts'

/** A clock that moves only when told to. */
export interface VirtualClock extends Clock {
  /** Moves on to `at` (epoch ms), stopping at every timer on the way; `settled` is awaited after each. */
  advanceTo(at: number, settled: () => Promise<void>): Promise<void>
  /** As when a person sets the machine's clock: only `now` is another one. */
  set(now: number): void
}

/** See {@link VirtualClock}. Timers of one instant run in the order in which they were set. */
export function createVirtualClock(start: number): VirtualClock {
  let line = start
  let shift = 0
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
    now: () => line + shift,
    elapsed: () => line - start,
    after(ms, call) {
      const id = order++
      timers.set(id, { at: line + ms, call })
      return { [Symbol.dispose]: () => void timers.delete(id) }
    },
    set: (now) => void (shift = now - line),
    async advanceTo(at, settled) {
      const end = at - shift
      for (let id = nextUntil(end); id !== undefined; id = nextUntil(end)) {
        const timer = timers.get(id)
        timers.delete(id)
        if (!timer) continue
        line = Math.max(line, timer.at)
        timer.call()
        await settled()
      }
      line = Math.max(line, end)
      await settled()
    },
  }
}
