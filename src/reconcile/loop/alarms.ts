import type { Clock } from '../../ports/clock.ts'

/** One alarm a key: of several times that were asked for, the earliest counts. */
export interface Alarms extends Disposable {
  /** `at`: by the clock's `elapsed`. */
  set(key: string, at: number): void
  cancel(key: string): void
}

/** See {@link Alarms}. */
export function createAlarms(clock: Clock, ring: (key: string) => void): Alarms {
  const timers = new Map<string, { at: number; timer: Disposable }>()

  function cancel(key: string): void {
    timers.get(key)?.timer[Symbol.dispose]()
    timers.delete(key)
  }

  return {
    set(key, at) {
      const known = timers.get(key)
      if (known && known.at <= at) return
      cancel(key)
      const timer = clock.after(at - clock.elapsed(), () => {
        timers.delete(key)
        ring(key)
      })
      timers.set(key, { at, timer })
    },
    cancel,
    [Symbol.dispose]() {
      for (const key of timers.keys()) cancel(key)
    },
  }
}
