import { doubled } from '../back-off.ts'
import type { Revert } from './revert.ts'
import { revertStanding } from './transitions.ts'

/** A revert that was withdrawn, or closed when the world had changed, is not planned again before this time is over. */
const REST_MS = 20_000
/** So long it rests where who renders had no answer once it was pushed. */
const UNANSWERED_MS = 5 * 60_000
/** No rest is longer. */
const LONGEST_MS = 60 * 60_000

/**
 * How long (milliseconds) a revert rests still, at `now` (epoch milliseconds): each time that it is pushed and taken back twice as long.
 * Were two looks to disagree for good, this keeps them from a circle.
 */
export function restOfRevert(revert: Revert | undefined, now: number): number {
  const isFresh = revert?.outcome === 'withdrawn' || revertStanding(revert) === 'lapsed'
  if (!revert || !isFresh) return 0
  const age = now - (revert.endedAt ?? 0)
  const { takenBack, takenBackFor, takenBackTimes = 0 } = revert
  const least = takenBack && !takenBackFor ? UNANSWERED_MS : REST_MS
  const rest = doubled(Math.max(1, takenBackTimes), { firstMs: least, longestMs: LONGEST_MS })
  // Less than nothing: the clock was set back meanwhile, and does not tell.
  return age >= 0 ? Math.max(0, rest - age) : 0
}
