import type { AppliedRevision } from '../application/applied-revision.ts'
import type { CommitSha } from '../application/commit.ts'
import type { Check } from '../decision/check.ts'
import type { ServingState } from '../rollout/serving.ts'
import type { Cause, Evidence } from './evidence.ts'

/** How a release ended. */
export type End = 'restored' | 'superseded' | 'promoted' | 'gone'

/** How a release ended, or `open` while it has not. */
export type Outcome = 'open' | End

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
