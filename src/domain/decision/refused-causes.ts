import type { Cause } from '../release/evidence.ts'

/** Causes for which no revert is opened unless the policy lists them, and why. */
const REFUSED_CAUSES: Partial<Record<Cause, string>> = {
  'human-abort': 'a person aborted it, so a person decides.',
  'analysis-error': 'the analysis could not measure. That says nothing about the release.',
  'analysis-inconclusive': 'the analysis was inconclusive, so a person decides.',
  'first-deploy': 'it is the first deploy: there is no version before to go back to.',
  stuck: 'it is stuck but not aborted: N+1 may still serve.',
  'invalid-spec': 'the spec is invalid, so nothing was rolled out.',
  'plugin-step': 'a step plugin failed, not an analysis.',
  'slo-burn': 'an alert names the release by its time alone, so a person decides.',
  undone: 'a person undid it in the cluster, so a person decides.',
  unknown: 'the cause is not known.',
}

/** Why a release that failed by this cause is left to people: the policy does not list it. */
export function whyRefused(cause: Cause | null): string {
  return REFUSED_CAUSES[cause ?? 'unknown'] ?? `the cause is ${cause}.`
}
