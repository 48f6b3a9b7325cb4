import type { CommitSha } from '../application/commit.ts'
import type { Cause } from '../release/evidence.ts'

/**
 * Why a version is out of quarantine. `expired`: its days are over; `lifted`: a person wanted it; `proven`: it serves healthy after all;
 * `cleared`: so many failed for one cause that the cause is hardly the version.
 */
export type QuarantineEnd = 'expired' | 'lifted' | 'proven' | 'cleared'

/** A commit of which people were, or are to be told at its forge: under {@link QUARANTINE_CONTEXT}. */
export interface Mark {
  readonly commit: CommitSha
  /** The open PR whose head it was seen to be; null for a commit of the branch. */
  readonly pullRequest: number | null
  /** Whether it brings the version back; else it takes out what an earlier one had brought. */
  readonly brings: boolean
}

/** The ledger's document of one version that failed and is to stay out: what one Rollout's release changed, and nothing that N ran. */
export interface Quarantine {
  /** Twelve hex digits, for people to type: see `quarantineKey`. */
  readonly key: string
  readonly cluster: string
  readonly namespace: string
  readonly rollout: string
  /** As the template names them. Empty where the version before ran the same ones: then it is the template alone. */
  readonly images: readonly string[]
  /** Images of the version before. */
  readonly stableImages: readonly string[]
  /** Pod template hashes with which it has failed, oldest first. */
  readonly templates: readonly string[]
  /** Key of the release that has failed last, and of that attempt. */
  readonly release: string
  readonly attempt: string
  readonly cause: Cause
  /** For people, as a clause. */
  readonly reason: string
  /** Where its commits are, as far as Git has told. */
  readonly repoURL: string | null
  readonly repository: string | null
  readonly baseBranch: string | null
  /** The commit that brought it, the one that the version before was made from, and the files that changed between them. */
  readonly culprit: CommitSha | null
  readonly good: CommitSha | null
  readonly paths: readonly string[]
  /** Epoch milliseconds. */
  readonly since: number
  readonly until: number
  readonly state: 'standing' | 'over'
  /** Null while it stands. */
  readonly outcome: QuarantineEnd | null
  readonly endedAt: number | null
  /** Who lifted it, and why. Absent where nobody has. */
  readonly liftedBy?: string
  readonly liftedFor?: string
  readonly marks: readonly Mark[]
  /** Why the forge takes no status of ours, in its own words. Absent while it does, or was not asked. */
  readonly unsaid?: string
}

/** The name under which a forge shows it beside a commit. */
export const QUARANTINE_CONTEXT = 'kedge/quarantine'

/** The label that lifts it where a person puts it on the revert PR. */
export const LIFT_LABEL = 'kedge/quarantine-lift'

/** What is said of a quarantine where its release is shown. */
export interface KeptQuarantine {
  readonly key: string
  /** Epoch milliseconds. */
  readonly until: number
}
