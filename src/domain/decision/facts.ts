import type { CommitSha, GitCommit, InputPath } from '../application/commit.ts'
import type { Policy } from '../policy/policy.ts'
import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import type { ServingState } from '../rollout/serving.ts'
import type { CheckId } from './check.ts'

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
  refusal: { check: CheckId; reason: string } | null
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
  /** A later commit changes one of the files that are to be restored. */
  overtaken: boolean
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
  /** Who serves now, seen from this release: the ledger's word may be older than the look. */
  serving: ServingState
  policy: Policy
  /** False while the view is stale: nothing is decided then. */
  fresh: boolean
  /** What a live read past the cache said; `unasked` until everything else holds, `failed` where the cluster could not be asked. */
  live: 'same' | 'moved' | 'unasked' | 'failed'
  /** `namespace/name` of the Applications that map to the Rollout. */
  applications: readonly string[]
  /** Why the one Application that lists the Rollout may not be what made it. */
  ownershipDoubt: string | undefined
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
