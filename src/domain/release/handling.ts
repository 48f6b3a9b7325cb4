import { pullRequestsOf } from '../revert/former.ts'
import type { Revert } from '../revert/revert.ts'
import type { Release } from './release.ts'

/** The number of a revert's newest PR, however that stands: what a PR has ended does not begin again when the PR ends. */
export function newestPullRequest(revert: Revert | undefined): number | null {
  return pullRequestsOf(revert).at(-1) ?? null
}

/** Until when nobody is called for a release, epoch ms; undefined where people are. `now`: epoch ms. */
export function snoozedUntil({ state, snooze }: Release, revert: Revert | undefined, now: number): number | undefined {
  if (state === 'ended' || !snooze || snooze.until <= now) return undefined
  const newest = newestPullRequest(revert)
  return newest === null || newest === snooze.pullRequest ? snooze.until : undefined
}

/** A time of day for people, `04:13 UTC`: a snooze lasts a day at most. `at`: epoch ms. */
export function timeOfDay(at: number): string {
  const minutes = Math.floor(at / 60_000) % 1_440
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)} UTC`
}
