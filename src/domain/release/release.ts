import type { CommitSha, GitCommit } from '../application/commit.ts'
import type { Check } from '../decision/check.ts'
import type { Cause, Evidence } from './evidence.ts'
import type { ServingState } from '../rollout/serving.ts'

/** How a release ended, or `open` while it has not. */
export type Outcome = 'open' | 'restored' | 'superseded' | 'promoted' | 'gone'

/** One failure of a release. Retry and abort again: a second attempt of the same release. */
export interface Attempt {
  /** See `attemptKey`. */
  key: string
  cause: Cause
  /** The controller's own words. */
  message: string
  /** When Kedge saw it for the first time (settled), epoch milliseconds. */
  seenAt: number
  /** As the controller wrote it; null where nothing was aborted. */
  abortedAt: string | null
  abortedAtMs: number | null
  evidence: readonly Evidence[]
}

/** One source as it was applied: all of it that does not come from the Git revision. */
export interface AppliedSource {
  /** Normalised, see `normaliseRepoURL`. */
  repository: string
  path: string | null
  chart: string | null
  /** The branch, or the version that was chosen of a chart. */
  pin: string
  /** See `SourceSnapshot.parameters`. */
  parameters: string
}

/** The revision that was applied, one per source, as Argo CD said it. Not yet reduced to the app's own commits. */
export interface AppliedRevision {
  application: string
  revisions: readonly string[]
  /** What the Application itself said then; absent where Argo CD did not tell. */
  sources?: readonly AppliedSource[]
}

/** The ledger's document of one release: one attempt to move one Rollout from N to N+1 and all that follows. */
export interface Release {
  /** See `releaseKey`. */
  key: string
  templateKey: string
  cluster: string
  namespace: string
  rollout: string
  uid: string
  /** Null while the controller refuses the spec, so that it has no hash. */
  podTemplateHash: string | null
  rolloutRevision: number
  stableHash: string | null
  images: readonly string[]
  stableImages: readonly string[]
  startedAt: number
  /** The sync that began it, see `syncThatBegan`. What is synced afterwards, while template and steps stay, is a later commit. */
  applied: AppliedRevision | null
  /** What had been applied before that sync. */
  before: AppliedRevision | null
  /** Hash of the canary steps it began with: other steps begin it anew, with the same template and number. */
  stepHash: string | null
  byTemplate: boolean
  /** The abort, by the controller's clock, before it was begun anew with other steps, epoch milliseconds. Absent where it was not. */
  anewSince?: number
  /** What had been applied when N was last seen in step. */
  goodApplied: AppliedRevision | null
  /** Newest commit at or before `applied` that touches the app's inputs; null while Git could not be read. */
  revision: CommitSha | null
  goodRevision: CommitSha | null
  /** Who wrote the release's commit and through which PR, as far as the forge told. */
  author: string | null
  sourcePr: { number: number; url: string; author: string; approvers: readonly string[] } | null
  repository: string | null
  state: 'rolling' | 'failed' | 'ended'
  /** An inconclusive analysis has paused it: no failure, but only a person can go on. Null while nobody is waited for. */
  waiting: { reason: string; evidence: readonly Evidence[] } | null
  serving: ServingState
  cause: Cause | null
  attempts: readonly Attempt[]
  /** How many times this very template was released and failed, this release included. */
  recurrence: number
  /** It was already broken when Kedge first looked: listed, silent, until a person adopts it. */
  preExisting: boolean
  outcome: Outcome
  endedAt: number | null
  /** The newest decision on it; null until one was taken. */
  decision: StoredDecision | null
  /** Key of the revert that stands for it; null without one. */
  revertKey: string | null
}

export interface StoredDecision {
  action: string
  reason: string
  checks: readonly Check[]
  at: number
}

/** How a revert PR ended. `declined`: a human closed it; `withdrawn`: it was planned and never opened, so the key is still free. */
export type RevertOutcome = 'merged' | 'declined' | 'restored' | 'superseded' | 'promoted' | 'gone' | 'withdrawn'

/** The ledger's document of one revert: one branch, one PR, for ever. */
export interface Revert {
  key: string
  /** As the admin's configuration and the Application spell it; credentials never in it. */
  repoURL: string
  repository: string
  branch: string
  baseBranch: string
  culprits: readonly GitCommit[]
  goodRevision: CommitSha
  paths: readonly string[]
  cause: Cause
  releases: readonly string[]
  /** `namespace/name` of every other Application whose inputs the restore changes. */
  otherApplications: readonly string[]
  state: 'planned' | 'open' | 'closing' | 'ended'
  outcome: RevertOutcome | null
  commit: CommitSha | null
  pullRequest: { number: number; url: string } | null
  /** The head moved to a commit that is not ours: hands off. */
  touchedByOthers: boolean
  plannedAt: number
  openedAt: number | null
  endedAt: number | null
  mergeCommit: CommitSha | null
  /** Set once people were told that the merge has not brought N back. */
  toldNotRestored: boolean
}

/** The ledger's document of one template that was seen to serve: "N must have been seen Healthy". */
export interface Version {
  templateKey: string
  podTemplateHash: string
  healthyAt: number
  /** The newest sync that can have made it. */
  applied: AppliedRevision | null
  /** No sync made it: the Rollout was changed by hand. */
  byHand?: boolean
  images: readonly string[]
}
