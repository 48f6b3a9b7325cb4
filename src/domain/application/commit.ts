declare const commitSha: unique symbol

/** A full Git object name of a commit: 40 (SHA-1) or 64 (SHA-256) hex digits. The only brand, so that a branch cannot pass for a commit. */
export type CommitSha = string & { readonly [commitSha]: true }

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** The text as a CommitSha, or undefined when it is anything else (a branch name, a tag, empty). */
export function asCommitSha(text: string | undefined): CommitSha | undefined {
  return text !== undefined && SHA.test(text) ? (text as CommitSha) : undefined
}

export interface Person {
  readonly name: string
  readonly email: string
}

/** A commit as Git tells it. Every text in it is hostile. */
export interface GitCommit {
  readonly sha: CommitSha
  readonly parents: readonly CommitSha[]
  readonly author: Person
  /** Committer date, epoch milliseconds: forgeable, for display only. */
  readonly committedAt: number
  readonly subject: string
  readonly body: string
}

/**
 * A part of a repository that can change what an Application renders. `path` is relative to the root, `''` is the whole repository.
 * With `glob`, it is a Git `:(glob)` pattern.
 */
export interface InputPath {
  readonly path: string
  readonly glob: boolean
}

/** These paths, whatever they would mean as patterns. */
export function exactly(paths: readonly string[]): readonly InputPath[] {
  return paths.map((path) => ({ path, glob: false }))
}
