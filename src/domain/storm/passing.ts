import type { AnalysisRunSnapshot, MetricSnapshot } from '../rollout/snapshots.ts'
import type { StormFacts } from './hold.ts'
import { failedAt } from './members.ts'
import type { StormEvent } from './transitions.ts'

/** What a look at one Rollout shows that may end a storm. */
export interface Sight {
  readonly cluster: string
  readonly analysisRuns: readonly AnalysisRunSnapshot[]
  /** A release of it has just made it. */
  readonly isPromoted: boolean
  readonly now: number
}

/**
 * What ends a storm, if anything: none of its releases is open any more; its metrics could be measured, and were fine, after the last of
 * its failures; or a release of that cluster got its pods ready after it.
 */
export function endOfStorm({ storm, members }: StormFacts, sight: Sight): StormEvent | undefined {
  const { cause, state } = storm
  if (state === 'over') return undefined
  if (members.every((release) => release.state === 'ended')) return { type: 'storm-ended', at: sight.now }
  if (cause.cluster !== sight.cluster) return undefined
  const last = Math.max(...members.map((release) => release.attempts.at(-1)?.abortedAtMs ?? failedAt(release)))
  // What did not get ready may as well be the release: once the cluster is well, each is decided by itself.
  if (cause.kind === 'cluster') return sight.isPromoted ? { type: 'storm-ended', at: sight.now } : undefined
  return cause.metrics.length > 0 && cause.metrics.every((metric) => isFine(metric, sight.analysisRuns, last))
    ? { type: 'storm-passed', at: sight.now }
    : undefined
}

function isFine(metric: { name: string; provider: string }, runs: readonly AnalysisRunSnapshot[], after: number): boolean {
  return runs.some((run) =>
    run.metrics.some((one) => one.name === metric.name && one.provider === metric.provider && isFineSince(one, run, after)),
  )
}

function isFineSince({ phase, measurements, dryRun }: MetricSnapshot, run: AnalysisRunSnapshot, after: number): boolean {
  if (dryRun) return false
  if (phase === 'Successful' && run.completedAt !== undefined && run.completedAt > after) return true
  return measurements.some((one) => one.phase === 'Successful' && one.finishedAt !== undefined && one.finishedAt > after)
}
