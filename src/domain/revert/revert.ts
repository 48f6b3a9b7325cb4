import type { CommitSha, GitCommit } from '../application/commit.ts'
import type { PullRequestPeople } from '../people.ts'
import type { Cause } from '../release/evidence.ts'

/**
 * How a revert PR ended. `declined`: a human closed it; `held`: its release is one of many that failed for one cause; `withdrawn`: it was
 * planned and never opened, so the key is still free.
 */
export type RevertOutcome = 'merged' | 'declined' | 'restored' | 'superseded' | 'promoted' | 'gone' | 'held' | 'withdrawn'

/**
 * What has closed a PR, where that is no newer commit: the branch was pushed by force without what it takes back, the Application reads
 * another branch, or its own parameters ask for N (then the PR is `restored`).
 */
export type ClosedFor = 'rewritten' | 'other-branch' | 'parameters'

/** Why a pushed revert was not opened: it renders something else or not at all, or (`files`) cannot be told by rendering. In words. */
export interface RenderedNo {
  readonly provenBy: 'rendering' | 'files'
  readonly reason: string
}

/** A field of the Rollout's spec that merging changes. Values are kept of images alone: others may be secrets. */
export interface KeptChange {
  readonly path: string
  readonly image?: { readonly before?: string; readonly after?: string }
}

/** What merging changes in what is rendered, as its PR says: of the release that it was opened for. */
export interface KeptChanges {
  readonly release: string
  readonly fields: readonly KeptChange[]
}

/** The ledger's document of one revert: one branch for ever, and never two open PRs. */
export interface Revert {
  readonly key: string
  /** As the admin's configuration and the Application spell it; credentials never in it. */
  readonly repoURL: string
  readonly repository: string
  readonly branch: string
  readonly baseBranch: string
  readonly culprits: readonly GitCommit[]
  readonly goodRevision: CommitSha
  readonly paths: readonly string[]
  readonly cause: Cause
  readonly releases: readonly string[]
  /** What it was proven by when it was planned, and from its PR on, what that says. Absent where that was before anything was rendered. */
  readonly provenBy?: 'rendering' | 'files'
  /** Absent where it was not rendered, or differs in too many fields to be told; and in old documents. */
  readonly changes?: KeptChanges
  /** Its commit that was pushed last and taken back, because who renders did not say that it is N's. Absent where there was none. */
  readonly takenBack?: CommitSha
  /** What who renders said of that. Absent where it had no answer: then it is pushed again. */
  readonly takenBackFor?: RenderedNo
  /** How many times in a row it was pushed and taken back, for whatever reason. Absent where it never was. */
  readonly takenBackTimes?: number
  /** `namespace/name` of every other Application that the restore changes, or may change: the PR says which. */
  readonly otherApplications: readonly string[]
  readonly state: 'planned' | 'open' | 'closing' | 'ended'
  readonly outcome: RevertOutcome | null
  /** Absent where the outcome says it all. */
  readonly closedFor?: ClosedFor
  readonly commit: CommitSha | null
  readonly pullRequest: { number: number; url: string } | null
  /** The branch that somebody has turned its PR to. Absent where it is the base branch. */
  readonly mergesInto?: string
  /** Its PRs that Kedge has closed, oldest first, when Git asked for something else for a while. Absent where there were none. */
  readonly formerPullRequests?: readonly number[]
  /** The head moved to a commit that is not ours: hands off. */
  readonly touchedByOthers: boolean
  readonly plannedAt: number
  /** Its forge takes no more for now, so that its PR is not begun with yet. Absent where it was not seen to wait, and once it is open. */
  readonly awaitsTurn?: true
  readonly openedAt: number | null
  readonly endedAt: number | null
  readonly mergeCommit: CommitSha | null
  /** Who approved and merged its PR. Absent while it was not asked, where the forge cannot be asked, and in old documents. */
  readonly people?: PullRequestPeople
  /** Set once people were told that the merge has not brought N back. */
  readonly toldNotRestored: boolean
}
