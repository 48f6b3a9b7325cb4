import type { ApplicationSnapshot } from '../domain/application/snapshots.ts'
import type { CommitSha, GitCommit, InputPath } from '../domain/application/commit.ts'
import type { Effect } from '../domain/effect.ts'
import type { Card, CardRef } from '../domain/notice/card.ts'
import type { Release, Revert, Version } from '../domain/release/release.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot, ReplicaSetSnapshot, RolloutRef, RolloutSnapshot } from '../domain/rollout/snapshots.ts'

/** Time. Promises nothing about order between two clocks: the cluster, Git and the forge have their own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls once at or after `at` (epoch ms). Dispose cancels. Never calls before the caller has returned. */
  schedule(at: number, call: () => void): Disposable
}

export type LogFields = Readonly<Record<string, unknown>>

/** Structured log. Implementations redact secrets; callers still never pass one. */
export type Logger = Record<'info' | 'warn' | 'error', (message: string, fields?: LogFields) => void>

/** How far a view may be believed. Blindness is not health. */
export interface Freshness {
  fresh: boolean
  /** Epoch ms of the last sign of life (event, bookmark or list) of the stalest watch. */
  asOf: number
  /** Per kind that is blind: why. Empty when fresh. */
  blind: readonly { kind: string; reason: string; since: number }[]
}

/** One thing that changed in a view: the Rollout it concerns, all of an Application's (`namespace/name`), or how far all of it may be believed. */
export type ViewChange = { namespace: string; rollout: string } | { application: string } | { fresh: boolean }

/**
 * What one cluster looks like, kept by watches. Reads are from memory and may be stale: ask `freshness` first.
 * Does not promise to show every intermediate state, nor that kinds are consistent with each other.
 */
export interface ClusterView {
  readonly cluster: string
  freshness(): Freshness
  rollouts(): Iterable<RolloutSnapshot>
  rollout(namespace: string, name: string): RolloutSnapshot | undefined
  replicaSets(rolloutUid: string): readonly ReplicaSetSnapshot[]
  /** Runs owned by the Rollout or by one of its Experiments. */
  analysisRuns(rolloutUid: string): readonly AnalysisRunSnapshot[]
  experiments(rolloutUid: string): readonly ExperimentSnapshot[]
  applications(): Iterable<ApplicationSnapshot>
  /** Applications that list this Rollout in `status.resources`. */
  applicationsOf(namespace: string, rollout: string): readonly ApplicationSnapshot[]
  /** A live read past the cache (pre-flight P1); undefined when it is gone. @throws KedgeError E_CLUSTER_* */
  reread(namespace: string, name: string): Promise<RolloutSnapshot | undefined>
  /** Tells of every change, freshness included. Listeners must not throw. Dispose unsubscribes. */
  subscribe(listener: (change: ViewChange) => void): Disposable
}

/** What a push met. `exists`: the branch was already there, at `sha`; nothing was written. */
export type PushResult = { result: 'created' } | { result: 'exists'; sha: CommitSha }

export interface RestoreRequest {
  /** Head of the base branch that the revert commit sits on. */
  base: CommitSha
  /** The state to restore. */
  good: CommitSha
  /** The failed release: each path must still be at the base as it is here, or nothing is built. */
  bad: CommitSha
  /** Files to restore, relative to the root. */
  paths: readonly string[]
  message: string
  /** Author and committer date, epoch ms: part of the commit, so that building it again gives the same SHA. */
  date: number
}

/** `conflict`: these paths differ between `bad` and `base`, so somebody else has changed them since. */
export type RestoreResult =
  | { result: 'built'; commit: CommitSha; tree: string }
  | { result: 'conflict'; paths: readonly string[] }
  | { result: 'empty' }

/**
 * One repository, read and written without a work tree. All methods throw KedgeError E_GIT_* for faults.
 * Does not promise that anything is newer than the last `fetch`.
 */
export interface GitRepository {
  readonly repoURL: string
  /** Brings the branch up to date and says where it is; undefined when there is no such branch (a tag, a SHA, nothing). */
  fetch(branch: string): Promise<CommitSha | undefined>
  /** The repository's default branch, for `HEAD`. */
  defaultBranch(): Promise<string>
  /** Whether the commit is there (fetched by SHA when it is not yet). */
  has(revision: CommitSha): Promise<boolean>
  isAncestor(ancestor: CommitSha, descendant: CommitSha): Promise<boolean>
  commit(revision: CommitSha): Promise<GitCommit>
  /** Newest commit on the first-parent history of `revision` that touches one of the inputs. */
  newestTouching(revision: CommitSha, inputs: readonly InputPath[]): Promise<GitCommit | undefined>
  /** Commits of the first-parent history in `(from, to]` that touch one of the inputs, oldest first, 1,000 at most. */
  commitsTouching(from: CommitSha, to: CommitSha, inputs: readonly InputPath[]): Promise<readonly GitCommit[]>
  /** Files among the inputs that the commits changed against their first parents, sorted, without repeats. */
  changedPaths(commits: readonly CommitSha[], inputs: readonly InputPath[]): Promise<readonly string[]>
  /** All files that the commit changed against its first parent. */
  filesOf(commit: CommitSha): Promise<readonly string[]>
  /** One fingerprint for the content of the inputs at a revision: equal exactly when every file among them is equal. */
  fingerprint(revision: CommitSha, inputs: readonly InputPath[]): Promise<string>
  /** Object names of single paths at a revision, null where absent: the proof that people can check with `git rev-parse`. */
  objectNames(revision: CommitSha, paths: readonly string[]): Promise<Readonly<Record<string, string | null>>>
  /** A text file; undefined when absent, not a file, or above `maxBytes`. */
  readFile(revision: CommitSha, path: string, maxBytes: number): Promise<string | undefined>
  /** Builds the revert commit in the object store. Writes no ref and no file of the repository. */
  buildRestore(request: RestoreRequest): Promise<RestoreResult>
  /** Create-only: never moves a branch that is there. */
  push(branch: string, commit: CommitSha): Promise<PushResult>
  /** Where a remote branch is now, asked of the remote. */
  remoteBranch(branch: string): Promise<CommitSha | undefined>
  /** Deletes a branch only while it is still at `expected`. */
  deleteBranch(branch: string, expected: CommitSha): Promise<'deleted' | 'moved' | 'absent'>
}

/** Opens the mirror of a repository that the admin allows. @throws KedgeError E_REPOSITORY_NOT_ALLOWED, E_GIT_* */
export interface GitRepositories {
  open(repoURL: string): Promise<GitRepository>
}

export interface PullRequest {
  number: number
  url: string
  state: 'open' | 'closed' | 'merged'
  branch: string
  headSha: string
  base: string
  body: string
  author: string
  mergeCommit: string | undefined
}

export interface PullRequestRequest {
  branch: string
  base: string
  title: string
  body: string
}

/**
 * The pull requests of one repository. All methods throw KedgeError E_FORGE_* for faults.
 * Promises no order of lists beyond what is said, and no read of its own writes.
 */
export interface Forge {
  /** Every PR with this head branch, in any state, newest first. */
  findByBranch(branch: string): Promise<readonly PullRequest[]>
  get(number: number): Promise<PullRequest>
  /** Opens the PR; when the forge says that the branch has an open one, that one is returned. */
  open(request: PullRequestRequest): Promise<PullRequest>
  updateBody(number: number, body: string): Promise<void>
  /** Writes the comment that carries this marker, once. */
  comment(number: number, marker: string, text: string): Promise<void>
  close(number: number): Promise<void>
  /** Sets what can be set; what cannot comes back as sentences and costs nothing. */
  decorate(number: number, decoration: { labels: readonly string[]; reviewers: readonly string[] }): Promise<readonly string[]>
  /** The merged PR through which a commit came to the base branch, with the people on it; undefined when unknown. */
  introducedBy(commit: CommitSha): Promise<SourcePullRequest | undefined>
  commitUrl(commit: CommitSha): string
}

export interface SourcePullRequest {
  number: number
  url: string
  /** May be a bot, which `decorate` never asks for a review. */
  author: string
  /** People only. */
  approvers: readonly string[]
}

/** @throws KedgeError E_FORGE_UNSUPPORTED for a host without one, E_REPOSITORY_NOT_ALLOWED */
export interface Forges {
  forRepository(repoURL: string): Forge
}

/**
 * Tells people. May repeat a message once after a crash where the channel cannot be read back; never loses one that returned.
 */
export interface Notifier {
  /**
   * Publishes a card, or brings the one at `ref` up to date. With `lookFirst`, an earlier try may have got through:
   * a card with the same key in the channel is adopted. Returns undefined where the channel has no addresses.
   * @throws KedgeError E_NOTIFIER_*
   */
  publish(request: { channel: string; card: Card; ref: CardRef | undefined; lookFirst: boolean; thread: string | undefined }): Promise<CardRef | undefined>
}

/** The documents that the ledger keeps, by kind. */
export interface LedgerDocuments {
  baseline: { cluster: string; at: number }
  version: Version
  release: Release
  revert: Revert
  effect: Effect
  /** `channel` is where it was asked to be published, by the name that the policy gives. */
  card: { releaseKey: string; ref: CardRef | null; contentHash: string; channel?: string }
}

export type LedgerKind = keyof LedgerDocuments

/** One thing that happened, with the whole document as it is from now on. */
export type LedgerEntry = {
  [K in LedgerKind]: { kind: K; key: string; event: string; document: LedgerDocuments[K] }
}[LedgerKind]

/** An entry as it stands in the chain. */
export interface LedgerRecord {
  sequence: number
  /** Epoch ms, Kedge's own clock. */
  at: number
  kind: LedgerKind
  key: string
  event: string
  document: unknown
  /** SHA-256 over the record and the hash before it. */
  hash: string
}

/**
 * The append-only, hash-chained journal and the newest document of each key. Reads see everything that `append` has returned for.
 * One writer process.
 */
export interface Ledger {
  /** Writes all entries in one durable transaction, or none. @throws KedgeError E_LEDGER_* */
  append(entries: readonly LedgerEntry[]): Promise<void>
  read<K extends LedgerKind>(kind: K, key: string): LedgerDocuments[K] | undefined
  /** The newest releases of the Rollouts of this name (an object made anew has another uid), newest first, 200 by default. */
  releasesOf(rollout: RolloutRef, limit?: number): readonly Release[]
  /** Newest first; `open` = not ended. */
  releases(filter: { open?: boolean; limit: number; before?: number }): readonly Release[]
  /** Reverts of one repository (normalised), or of all, newest first. */
  reverts(filter: { repository?: string; open?: boolean; since?: number }): readonly Revert[]
  /** Pending effects, oldest first. */
  pendingEffects(): readonly Effect[]
  /** The history of one key, oldest first. */
  history(kind: LedgerKind, key: string): readonly LedgerRecord[]
  /** The whole chain, oldest first. */
  records(): Iterable<LedgerRecord>
  /** Walks the whole chain. The program refuses to act on a broken one. */
  verify(): LedgerVerdict
}

export type LedgerVerdict = { intact: true; records: number; head: string } | { intact: false; sequence: number; what: string }

/** Webhook deliveries, kept until handled: a delivery that got its 2xx is not lost. Ids are kept for seven days at least. */
export interface Inbox {
  /** False for an id that was seen before. */
  accept(delivery: { source: 'github' | 'argocd'; id: string; receivedAt: number; body: string }): Promise<boolean>
  pending(): readonly { source: 'github' | 'argocd'; id: string; body: string }[]
  done(source: 'github' | 'argocd', id: string): Promise<void>
}
