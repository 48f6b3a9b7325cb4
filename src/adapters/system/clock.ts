import type { Clock } from '../../ports/clock.ts'

/** A timer cannot be set further ahead than this; a longer one is set in parts. */
const MAX_TIMER_MS = 2_147_483_647

/** The time of this machine. Its timers keep the process alive until they are disposed. */
export function createSystemClock(): Clock {
  const elapsed = (): number => performance.now()
  return {
    now: () => Date.now(),
    elapsed,
    after(ms, call) {
      const at = elapsed() + ms
      let timer: NodeJS.Timeout
      // A timer counts from the start of the loop's turn and in whole milliseconds, so it may fire before its time.
      const fire = (): void => (elapsed() < at ? arm() : call())
      const arm = (): void => {
        timer = setTimeout(fire, Math.min(Math.max(0, at - elapsed()), MAX_TIMER_MS))
      }
      arm()
      return { [Symbol.dispose]: () => clearTimeout(timer) }
    },
  }
}
