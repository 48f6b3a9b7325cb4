import { isExperiment } from '../experiment/name.ts'
import { flagsOf } from '../release/flag-files.ts'
import type { Attempt, Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import { hasVersionBefore } from '../words/wording.ts'

/** A length of time in milliseconds, or why there is none. `unknown`: nobody told; `open`: it has not ended; `none`: it is not measured. */
export type Measured = number | 'unknown' | 'open' | 'none'

/** What one release counts for; the definitions stand in docs/dora.md. */
export interface Measures {
  readonly result: 'promoted' | 'failed' | 'undecided'
  readonly leadTime: Measured
  readonly clusterSafe: Measured
  readonly gitHonest: Measured
}

/**
 * Measures one release. Undefined where it counts for nothing: it was broken before the first look, it is a standalone Experiment, or it
 * changed flags alone, of which only those are known that burn.
 */
export function measuresOf(release: Release, revert: Revert | null): Measures | undefined {
  if (release.preExisting || isExperiment(release) || flagsOf(release)) return undefined
  const [first] = release.attempts
  if (!first) {
    const isPromoted = release.outcome === 'promoted'
    return {
      result: isPromoted ? 'promoted' : 'undecided',
      leadTime: isPromoted ? leadTimeOf(release) : 'none',
      clusterSafe: 'none',
      gitHonest: 'none',
    }
  }
  const failedAt = failureOf(first)
  return {
    result: 'failed',
    leadTime: 'none',
    clusterSafe: clusterSafe(release, first, failedAt),
    gitHonest: gitHonest(release, { first, failedAt, revert }),
  }
}

/** When an attempt failed: the earliest that is known, epoch milliseconds. */
function failureOf({ evidence, abortedAtMs, seenAt }: Attempt): number {
  const measured = evidence.flatMap(({ phase, measured: kept = [] }) =>
    kept.flatMap((one) => (one.phase === phase && one.at !== undefined ? [one.at] : [])),
  )
  return Math.min(seenAt, abortedAtMs ?? Infinity, ...measured)
}

function leadTimeOf({ revision, committedAt, endedAt }: Release): Measured {
  if (revision === null || committedAt === undefined || endedAt === null) return 'unknown'
  return Math.max(0, endedAt - committedAt)
}

function clusterSafe(release: Release, { cause, safeAt }: Attempt, failedAt: number): Measured {
  if (cause === 'undone' || !hasVersionBefore(release) || release.outcome === 'gone') return 'none'
  if (safeAt !== undefined) return Math.max(0, safeAt - failedAt)
  // A ledger of before has not written it down; that it serves alone by now says nothing of when it began to.
  if (release.serving === 'split') return 'unknown'
  return release.endedAt === null ? 'open' : Math.max(0, release.endedAt - failedAt)
}

function gitHonest(
  { outcome, endedAt }: Release,
  { first, failedAt, revert }: { first: Attempt; failedAt: number; revert: Revert | null },
): Measured {
  if (first.cause === 'undone' || outcome === 'gone') return 'none'
  const isMerged = revert?.outcome === 'merged' && revert.mergesInto === undefined
  const ends = [isMerged ? revert.endedAt : null, endedAt].filter((at) => at !== null)
  // What was merged for an earlier failure that its release was tried again after is of before this one.
  const after = ends.filter((at) => at >= failedAt)
  return after.length === 0 ? 'open' : Math.min(...after) - failedAt
}
