import type { Clock } from '../../ports/clock.ts'

/** A timer cannot be set further ahead than this; a longer one is set in parts. */
const MAX_TIMER_MS = 2_147_483_647

/** A timer counts from the start of the loop's turn and in whole milliseconds, so it may fire this much before its time. */
const EARLY_MS = 1

/** The time of this machine. Its timers keep the process alive until they are disposed. */
export function createSystemClock(): Clock {
  const elapsed = (): number => performance.now()
  return {
    now: () => Date.now(),
    elapsed,
    after(ms, call) {
      const at = elapsed() + ms
      let timer: NodeJS.Timeout
      const arm = (): void => {
        const left = at - elapsed()
        timer = left > MAX_TIMER_MS ? setTimeout(arm, MAX_TIMER_MS) : setTimeout(call, Math.max(0, left) + EARLY_MS)
      }
      arm()
      return { [Symbol.dispose]: () => clearTimeout(timer) }
    },
  }
}
