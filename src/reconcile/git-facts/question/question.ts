import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import type { GitSource } from '../../../domain/application/inputs.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import type { Release } from '../../../domain/release/release.ts'
import type { CommitRules } from '../../../domain/revert/commit-rules.ts'
import type { Digest } from '../../../domain/revert/keys.ts'
import type { Revert } from '../../../domain/revert/revert.ts'
import type { ReplicaSetSnapshot } from '../../../domain/rollout/snapshots.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { GitRepositories, GitRepository } from '../../../ports/git.ts'
import type { Renderer } from '../../../ports/renderer.ts'
import type { ContentQuestion } from './versions.ts'

export interface SourceQuestion extends ContentQuestion {
  readonly repositories: GitRepositories
  /** Of the Rollout, as far as they are in view. */
  readonly replicaSets: readonly ReplicaSetSnapshot[]
  /** All Applications in view, for those that share the files. */
  readonly applications: Iterable<ApplicationSnapshot>
  /** What the Rollout takes its template from, `kind/name`; undefined where that is its own. */
  readonly workloadRef: string | undefined
  /** Kedge has seen N run, and that no sync made it. */
  readonly madeByHand: boolean
  /** Kedge has seen since N came back that Argo CD found it as Git asks. */
  readonly seenAsAsked: boolean
  /** Other releases of this Rollout, as far as the ledger has them. */
  readonly others: readonly Release[]
  /** The stable ReplicaSet of another Rollout (`namespace/name`), as far as it is in view. */
  readonly stableOf: (rollout: string) => ReplicaSetSnapshot | undefined
  readonly digest: Digest
  /** How the commits of reverts are made in a repository. */
  readonly commitsFor: (repoURL: string) => CommitRules
  /** Reverts for which a PR was opened for this very release, newest first: what they take back is settled. */
  readonly opened: readonly Revert[]
  /** Who renders has had no answer for two minutes: what it cannot be asked passes for `unsupported`. */
  readonly goesByFiles: boolean
  /** Whether it could not be asked something of this question, by now. */
  readonly wasAway: () => boolean
  /** The revert that the ledger has of this key. */
  readonly revertOf: (key: string) => Revert | undefined
  /** The spellings under which the ledger has reverts of a repository, see `isSameRepository`. */
  readonly spellingsOf: (repository: string) => readonly string[]
  /** For the other Applications. */
  readonly renderer: Renderer
  readonly clock: Clock
}

/** The question as it is put to one repository. */
export interface OpenQuestion extends SourceQuestion {
  readonly source: GitSource
  readonly repository: GitRepository
}

/** See {@link OpenQuestion}. */
export function openAt(question: SourceQuestion, source: GitSource, repository: GitRepository): OpenQuestion {
  return { ...question, source, repository }
}

/** The syncs that brought the two versions; of N none need be known. */
export interface Brought {
  readonly applied: AppliedRevision
  readonly goodApplied: AppliedRevision | null
}

/** The question about the release as it has begun: more may be known of its syncs by now than when it began. */
export function asBegun(question: SourceQuestion, brought: Brought | undefined): SourceQuestion {
  return brought ? { ...question, release: { ...question.release, applied: brought.applied, goodApplied: brought.goodApplied } } : question
}

/** The question about what is on the branch by now in the place of N+1's commits, where it was pushed by force; see `readRewritten`. */
export function asOnBranch(question: OpenQuestion, applied: AppliedRevision | undefined): OpenQuestion {
  return applied ? { ...question, release: { ...question.release, applied } } : question
}
