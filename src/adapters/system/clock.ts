import type { Clock } from '../../ports/clock.ts'

/** A timer cannot be set further ahead than this; a longer one is set in parts. */
const MAX_TIMER_MS = 2_147_483_647

/** The time of this machine. Its timers keep the process alive until they are disposed. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    schedule(at, call) {
      let timer: NodeJS.Timeout
      const arm = (): void => {
        const left = at - Date.now()
        timer = left > MAX_TIMER_MS ? setTimeout(arm, MAX_TIMER_MS) : setTimeout(call, Math.max(0, left))
      }
      arm()
      return { [Symbol.dispose]: () => clearTimeout(timer) }
    },
  }
}
