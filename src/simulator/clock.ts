/** The only source of time in the simulator, so that tests can stand still. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `fn` once after `ms` milliseconds of this clock. */
  setTimer(ms: number, fn: () => void): CancelTimer
}

export type CancelTimer = () => void

/** A clock that a test moves by hand. */
export interface ManualClock extends Clock {
  /** Moves time forward, running each timer that falls due, in order, at its own moment. */
  advance(ms: number): void
  /** Milliseconds until the next timer, or undefined where none is set. */
  untilNext(): number | undefined
}

/** Real time. Timers keep the process alive; stop their owner to end it. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    setTimer(ms, fn) {
      const timer = setTimeout(fn, Math.max(0, ms))
      return () => clearTimeout(timer)
    },
  }
}

/** A clock that stands still until `advance` is called. `start` is in milliseconds since the epoch. */
export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start
  let nextId = 0
  const timers = new Map<number, { due: number; fn: () => void }>()

  function earliest(): [number, { due: number; fn: () => void }] | undefined {
    let found: [number, { due: number; fn: () => void }] | undefined
    for (const entry of timers) if (found === undefined || entry[1].due < found[1].due) found = entry
    return found
  }

  return {
    now: () => now,
    setTimer(ms, fn) {
      const id = nextId++
      timers.set(id, { due: now + Math.max(0, ms), fn })
      return () => timers.delete(id)
    },
    advance(ms) {
      const end = now + ms
      for (let next = earliest(); next !== undefined && next[1].due <= end; next = earliest()) {
        timers.delete(next[0])
        now = Math.max(now, next[1].due)
        next[1].fn()
      }
      now = end
    },
    untilNext() {
      const next = earliest()
      return next === undefined ? undefined : Math.max(0, next[1].due - now)
    },
  }
}

/** RFC 3339 with whole seconds, as Kubernetes and GitHub write times. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
