import { backOff, type BackOff } from '../../domain/back-off.ts'
import type { Clock } from '../../ports/clock.ts'

const FIRST_MS = 200
const LONGEST_MS = 10_000
const ABSENT: BackOff = { firstMs: 500, longestMs: 30_000 }
const TOKENS = 10
const TOKEN_EVERY_MS = 1_000

/** Decides how long one watch waits before it tries again. */
export interface Pace {
  /** After a stream that had worked: 0, as long as that does not happen more than about once a second. Milliseconds. */
  afterEnd(): number
  /** After a fault: 0.1-0.2 s, doubling up to 5-10 s, and no sooner than the server asks. Milliseconds. */
  afterFault(retryAfterMs: number): number
  /** After the word that the cluster serves no such kind, whose CRD may only be replaced: 0.3-0.5 s, doubling up to 15-30 s. In ms. */
  afterAbsence(): number
  /** The kind is there. */
  found(): void
  /** How many faults there were since it last worked. */
  faults(): number
  /** It works again: the next fault counts as the first. */
  recovered(): void
}

/**
 * Jittered back-off behind a token bucket: whatever a server or a proxy does, one watch makes no more than 10 attempts at once and one a
 * second after that.
 */
export function createPace(clock: Clock, random: () => number): Pace {
  let faults = 0
  let absences = 0
  let tokens = TOKENS
  let filledAt = clock.elapsed()

  function waitForToken(): number {
    const now = clock.elapsed()
    tokens = Math.min(TOKENS, tokens + (now - filledAt) / TOKEN_EVERY_MS)
    filledAt = now
    tokens -= 1
    return tokens >= 0 ? 0 : -tokens * TOKEN_EVERY_MS
  }

  return {
    afterEnd: () => Math.round(waitForToken()),
    afterFault(retryAfterMs) {
      faults++
      const wait = backOff(faults, { firstMs: FIRST_MS, longestMs: LONGEST_MS }, random())
      return Math.round(Math.max(wait, retryAfterMs, waitForToken()))
    },
    afterAbsence() {
      absences++
      return backOff(absences, ABSENT, random())
    },
    found() {
      absences = 0
    },
    faults: () => faults,
    recovered() {
      faults = 0
    },
  }
}
