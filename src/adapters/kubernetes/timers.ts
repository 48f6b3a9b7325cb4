import type { Clock } from '../../ports/clock.ts'

/** Waits until `ms` have passed on the clock or the signal aborts; never rejects. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 0 || signal.aborted) return resolve()
    const finish = (): void => {
      timer[Symbol.dispose]()
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = clock.after(ms, finish)
    signal.addEventListener('abort', finish, { once: true })
  })
}

/** Calls back when too long has passed since the last sign of life. */
export interface Watchdog extends Disposable {
  alive(): void
}

// A process that itself stood still (a long collection, a stopped container) finds its timers due before it has read what came meanwhile.
const SECOND_LOOK_MS = 250

/**
 * Watches over something that should be heard of at least every `limitMs`. A sign of life costs one assignment: the timer is moved only
 * when it fires. Two looks in a row must find silence.
 */
export function createWatchdog(clock: Clock, limitMs: number, onSilence: () => void): Watchdog {
  let heardAt = clock.elapsed()
  let suspicious = false
  let timer = clock.after(limitMs, look)

  function look(): void {
    const left = heardAt + limitMs - clock.elapsed()
    if (left > 0) {
      suspicious = false
      timer = clock.after(left, look)
    } else if (suspicious) {
      onSilence()
    } else {
      suspicious = true
      timer = clock.after(SECOND_LOOK_MS, look)
    }
  }

  return {
    alive() {
      heardAt = clock.elapsed()
    },
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  }
}
