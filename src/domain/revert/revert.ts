import type { CommitSha, GitCommit } from '../application/commit.ts'
import type { Cause } from '../release/evidence.ts'

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
