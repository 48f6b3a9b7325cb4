import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import { measuresOf, type Measured } from './measures.ts'

/** Many lengths of time as people compare them. */
export interface Spread {
  /** Milliseconds; null where nothing was measured. */
  readonly median: number | null
  /** What nine of ten are not above. */
  readonly p90: number | null
  readonly measured: number
  /** That should have been measured, and nobody has told. */
  readonly unknown: number
  /** That have not ended. */
  readonly open: number
}

/** How a period of releases went. The definitions stand in docs/dora.md. */
export interface Dora {
  /** Epoch milliseconds; null where no release counts and no period was asked for. */
  readonly from: number | null
  readonly to: number | null
  /** Days of 24 hours, one at least. */
  readonly days: number
  readonly deployments: number
  readonly promoted: number
  readonly failed: number
  readonly undecided: number
  readonly deploymentsPerDay: number
  /** 0 to 1; null without a deployment. */
  readonly changeFailureRate: number | null
  readonly leadTime: Spread
  readonly clusterSafe: Spread
  readonly gitHonest: Spread
}

/** Adds releases up, one at a time. */
export interface DoraTally {
  /** @param revert that stands for it, or null */
  add(release: Release, revert: Revert | null): void
  /** @param asked the period, epoch milliseconds, as far as one was asked for; `now` ends it at the latest */
  sum(asked: { from?: number | undefined; to?: number | undefined }, now: number): Dora
}

const DAY_MS = 86_400_000

/** An empty tally. Keeps three numbers for each release that is added, and nothing else of it. */
export function createDoraTally(): DoraTally {
  const counts = { promoted: 0, failed: 0, undecided: 0 }
  const [leadTime, clusterSafe, gitHonest] = [createSpread(), createSpread(), createSpread()]
  let oldest = Infinity
  return {
    add(release, revert) {
      const measures = measuresOf(release, revert)
      if (!measures) return
      oldest = Math.min(oldest, release.startedAt)
      counts[measures.result] += 1
      leadTime.add(measures.leadTime)
      clusterSafe.add(measures.clusterSafe)
      gitHonest.add(measures.gitHonest)
    },
    sum({ from, to }, now) {
      const begun = from ?? (oldest === Infinity ? undefined : oldest)
      const until = Math.min(to ?? now, now)
      const days = begun === undefined ? 1 : Math.max(1, (until - begun) / DAY_MS)
      const deployments = counts.promoted + counts.failed
      return {
        from: begun ?? null,
        to: begun === undefined ? null : until,
        days,
        deployments,
        ...counts,
        deploymentsPerDay: deployments / days,
        changeFailureRate: deployments === 0 ? null : counts.failed / deployments,
        leadTime: leadTime.sum(),
        clusterSafe: clusterSafe.sum(),
        gitHonest: gitHonest.sum(),
      }
    },
  }
}

function createSpread(): { add(measured: Measured): void; sum(): Spread } {
  const values: number[] = []
  const counts = { unknown: 0, open: 0, none: 0 }
  return {
    add(measured) {
      if (typeof measured === 'number') values.push(measured)
      else counts[measured] += 1
    },
    sum() {
      const sorted = Float64Array.from(values).toSorted()
      const rank = (share: number): number | null => sorted[Math.ceil(share * sorted.length) - 1] ?? null
      return { median: rank(0.5), p90: rank(0.9), measured: sorted.length, unknown: counts.unknown, open: counts.open }
    },
  }
}
