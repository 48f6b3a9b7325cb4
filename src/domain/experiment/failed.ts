import type { AppliedRevision } from '../application/applied-revision.ts'
import type { Decision } from '../decision/decision.ts'
import type { Policy } from '../policy/policy.ts'
import { judgeRuns, type Cause, type Evidence } from '../release/evidence.ts'
import { attemptKey, releaseKey, templateKey } from '../release/keys.ts'
import type { KeptPolicy } from '../release/release.ts'
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
  cluster: string
  experiment: ExperimentSnapshot
  runs: readonly AnalysisRunSnapshot[]
  applied: AppliedRevision | null
  policy: Policy
  /** It had failed before Kedge first looked at the cluster's Experiments. */
  preExisting: boolean
  now: number
}

/** The release that a failed Experiment is: it replaced no version, so none stands before it. */
export function releaseOfExperiment({ cluster, experiment, runs, applied, policy, preExisting, now }: FailedExperiment): ReleaseFacts {
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
  return {
    ...UNTRIED,
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
    applied,
    before: null,
    stepHash: null,
    byTemplate: false,
    goodApplied: null,
    serving: 'unknown',
    cause,
    attempts: [attempt],
    recurrence: 1,
    preExisting,
    policy: keptOf(policy),
    decision: { ...decideOnExperiment({ preExisting }, policy, now), at: now },
  }
}

function messageOf({ phase, message, failedTemplates, own }: ExperimentSnapshot): string {
  const besides = [...failedTemplates, ...(own?.failedAnalyses ?? [])].find((one) => one.message !== undefined)
  return message ?? besides?.message ?? `The Experiment ended as ${phase}.`
}

/** What the policy says of telling people. At the forge nothing is written of an Experiment: no commit is known to have brought it. */
export function keptOf({ mode, channel, alsoTell, mutedUntil }: Policy): KeptPolicy {
  return { mode, channel: channel ?? null, mutedUntil: mutedUntil ?? null, ...(alsoTell.length > 0 && { alsoTell }) }
}

const NO_REVERT =
  'No revert PR: an Experiment outside of a Rollout replaces no version, so none is known that a revert would bring back. It does not ' +
  'run again, whatever its spec says by now: give a mended one another name in Git, or take it out there.'

/** What to do about it. Never more than to tell people. */
export function decideOnExperiment({ preExisting }: { preExisting: boolean }, { mode, mutedUntil }: Policy, now: number): Decision {
  if (preExisting) {
    const reason = 'It was already broken when Kedge first looked. It is listed; a person can adopt it.'
    return { action: 'none', reason, checks: [] }
  }
  if (mutedUntil !== undefined && mutedUntil > now)
    return { action: 'none', reason: `Muted by ignore-until. Otherwise: ${NO_REVERT}`, checks: [] }
  if (mode === 'observe') return { action: 'none', reason: `Mode observe: nobody is told. ${NO_REVERT}`, checks: [] }
  return { action: 'notify', reason: NO_REVERT, checks: [] }
}
