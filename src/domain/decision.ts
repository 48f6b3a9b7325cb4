import type { CommitSha, GitCommit, InputPath } from './commit.ts'
import type { Policy } from './policy.ts'
import type { Release, Revert } from './release.ts'
import { runChecks } from './preflight.ts'

/** The pre-flight checks, in the order of their numbers. Argo facts D.0. */
export type CheckId = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8' | 'P9' | 'P10' | 'P11' | 'P12'

/** One pre-flight check with its outcome. `skipped`: an earlier one failed, so it could not be asked. */
export interface Check {
  id: CheckId
  title: string
  outcome: 'passed' | 'failed' | 'skipped'
  detail: string
}

/** What to do about a failed release. Every decision carries the reason that people are shown. */
export interface Decision {
  /** `none`: nothing to do, or the policy only observes; `wait`: not decidable yet, look again. */
  action: 'none' | 'wait' | 'notify' | 'open-revert'
  reason: string
  checks: readonly Check[]
}

/** Proof that the revert restores exactly what N was made from. */
export interface Proof {
  commit: CommitSha
  tree: string
  /** Fingerprints of the app's inputs: they must be the same text. */
  atGood: string
  atRevert: string
  /** Object names of the restored files, at N+1 and as restored; null where absent. */
  files: readonly { path: string; before: string | null; after: string | null }[]
}

/** What Git says about a failed release: the further it could be asked, the more is filled in. */
export interface SourceFacts {
  /** The first question that could not be answered well; the checks after it are skipped. */
  refusal: { check: CheckId; reason: string; retry: boolean } | null
  repoURL: string | null
  repository: string | null
  baseBranch: string | null
  head: CommitSha | null
  inputs: readonly InputPath[]
  revision: GitCommit | null
  good: GitCommit | null
  culprits: readonly GitCommit[]
  /** Commits after N+1's that touch the inputs, oldest first. */
  later: readonly GitCommit[]
  /** The branch asks for N again: the inputs at its head are those of N. */
  restoredInGit: boolean
  paths: readonly string[]
  /** All files of the culprits that are not among the inputs: they stay as they are. */
  otherFiles: readonly string[]
  otherApplications: readonly string[]
  revertKey: string | null
  branch: string | null
  proof: Proof | null
  conflicts: readonly string[]
}

export interface DecisionInput {
  release: Release
  policy: Policy
  /** False while the view is stale: nothing is decided then. */
  fresh: boolean
  /** What a live read past the cache said; `unasked` until everything else holds. */
  live: 'same' | 'moved' | 'unasked'
  /** `namespace/name` of the Applications that map to the Rollout. */
  applications: readonly string[]
  imageUpdater: boolean
  repositoryAllowed: boolean
  source: SourceFacts | null
  /** The revert that the ledger has for this very key. */
  sameRevert: Revert | undefined
  /** State of a PR that the forge has for this very branch. */
  foundPullRequest: 'open' | 'closed' | 'merged' | undefined
  /** Commits that brought one of our reverts to the branch: a squash may say so nowhere else. */
  mergedReverts: readonly CommitSha[]
  counts: { openForRollout: number; openForRepository: number; openedLastHour: number; revertsOfTemplate: number }
  now: number
}

/**
 * Decides what to do about a failed release: one action, one reason, every check with its outcome. Pure, and the only place where
 * this is decided: `serve`, `explain`, `replay` and the delivery's second look all call it.
 */
export function decide(input: DecisionInput): Decision {
  const { release, policy } = input
  if (release.state === 'ended') return { action: 'none', reason: `The release has ended: ${release.outcome}.`, checks: [] }
  if (release.attempts.length === 0) return { action: 'none', reason: 'Nothing has failed.', checks: [] }
  if (!input.fresh) return { action: 'wait', reason: 'The view of the cluster is stale: nothing is decided while blind.', checks: [] }
  if (release.preExisting) {
    return { action: 'none', reason: 'It was already broken when Kedge first looked. It is listed; a person can adopt it.', checks: [] }
  }
  if (release.serving === 'unknown') return { action: 'wait', reason: 'The cluster is between two states: the controller has not seen the newest spec yet.', checks: [] }
  if (input.live === 'moved') return { action: 'wait', reason: 'A live read shows another state than the watch: look again.', checks: [] }
  const checks = runChecks(input)
  // A check that could not be asked has not passed.
  const missing = checks.find((check) => check.outcome === 'failed') ?? checks.find((check) => check.outcome !== 'passed')
  const wanted: Decision = missing
    ? { action: 'notify', reason: `No revert PR: ${missing.detail}`, checks }
    : { action: 'open-revert', reason: `All twelve checks passed: ${input.source?.culprits.length ?? 0} commit(s) to revert.`, checks }
  return restrain(wanted, policy, input.now)
}

/** What the mode and the mutes leave of a decision. */
function restrain(wanted: Decision, policy: Policy, now: number): Decision {
  if (policy.mutedUntil !== undefined && policy.mutedUntil > now) {
    return { ...wanted, action: 'none', reason: `Muted by ignore-until. Otherwise: ${wanted.reason}` }
  }
  if (policy.mode === 'observe') {
    const others = wanted.checks.filter((check) => check.outcome === 'failed' && check.id !== 'P11')
    const would = others.length === 0 ? 'in mode pr it would open a revert PR if the cause is listed' : `in mode pr it would tell people only: ${others[0]?.detail ?? ''}`
    return { ...wanted, action: 'none', reason: `Mode observe: ${would}.` }
  }
  return wanted
}
