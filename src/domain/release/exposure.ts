import { timeAndDay } from '../words/times.ts'
import type { Release } from './release.ts'

/** What brings a failed version back that Git still asks for, as the subject of a sentence. */
export const WAYS_BACK = 'any change of the Rollout in Git or a sync of it, a rebuild of the cluster, or an image bot'

/**
 * Since when (epoch ms) Git asks for a version that is known bad while the cluster runs the one before; undefined where it does not, or
 * nobody knows what it asks for.
 */
export function exposedSince({ state, serving, cause, wish, attempts }: Release): number | undefined {
  if (state !== 'failed' || serving !== 'split' || cause === 'undone' || wish !== undefined) return undefined
  return attempts.at(-1)?.seenAt
}

/** The same for people, without a word that changes by itself: `since 2026-11-29 12:45 UTC: …`. Undefined where it is not. */
export function exposureWords(release: Release): string | undefined {
  const since = exposedSince(release)
  return since === undefined ? undefined : `since ${timeAndDay(since)}: ${WAYS_BACK} can bring the failed version back`
}
