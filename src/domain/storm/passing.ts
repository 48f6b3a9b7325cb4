import type { Release } from '../release/release.ts'
import type { AnalysisRunSnapshot, MetricSnapshot } from '../rollout/snapshots.ts'
import type { StormFacts } from './hold.ts'
import { failedAt } from './members.ts'
import type { StormEvent } from './transitions.ts'

/** What a look at one Rollout shows that may end a storm. */
export interface Sight {
  readonly cluster: string
  /** The Rollout, and the template that it moves to; undefined where it is gone. */
  readonly rollout: { readonly uid: string; readonly podTemplateHash: string | undefined } | undefined
  readonly analysisRuns: readonly AnalysisRunSnapshot[]
  /** A release of it has just made it. */
  readonly isPromoted: boolean
  readonly now: number
}

/**
 * What ends a storm, if anything: none of its releases is open any more, nor their reverts; its metrics could be measured, and were fine,
 * for one of them that is tried again, after the last of its failures; or a release of that cluster got its pods ready after it.
 */
export function endOfStorm(facts: StormFacts, sight: Sight): StormEvent | undefined {
  const { storm, members } = facts
  const { cause, state } = storm
  if (state === 'over') return undefined
  if (members.every((release) => release.state === 'ended') && facts.live.size === 0) return { type: 'storm-ended', at: sight.now }
  if (cause.cluster !== sight.cluster) return undefined
  // What did not get ready may as well be the release: once the cluster is well, each is decided by itself.
  if (cause.kind === 'cluster') return sight.isPromoted ? { type: 'storm-ended', at: sight.now } : undefined
  if (!members.some((release) => isTriedAgain(release, sight))) return undefined
  const last = Math.max(...members.map((release) => release.attempts.at(-1)?.abortedAtMs ?? failedAt(release)))
  return cause.metrics.length > 0 && cause.metrics.every((metric) => isFine(metric, sight.analysisRuns, last))
    ? { type: 'storm-passed', at: sight.now }
    : undefined
}

/** Anybody may call a metric by the same name: only the very template that failed proves that it need not have. */
function isTriedAgain({ uid, podTemplateHash, state }: Release, { rollout }: Sight): boolean {
  return state !== 'ended' && uid === rollout?.uid && podTemplateHash !== null && podTemplateHash === rollout.podTemplateHash
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
