import type { Burn } from '../alert/alert.ts'
import type { CommitSha, GitCommit, InputPath } from '../application/commit.ts'
import type { ExperimentNow } from '../experiment/now.ts'
import type { Policy } from '../policy/policy.ts'
import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import type { ChangedField } from '../rollout/changed-fields.ts'
import type { ServingState } from '../rollout/serving.ts'
import type { CheckId } from './check.ts'
import type { FailedBefore, ServedBefore } from './failed-before.ts'
import type { QuarantinedBefore } from './quarantined-before.ts'
import type { TheirPullRequest } from './their-pull-request.ts'

/** Proof that the revert restores exactly what N was made from. */
export interface Proof {
  readonly commit: CommitSha
  readonly tree: string
  /** Fingerprints of the app's inputs: they must be the same text. */
  readonly atGood: string
  readonly atRevert: string
  /** Object names of the restored files, at N+1 and as restored; null where absent. */
  readonly files: readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[]
}

/** A Rollout beside the failing one. */
export interface OtherRollout {
  /** `namespace/name`. */
  readonly name: string
  /** False: whether its template changes is not known. */
  readonly isKnown: boolean
  /** What it gets is what its stable ReplicaSet runs: there is nothing to roll out. */
  readonly isBack: boolean
  /** Images of its stable ReplicaSet; none where that is not in view. */
  readonly runs: readonly string[]
  /** Those of its images that change, as Git asks for them and as restored. */
  readonly images: readonly { readonly before: string | undefined; readonly after: string | undefined }[]
}

/** A file that was changed since as well: of what the release did to it these fields go back, and all else in it stays as it is. */
export interface FileByFields {
  readonly path: string
  /** Their paths in the file. */
  readonly fields: readonly string[]
  /** Commits that have changed it since, oldest first. */
  readonly since: readonly GitCommit[]
}

/** What else an Application applied in the time in which the alert of a release may be about it. */
export interface SyncsBeside {
  /** Those that changed anything it is made of, newest first. `at`: epoch ms; no commit where no one stands for it. */
  readonly changes: readonly { readonly at: number; readonly commit: GitCommit | null }[]
  /** False: Argo CD does not tell of all that it applied in that time. */
  readonly isAllKnown: boolean
}

/** What Git says about a failed release: the further it could be asked, the more is filled in. */
export interface SourceFacts {
  /** The first question that could not be answered well; the checks after it are skipped. */
  readonly refusal: { readonly check: CheckId; readonly reason: string } | null
  readonly repoURL: string | null
  readonly repository: string | null
  readonly baseBranch: string | null
  readonly head: CommitSha | null
  readonly inputs: readonly InputPath[]
  readonly revision: GitCommit | null
  readonly good: GitCommit | null
  readonly culprits: readonly GitCommit[]
  /** Those of them that bring back files as they were at an older commit: reverts, whatever they say. */
  readonly backToOlder: readonly CommitSha[]
  /** What was too much to be looked at for that, in words; null where all was. */
  readonly tooMuchForOlder: string | null
  /** Those of them with which an image came that only N+1 has; null where that is not known. */
  readonly imageCommits: readonly CommitSha[] | null
  /** The syncs that brought the two versions, where more is known of them than when the release began. */
  readonly brought: Pick<Release, 'applied' | 'goodApplied' | 'told'> | null
  /** No sync that is known brought N: the newest commit on the way to N+1 that renders it stands for it. */
  readonly goodStandsIn: boolean
  /** Commits after N+1's that touch the inputs and stand in the way of a revert, oldest first. */
  readonly later: readonly GitCommit[]
  /** Such that do not: they touch nothing that is restored, and the head renders N+1's template, steps and AnalysisTemplates. They stay. */
  readonly staying: readonly GitCommit[]
  /** Restored files that some of these touch, too. */
  readonly byFields: readonly FileByFields[]
  /** Why a restored file that was changed since cannot go back field by field, a clause; null where none was, or that was not asked. */
  readonly notByFields: string | null
  /** The branch asks for N again: the inputs at its head are those of N. */
  readonly restoredInGit: boolean
  /** A later commit changes one of the files that are to be restored, and not only beside what goes back. */
  readonly overtaken: boolean
  readonly paths: readonly string[]
  /** What is only another Rollout's of the Application stays: its files, and commits that changed nothing else among the inputs. */
  readonly leftOut: { readonly paths: readonly string[]; readonly commits: readonly GitCommit[] }
  /** What the release changed that no revert in Git takes back, by kind and name: a hook that ran, a CRD, volumes. */
  readonly irreversible: readonly string[]
  /** All files of the culprits that are not among the inputs: they stay as they are. */
  readonly otherFiles: readonly string[]
  /** Those that render something else at the revert. While only their files could be looked at: those that share a restored file. */
  readonly otherApplications: readonly string[]
  /** Other Rollouts of this Application whose template the restore changes, or may. */
  readonly otherRollouts: readonly OtherRollout[]
  /** Those of which that could not be told: nobody renders them, they do not render, or something in their own data is wrong. */
  readonly untoldApplications: readonly string[]
  readonly revertKey: string | null
  readonly branch: string | null
  readonly proof: Proof | null
  /** What ties both versions to their commits, and the revert to N, or says that it is not N: what they render, or no more than files. */
  readonly provenBy: 'rendering' | 'files' | null
  /** Who renders did not find the revert that was pushed: that says nothing about it. */
  readonly unfetched?: true
  /** Who renders was away, for so long that it was asked no more. */
  readonly rendererAway?: true
  /** Why files had to do. */
  readonly notRendered: string | null
  /** Fields of the Rollout that merging the revert changes; null where they are not known. */
  readonly changedFields: readonly ChangedField[] | null
  readonly conflicts: readonly string[]
  /** Of a release that an alert names; null for any other, and while that was not asked. */
  readonly syncsBeside: SyncsBeside | null
  /** Commits that were N+1's and are on the branch no more: it was pushed by force. */
  readonly dropped: readonly CommitSha[]
}

export interface DecisionInput {
  readonly release: Release
  /** Who serves now, seen from this release: the ledger's word may be older than the look. */
  readonly serving: ServingState
  /** Of an abort: why it is not proven that N alone serves, as a clause; undefined where it is. */
  readonly unproven: string | undefined
  readonly policy: Policy
  /** False while the view is stale: nothing is decided then. */
  readonly fresh: boolean
  /** What a live read past the cache said; `unasked` until everything else holds, `failed` where the cluster could not be asked. */
  readonly live: 'same' | 'moved' | 'unasked' | 'failed'
  /** Of a release that an alert names: the alert as it stands now, and whether the Rollout still runs the release. Absent for any other. */
  readonly burn?: (Burn & { readonly isRun: boolean }) | undefined
  /** Of an Experiment outside of a Rollout: how it stands now. Absent for any other release. */
  readonly experiment?: ExperimentNow | undefined
  /** `namespace/name` of the Applications that map to the Rollout. */
  readonly applications: readonly string[]
  /** Why the one Application that lists the Rollout may not be what made it. */
  readonly ownershipDoubt: string | undefined
  readonly imageUpdater: boolean
  readonly repositoryAllowed: boolean
  readonly source: SourceFacts | null
  /** The revert that the ledger has for this very key. */
  readonly sameRevert: Revert | undefined
  /** Another one on this branch that restores one of the same files: open, about to be, or closed by somebody, as a No to this commit. */
  readonly overlapping: Revert | undefined
  /** State of a PR that the forge has for this very branch. `lapsed`: Kedge closed it when Git asked for something else. */
  readonly foundPullRequest: 'open' | 'closed' | 'lapsed' | 'merged' | undefined
  /** A person's open PR that restores the same files. */
  readonly theirs: TheirPullRequest | undefined
  /** Why a PR waits though every check allows it: many failed for one cause. A clause; see `whyHeld`. */
  readonly held: string | undefined
  /** Commits that brought one of our reverts to the branch: a squash may say so nowhere else. */
  readonly mergedReverts: readonly CommitSha[]
  /** Other releases of this Rollout that failed, of what has never made it. */
  readonly failedBefore: readonly FailedBefore[]
  /** The quarantine that this very version was in already when its release began. */
  readonly quarantined: QuarantinedBefore | undefined
  /** See `servedBefore`. */
  readonly servedBefore: ServedBefore
  readonly counts: {
    readonly openForRollout: number
    readonly openForRepository: number
    readonly openedLastHour: number
    readonly revertsOfTemplate: number
  }
  readonly now: number
}
