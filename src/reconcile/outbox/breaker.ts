import { backOff } from '../../domain/back-off.ts'
import type { Clock } from '../../ports/clock.ts'
import { CARD_RETRY } from './attempt.ts'

/** While a channel does not answer, one card at a time tries whether it does, in place of each for itself. In memory only. */
export interface Breaker {
  /** When the next card may be tried, by the clock's `elapsed`. */
  readonly dueAt: number
  /** A card got no answer. */
  note(): void
  /** Something says that the channel may answer by now: no longer than `gapMs` from the last try is waited. */
  hasten(gapMs: number): void
}

/** See {@link Breaker}. `random`: in [0, 1). */
export function createBreaker(clock: Pick<Clock, 'elapsed'>, random: () => number): Breaker {
  let faults = 0
  let triedAt = 0
  let dueAt = -Infinity

  return {
    get dueAt() {
      return dueAt
    },
    note() {
      const now = clock.elapsed()
      // Those that were under way at once fail at once: that is one fault.
      if (now < dueAt) return
      faults += 1
      triedAt = now
      dueAt = now + backOff(faults, CARD_RETRY, random())
    },
    hasten(gapMs) {
      dueAt = Math.min(dueAt, triedAt + gapMs)
    },
  }
}
