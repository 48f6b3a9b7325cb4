import type { CancelTimer, Clock } from './clock.ts'

/** A work queue: each key is worked on once, a little after it was added, however often it was added meanwhile. */
export interface Queue {
  add(key: string): void
  stop(): void
}

/** `work` returns the milliseconds after which the key is due again by itself, or undefined. */
export function createQueue(clock: Clock, latencyMs: number, work: (key: string) => number | undefined): Queue {
  const waiting = new Map<string, CancelTimer>()
  const due = new Map<string, CancelTimer>()
  let isStopped = false

  function run(key: string): void {
    for (const timers of [waiting, due]) {
      timers.get(key)?.()
      timers.delete(key)
    }
    const again = work(key)
    if (again !== undefined && !isStopped)
      due.set(
        key,
        clock.setTimer(again, () => run(key)),
      )
  }

  return {
    add(key) {
      if (isStopped || waiting.has(key)) return
      waiting.set(
        key,
        clock.setTimer(latencyMs, () => run(key)),
      )
    },
    stop() {
      isStopped = true
      for (const cancel of [...waiting.values(), ...due.values()]) cancel()
    },
  }
}
