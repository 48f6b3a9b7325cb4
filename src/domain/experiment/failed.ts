import type { AppliedRevision } from '../application/applied-revision.ts'
import type { Check } from '../decision/check.ts'
import type { Decision } from '../decision/decision.ts'
import { EXPERIMENT_TITLES, NOT_MEASURED } from '../decision/experiment.ts'
import { whyRefused } from '../decision/refused-causes.ts'
import type { Policy } from '../policy/policy.ts'
import { judgeRuns, type Cause, type Evidence } from '../release/evidence.ts'
import { attemptKey, releaseKey, templateKey } from '../release/keys.ts'
import type { KeptPolicy, Release } from '../release/release.ts'
import type { ReleaseFacts } from '../release/transitions.ts'
import { UNTRIED } from '../release/untried.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot } from '../rollout/snapshots.ts'
import { experimentName } from './name.ts'

/**
 * Whether an Experiment has failed, or could not measure. Both are for good: the controller leaves no phase that has ended. An inconclusive
 * one has not failed. Source: argo-rollouts `experiments/experiment.go` calculateStatus.
 */
export function hasFailed({ phase }: Pick<ExperimentSnapshot, 'phase'>): boolean {
  return phase === 'Failed' || phase === 'Error'
}

/** Why an Experiment failed, and by which metrics: its runs say it, else its own status. */
function whyFailed(
  { phase, failedTemplates, own }: Pick<ExperimentSnapshot, 'phase' | 'failedTemplates' | 'own'>,
  runs: readonly AnalysisRunSnapshot[],
): { cause: Cause; evidence: readonly Evidence[] } {
  const judged = judgeRuns(runs)
  if (judged) return judged
  const analyses = own?.failedAnalyses ?? []
  if (analyses.some((one) => one.phase === 'Failed')) return { cause: 'analysis-failed', evidence: [] }
  if (analyses.length > 0) return { cause: 'analysis-error', evidence: [] }
  const isLate = phase === 'Failed' && failedTemplates.some(({ message = '' }) => message.includes('exceeded its progressDeadlineSeconds'))
  return { cause: isLate ? 'progress-deadline' : 'unknown', evidence: [] }
}

/** What a failure is made of. `now`: epoch milliseconds. */
export interface FailedExperiment {
  readonly cluster: string
  readonly experiment: ExperimentSnapshot
  readonly runs: readonly AnalysisRunSnapshot[]
  readonly applied: AppliedRevision | null
  /** What was applied before that, see `syncBefore`. */
  readonly goodApplied: AppliedRevision | null
  readonly policy: Policy
  /** It had failed before Kedge first looked at the cluster's Experiments. */
  readonly preExisting: boolean
  readonly now: number
}

/** The release that a failed Experiment is: it replaced no version, so none stands before it. Undecided where Git is asked first. */
export function releaseOfExperiment({ cluster, experiment, runs, policy, preExisting, now, ...syncs }: FailedExperiment): ReleaseFacts {
  const { namespace, name, uid, phase } = experiment
  const template = templateKey(cluster, uid, 'experiment')
  const key = releaseKey(template, 0)
  const { cause, evidence } = whyFailed(experiment, runs)
  const attempt = {
    key: attemptKey(key, phase),
    cause,
    message: messageOf(experiment),
    seenAt: now,
    abortedAt: null,
    abortedAtMs: null,
    evidence,
  }
  const failed = { cause, preExisting, attempts: [attempt] }
  return {
    ...UNTRIED,
    ...failed,
    key,
    templateKey: template,
    cluster,
    namespace,
    rollout: experimentName(name),
    uid,
    podTemplateHash: null,
    rolloutRevision: 0,
    stableHash: null,
    images: [],
    stableImages: [],
    startedAt: now,
    applied: syncs.applied,
    before: null,
    stepHash: null,
    byTemplate: false,
    goodApplied: syncs.goodApplied,
    serving: 'unknown',
    recurrence: 1,
    policy: keptOf(policy),
    decision: mayBeReverted(failed, policy) ? null : { ...decideOnExperiment(failed, policy, now), at: now },
  }
}

function messageOf({ phase, message, failedTemplates, own }: ExperimentSnapshot): string {
  const besides = [...failedTemplates, ...(own?.failedAnalyses ?? [])].find((one) => one.message !== undefined)
  return message ?? besides?.message ?? `The Experiment ended as ${phase}.`
}

/** What the policy says of telling people. At the forge nothing is written of an Experiment, but for its PR. */
export function keptOf({ mode, channel, alsoTell, mutedUntil }: Policy): KeptPolicy {
  return { mode, channel: channel ?? null, mutedUntil: mutedUntil ?? null, ...(alsoTell.length > 0 && { alsoTell }) }
}

/**
 * Whether Git is asked about a failed Experiment: where a PR may be opened for it at all. Only what was measured, and failed, speaks
 * against it; what people have listed as a cause beside that does not.
 */
export function mayBeReverted(
  { cause, preExisting, attempts }: Pick<Release, 'cause' | 'preExisting' | 'attempts'>,
  { mode, prCauses }: Pick<Policy, 'mode' | 'prCauses'>,
): boolean {
  const isMeasured = (attempts.at(-1)?.evidence.length ?? 0) > 0
  return mode === 'pr' && !preExisting && cause === 'analysis-failed' && isMeasured && prCauses.includes(cause)
}

/** What to do about one that is not: never more than to tell people. */
export function decideOnExperiment(
  release: Pick<Release, 'cause' | 'preExisting' | 'attempts'>,
  { mode, prCauses, mutedUntil }: Policy,
  now: number,
): Decision {
  if (release.preExisting) {
    const reason = 'It was already broken when Kedge first looked. It is listed; a person can adopt it.'
    return { action: 'none', reason, checks: [] }
  }
  const check = whyNot(release, { mode, prCauses })
  const reason = `No revert PR: ${check.detail}`
  if (mutedUntil !== undefined && mutedUntil > now)
    return { action: 'none', reason: `Muted by ignore-until. Otherwise: ${reason}`, checks: [check] }
  if (mode === 'observe') return { action: 'none', reason: `Mode observe: nobody is told. ${reason}`, checks: [check] }
  return { action: 'notify', reason, checks: [check] }
}

function whyNot({ cause }: Pick<Release, 'cause'>, { mode, prCauses }: Pick<Policy, 'mode' | 'prCauses'>): Check {
  const failed = (id: 'P1' | 'P11', title: string, detail: string): Check => ({ id, title, outcome: 'failed', detail })
  const policy = 'Policy allows a PR for this cause'
  if (mode !== 'pr') return failed('P11', policy, `the mode is ${mode}.`)
  if (cause !== 'analysis-failed' || !prCauses.includes(cause)) return failed('P11', policy, whyRefused(cause))
  return failed('P1', EXPERIMENT_TITLES.P1, NOT_MEASURED)
}
