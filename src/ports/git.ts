import type { CommitSha, GitCommit, InputPath } from '../domain/application/commit.ts'
import type { Person } from '../domain/revert/commit-rules.ts'

/** What Git shows for itself over HTTPS. */
export interface GitCredentials {
  username: string
  password: string
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
  /** Those of them that others have changed since, and their whole text as restored; they are files of one mode in all three states. */
  texts?: ReadonlyMap<string, string>
  message: string
  /** Author and committer date, epoch ms: part of the commit, so that building it again gives the same SHA. */
  date: number
  /** Author and committer; Kedge where nobody is named. */
  author?: Person
}

/** `conflict`: these paths differ between `bad` and `base`, so somebody else has changed them since. */
export type RestoreResult =
  | { result: 'built'; commit: CommitSha; tree: string }
  | { result: 'conflict'; paths: readonly string[] }
  | { result: 'empty' }

/** What may lie at a path of a tree. */
export type EntryKind = TreeFile['kind'] | 'folder'

/** What lies at a path of a tree. `oid` is the name of its content: equal exactly when the content is. */
export interface TreeFile {
  /** Relative to the root. */
  path: string
  kind: 'file' | 'symlink' | 'submodule'
  oid: string
}

/** How a file lies in a tree: as a file, one that can be executed, a symbolic link, or a submodule. */
export type FileMode = '100644' | '100755' | '120000' | '160000'

/** What a commit makes of one file. */
export interface ChangedFile {
  /** Relative to the root. */
  path: string
  /** What it was before; undefined where it was not there. `oid` is the name of its content. */
  before: { mode: FileMode; oid: string } | undefined
  /** What it becomes; undefined where it goes. The content of a submodule is empty. */
  after: { mode: FileMode; content: Uint8Array } | undefined
}

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
  /** Where two histories part; undefined when they have nothing in common. */
  mergeBase(one: CommitSha, other: CommitSha): Promise<CommitSha | undefined>
  commit(revision: CommitSha): Promise<GitCommit>
  /** Newest commit on the first-parent history of `revision` that touches one of the inputs. */
  newestTouching(revision: CommitSha, inputs: readonly InputPath[]): Promise<GitCommit | undefined>
  /** Commits of the first-parent history in `(from, to]` that touch one of the inputs, oldest first, 1,000 at most. */
  commitsTouching(from: CommitSha, to: CommitSha, inputs: readonly InputPath[]): Promise<readonly GitCommit[]>
  /** Files among the inputs that the commits changed against their first parents, sorted, without repeats. */
  changedPaths(commits: readonly CommitSha[], inputs: readonly InputPath[]): Promise<readonly string[]>
  /** Files among the inputs that are not the same at two revisions, sorted. */
  differingPaths(one: CommitSha, other: CommitSha, inputs: readonly InputPath[]): Promise<readonly string[]>
  /** All files that the commit changed against its first parent. */
  filesOf(commit: CommitSha): Promise<readonly string[]>
  /**
   * What the commit makes of each file, against its first parent, sorted by path, with the contents; undefined where there are more files,
   * or more bytes of them, than that.
   */
  changesOf(commit: CommitSha, limits: { files: number; bytes: number }): Promise<readonly ChangedFile[] | undefined>
  /** One fingerprint for the content of the inputs at a revision: equal exactly when every file among them is equal. */
  fingerprint(revision: CommitSha, inputs: readonly InputPath[]): Promise<string>
  /** Object names of single paths at a revision, null where absent: the proof that people can check with `git rev-parse`. */
  objectNames(revision: CommitSha, paths: readonly string[]): Promise<Readonly<Record<string, string | null>>>
  /** What lies at single paths of a revision, null where nothing does: by name, however much lies beside them. */
  kindsAt(revision: CommitSha, paths: readonly string[]): Promise<Readonly<Record<string, EntryKind | null>>>
  /**
   * What lies in a folder (`''` is the root) at a revision, and with `recurse` in those below, sorted by path, `most` at most; undefined
   * when there is no such folder.
   */
  listFiles(revision: CommitSha, folder: string, limits: { recurse: boolean; most: number }): Promise<readonly TreeFile[] | undefined>
  /** A text file; undefined when absent, not a file, or above `maxBytes`. */
  readFile(revision: CommitSha, path: string, maxBytes: number): Promise<string | undefined>
  /** Several of them at once, by path; those that `readFile` has no text for are left out. */
  readFiles(revision: CommitSha, paths: readonly string[], maxBytes: number): Promise<Readonly<Record<string, string>>>
  /** What a symbolic link says, as it says it; undefined for anything else. */
  linkTarget(revision: CommitSha, path: string): Promise<string | undefined>
  /** Builds the revert commit in the object store. Writes no ref and no file of the repository. */
  buildRestore(request: RestoreRequest): Promise<RestoreResult>
  /** Create-only: never moves a branch that is there. */
  push(branch: string, commit: CommitSha): Promise<PushResult>
  /** Where a remote branch is now, asked of the remote. */
  remoteBranch(branch: string): Promise<CommitSha | undefined>
  /** Deletes a branch only while it is still at `expected`. */
  deleteBranch(branch: string, expected: CommitSha): Promise<'deleted' | 'moved' | 'absent'>
}

export interface GitRepositories extends Partial<AsyncDisposable> {
  /** Opens the mirror of a repository that the admin allows. @throws KedgeError E_REPOSITORY_NOT_ALLOWED, E_GIT_* */
  open(repoURL: string): Promise<GitRepository>
}
