import type { Policy } from '../policy/policy.ts'
import type { Release } from '../release/release.ts'
import type { StormCause } from './storm.ts'

/** How many, and how close in time, make a storm. */
export type StormLimits = Policy['storms']

/** Of one commit or one metric, the second is told on the first one's card. That pods do not get ready proves less: then it takes many. */
export function beginsAt(kind: StormCause['kind'], { holdFrom }: StormLimits): number {
  return kind === 'cluster' ? holdFrom : Math.min(2, holdFrom)
}

/** When a release last failed, by Kedge's own clock; epoch milliseconds. */
export function failedAt(release: Release): number {
  return release.attempts.at(-1)?.seenAt ?? release.startedAt
}

/** Whether a failure is close enough to others, which one after the other may reach far. */
export function isWithin(at: number, others: readonly number[], { withinMs }: StormLimits): boolean {
  return others.some((other) => Math.abs(at - other) <= withinMs)
}

/** Rollouts, not releases: one that fails again and again is no storm. */
export function countRollouts(releases: readonly Release[]): number {
  return new Set(releases.map(({ cluster, uid }) => `${cluster} ${uid}`)).size
}

/** Whether its owners have PRs opened for it at all: whoever only watches holds up nobody's. */
export function asksForPr({ policy }: Release): boolean {
  return policy?.mode === 'pr'
}

/** How many Rollouts there are whose PRs would have to be opened. `now`: epoch milliseconds. */
export function countAsking(releases: readonly Release[], now: number): number {
  return countRollouts(releases.filter((release) => asksForPr(release) && (release.policy?.mutedUntil ?? 0) <= now))
}
