import type { Policy } from '../policy/policy.ts'
import type { Check } from './check.ts'
import type { DecisionInput } from './facts.ts'
import { runChecks } from './preflight.ts'
import type { TheirPullRequest } from './their-pull-request.ts'

/** What to do about a failed release. Every decision carries the reason that people are shown. */
export interface Decision {
  /** `none`: nothing to do, or the policy only observes; `wait`: not decidable yet, look again. */
  readonly action: 'none' | 'wait' | 'notify' | 'open-revert'
  readonly reason: string
  readonly checks: readonly Check[]
  /** The PR of a person that does what Kedge's own would. */
  readonly theirs?: TheirPullRequest
}

/** What of a {@link DecisionInput} is known before anybody is asked. */
export type Standing = Pick<DecisionInput, 'release' | 'fresh' | 'serving'>

/**
 * Decides what to do about a failed release: one action, one reason, every check with its outcome. Pure, and the only place where
 * this is decided: `serve`, `explain`, `replay` and the delivery's second look all call it.
 */
export function decide(input: DecisionInput): Decision {
  const { policy } = input
  const seen = withoutChecks(input)
  if (seen) return seen
  if (input.live === 'moved') return { action: 'wait', reason: 'A live read shows another state than the watch: look again.', checks: [] }
  const checks = runChecks(input)
  // A check that could not be asked has not passed.
  const missing = checks.find((check) => check.outcome === 'failed') ?? checks.find((check) => check.outcome !== 'passed')
  const wanted: Decision = missing
    ? { action: 'notify', reason: `No revert PR: ${missing.detail}`, checks, ...(input.theirs && { theirs: input.theirs }) }
    : { action: 'open-revert', reason: `All twelve checks passed: ${input.source?.culprits.length ?? 0} commit(s) to revert.`, checks }
  return restrain(hold(wanted, input.held), policy, input.now)
}

/** What is decided by how release and cluster stand, whatever Git says and a live read may say; undefined where the checks decide. */
function withoutChecks({ release, fresh, serving }: Standing): Decision | undefined {
  if (release.state === 'ended') return { action: 'none', reason: `The release has ended: ${release.outcome}.`, checks: [] }
  if (release.attempts.length === 0) return { action: 'none', reason: 'Nothing has failed.', checks: [] }
  if (!fresh) return { action: 'wait', reason: 'The view of the cluster is stale: nothing is decided while blind.', checks: [] }
  if (release.preExisting) {
    return { action: 'none', reason: 'It was already broken when Kedge first looked. It is listed; a person can adopt it.', checks: [] }
  }
  return serving === 'unknown'
    ? { action: 'wait', reason: 'The cluster is between two states: the controller has not seen the newest spec yet.', checks: [] }
    : undefined
}

/**
 * Why a decision has to wait before anybody is asked anything, as {@link decide} would say it: a cluster that is blind or between two
 * states need not be asked past the watch. Undefined where there is something to decide.
 */
export function whyWait(standing: Standing): string | undefined {
  const seen = withoutChecks(standing)
  return seen?.action === 'wait' ? seen.reason : undefined
}

/** What failed together with many others waits for a person, or for the cause to pass. */
function hold(wanted: Decision, held: string | undefined): Decision {
  return wanted.action === 'open-revert' && held !== undefined ? { ...wanted, action: 'notify', reason: `${HELD}${held}` } : wanted
}

const HELD = 'No revert PR: held, because '

/** Whether a decision waits for nothing but a storm. */
export function isHeld(decision: { action: string; reason: string } | null): boolean {
  return decision?.action === 'notify' && decision.reason.startsWith(HELD)
}

/** What the mode and the mutes leave of a decision. */
function restrain(wanted: Decision, policy: Policy, now: number): Decision {
  if (policy.mutedUntil !== undefined && policy.mutedUntil > now) {
    return { ...wanted, action: 'none', reason: `Muted by ignore-until. Otherwise: ${wanted.reason}` }
  }
  if (policy.mode === 'observe') {
    const others = wanted.checks.filter((check) => check.outcome === 'failed' && check.id !== 'P11')
    const would =
      others.length === 0
        ? 'in mode pr it would open a revert PR if the cause is listed'
        : `in mode pr it would tell people only: ${others[0]?.detail ?? ''}`
    return { ...wanted, action: 'none', reason: `Mode observe: ${would}.` }
  }
  return wanted
}
