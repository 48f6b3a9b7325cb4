import type { Burn } from '../alert/alert.ts'
import type { ShownDeployment } from '../announce/shown-deployment.ts'
import type { AppliedRevision } from '../application/applied-revision.ts'
import type { CommitSha } from '../application/commit.ts'
import type { Check } from '../decision/check.ts'
import type { TheirPullRequest } from '../decision/their-pull-request.ts'
import type { PullRequestPeople } from '../people.ts'
import type { BlamingWay, Mode } from '../policy/policy.ts'
import type { KeptQuarantine } from '../quarantine/quarantine.ts'
import type { ServingState } from '../rollout/serving.ts'
import type { Cause, Evidence } from './evidence.ts'
import type { ImageSource } from './image-source.ts'
import type { RanImage } from './ran-image.ts'
import type { Said, Snooze } from './snooze.ts'
import type { Wish } from './wish.ts'

/** How a release ended. */
export type End = 'restored' | 'superseded' | 'promoted' | 'gone'

/** How a release ended, or `open` while it has not. */
export type Outcome = 'open' | End

/** One failure of a release. Retry and abort again: a second attempt of the same release. */
export interface Attempt {
  /** See `attemptKey`. */
  readonly key: string
  readonly cause: Cause
  /** The controller's own words. */
  readonly message: string
  /** When Kedge saw it for the first time (settled), epoch milliseconds. */
  readonly seenAt: number
  /** As the controller wrote it; null where nothing was aborted. */
  readonly abortedAt: string | null
  readonly abortedAtMs: number | null
  readonly evidence: readonly Evidence[]
  /** The canary's weight at the step whose analysis failed, in percent. Absent where no step says it. */
  readonly percent?: number
  /** When Kedge first saw, after it, that N alone serves, epoch milliseconds. Absent while it has not, and in old documents. */
  readonly safeAt?: number
  /** The alert after its promotion. Absent where it failed otherwise. */
  readonly burn?: Burn
}

/** What Git asks for instead of a release's version, by Argo CD's word. */
export interface KeptWish {
  /**
   * `undone`: the cluster was told by hand what it was told last. `waiting-for-sync`: Git asks for something newer. `unknown`: nobody says
   * what it asks for.
   */
  readonly state: 'undone' | 'waiting-for-sync' | 'unknown'
  readonly how?: 'hand' | 'older-sync'
  readonly why?: Wish['why']
  /** One per source, and whether Argo CD has synced them or only compared; empty while unknown. */
  readonly revisions: readonly string[]
  readonly by?: 'synced' | 'compared'
  /** Of the template that these are known to make; null and empty where that is not known. */
  readonly podTemplateHash: string | null
  readonly images: readonly string[]
  /** Automated sync is off, so a person has to sync it. */
  readonly syncedByHand?: boolean
}

/** The ledger's document of one release: one attempt to move one Rollout from N to N+1 and all that follows. */
export interface Release {
  /** See `releaseKey`. */
  readonly key: string
  readonly templateKey: string
  readonly cluster: string
  readonly namespace: string
  readonly rollout: string
  readonly uid: string
  /** Null while the controller refuses the spec, so that it has no hash. */
  readonly podTemplateHash: string | null
  readonly rolloutRevision: number
  readonly stableHash: string | null
  readonly images: readonly string[]
  readonly stableImages: readonly string[]
  readonly startedAt: number
  /** The sync that began it, see `syncThatBegan`. What is synced afterwards, while template and steps stay, is a later commit. */
  readonly applied: AppliedRevision | null
  /** What had been applied before that sync. */
  readonly before: AppliedRevision | null
  /** Hash of the canary steps it began with: other steps begin it anew, with the same template and number. */
  readonly stepHash: string | null
  readonly byTemplate: boolean
  /** The abort, by the controller's clock, before it was begun anew with other steps, epoch milliseconds. Absent where it was not. */
  readonly anewSince?: number
  /** What had been applied when N was last seen in step. */
  readonly goodApplied: AppliedRevision | null
  /** Newest commit at or before `applied` that touches the app's inputs; null while Git could not be read. */
  readonly revision: CommitSha | null
  readonly goodRevision: CommitSha | null
  /** When that commit was made, by its committer's clock, epoch milliseconds. Absent while Git was not asked, and in old documents. */
  readonly committedAt?: number
  /** Who wrote the release's commit and through which PR, as far as the forge told. */
  readonly author: string | null
  readonly sourcePr: ({ number: number; url: string } & PullRequestPeople) | null
  /** The commit of which the forge was asked while it was failed; it need not know a PR. Absent while it was not, and in old documents. */
  readonly sourceAsked?: CommitSha
  /** What its images say that they were built from. Absent where no registry may be asked, or was not yet. */
  readonly imageSources?: readonly ImageSource[]
  /** What its pods, and those of N, really ran. Absent where no pods may be read, or were not yet. */
  readonly ranImages?: readonly RanImage[]
  readonly repository: string | null
  /** The same as the Application spells it; credentials never in it. Absent while Git has not told, and in old documents. */
  readonly repoURL?: string
  /**
   * How the syncs and the commits of both versions are known. `by-rendering`: they render what runs. `stands-in`: so they do, but no sync
   * that is known brought N, so the newest commit on the way that renders it stands for it. Absent, or `by-clocks`: times and orders alone
   * name them.
   */
  readonly told?: 'by-clocks' | 'by-rendering' | 'stands-in'
  readonly state: 'rolling' | 'failed' | 'ended'
  /** An inconclusive analysis has paused it: no failure, but only a person can go on. Null while nobody is waited for. */
  readonly waiting: { reason: string; evidence: readonly Evidence[] } | null
  readonly serving: ServingState
  /** What Git asks for instead. Absent while it asks for this version, as far as is known, and once it is over. */
  readonly wish?: KeptWish
  /** What runs by hand, where that is not N either: a revert leads to N all the same. Absent where nothing does. */
  readonly instead?: { readonly podTemplateHash: string; readonly images: readonly string[] }
  readonly cause: Cause | null
  readonly attempts: readonly Attempt[]
  /** How many times this very template was released and failed, this release included. */
  readonly recurrence: number
  /** It was already broken when Kedge first looked: listed, silent, until a person adopts it. */
  readonly preExisting: boolean
  /** What the policy last said of telling people: it holds when the Rollout is gone. Absent in old documents. */
  readonly policy?: KeptPolicy
  /** Absent while its forge shows none. */
  readonly deployment?: ShownDeployment
  /** Key of the storm that its newest attempt belongs to. Absent where it failed for itself. */
  readonly storm?: string
  /** The quarantine of its version, while that stands. Absent where nothing speaks against the version. */
  readonly quarantine?: KeptQuarantine | undefined
  /** Who adopted it, by the name that was given and how it was allowed. Absent while nobody has. */
  readonly adoptedBy?: string
  /** Who has said last that they are on it. Absent while nobody has. */
  readonly onIt?: Said
  /** Absent while nobody has snoozed it. */
  readonly snooze?: Snooze
  readonly outcome: Outcome
  /** Of `restored`: the Application's own parameters ask for N, and the branch asks for N+1 as before. Absent where Git does it. */
  readonly restoredBy?: 'parameters'
  readonly endedAt: number | null
  /** The newest decision on it; null until one was taken. */
  readonly decision: StoredDecision | null
  /** Key of the revert that stands for it; null without one. */
  readonly revertKey: string | null
}

/** See `Policy`. Null where it says nothing. */
export interface KeptPolicy {
  readonly mode: Mode
  readonly channel: string | null
  /** Absent where it names none. */
  readonly alsoTell?: readonly string[]
  /** Absent where nothing is written at the forge. */
  readonly announce?: readonly BlamingWay[]
  /** What environments are called, where deployments are shown at the forge. Absent where none are. */
  readonly deployments?: string
  readonly mutedUntil: number | null
  /** Absent where it may be told on one card with others that have the same cause. */
  readonly inStorms?: false
}

export interface StoredDecision {
  readonly action: string
  readonly reason: string
  readonly checks: readonly Check[]
  /** The PR of a person that does what Kedge's own would. */
  readonly theirs?: TheirPullRequest
  readonly at: number
}
