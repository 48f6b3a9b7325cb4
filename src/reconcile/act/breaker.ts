import { backOff } from '../../domain/back-off.ts'
import type { Clock } from '../../ports/clock.ts'
import { CARD_RETRY } from './attempt.ts'

/** While the channel does not answer, one card at a time tries whether it does, in place of each for itself. In memory only. */
export interface Breaker {
  /** When the next card may be tried, by the clock's `elapsed`; undefined while the channel answers. */
  readonly dueAt: number | undefined
  /** A card was tried. */
  note(given: { isAway: boolean }): void
  /** Something says that the channel may answer by now: no longer than `gapMs` from the last try is waited. */
  hasten(gapMs: number): void
}

/** See {@link Breaker}. `random`: in [0, 1). */
export function createBreaker(clock: Pick<Clock, 'elapsed'>, random: () => number): Breaker {
  let faults = 0
  let triedAt = 0
  let dueAt: number | undefined

  return {
    get dueAt() {
      return dueAt
    },
    note({ isAway }) {
      const now = clock.elapsed()
      if (!isAway) {
        faults = 0
        dueAt = undefined
      } else if (dueAt === undefined || now >= dueAt) {
        // Those that were under way at once fail at once: that is one fault.
        faults += 1
        triedAt = now
        dueAt = now + backOff(faults, CARD_RETRY, random())
      }
    },
    hasten(gapMs) {
      if (dueAt !== undefined) dueAt = Math.min(dueAt, triedAt + gapMs)
    },
  }
}
