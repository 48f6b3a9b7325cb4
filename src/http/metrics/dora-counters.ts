import { Counter, Histogram, type Registry } from 'prom-client'
import type { Release } from '../../domain/release/release.ts'
import { measuresOf, type Measured } from '../../domain/report/measures.ts'
import type { Revert } from '../../domain/revert/revert.ts'

/** What docs/dora.md defines, as far as it can be added up by Prometheus. Labels are clusters and two words. */
export interface DoraCounters {
  /** A release is something else than before. @param revert that stands for it, or null */
  moved(release: Release, before: Release | undefined, revert: Revert | null): void
}

/** From half a minute to a month. */
const LONG_SECONDS = [30, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 259_200, 604_800, 2_592_000]
const SAFE_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400]

/** See {@link DoraCounters}, registered. */
export function createDoraCounters(registers: Registry[]): DoraCounters {
  const deployments = new Counter({
    name: 'kedge_deployments_total',
    help: 'Releases that were promoted, or that failed at least once, when they ended.',
    labelNames: ['cluster', 'result'],
    registers,
  })
  const histogram = (name: string, help: string, buckets: number[]): Histogram<'cluster'> =>
    new Histogram({ name, help, labelNames: ['cluster'], buckets, registers })
  const leadTime = histogram('kedge_lead_time_seconds', 'From the commit of a release to its promotion.', LONG_SECONDS)
  const safe = histogram('kedge_cluster_safe_seconds', 'From a failure to when the version before alone served.', SAFE_SECONDS)
  const honest = histogram('kedge_git_honest_seconds', 'From a failure to when Git no longer asked for what failed.', LONG_SECONDS)
  return {
    moved(release, before, revert) {
      const measures = measuresOf(release, revert)
      if (!measures || release.state !== 'ended' || measures.result === 'undecided') return
      const { cluster } = release
      const observe = (into: Histogram<'cluster'>, measured: Measured): void => {
        if (typeof measured === 'number') into.observe({ cluster }, measured / 1_000)
      }
      // Git tells of the commit of what was promoted only after the end.
      const wasTold = before?.state === 'ended' && measuresOf(before, revert)?.leadTime !== 'unknown'
      if (!wasTold) observe(leadTime, measures.leadTime)
      if (before?.state === 'ended') return
      deployments.inc({ cluster, result: measures.result })
      observe(safe, measures.clusterSafe)
      observe(honest, measures.gitHonest)
    },
  }
}
