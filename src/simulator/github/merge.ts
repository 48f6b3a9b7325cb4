import { git, tryGit } from './git.ts'

/** Who makes a commit. */
export interface Person {
  name: string
  email: string
}

/** A commit as its header says. */
export interface CommitInfo {
  sha: string
  tree: string
  parents: string[]
  author: Person & { date: string }
  message: string
}

export type MergeMethod = 'merge' | 'squash' | 'rebase'

export interface MergePlan {
  method: MergeMethod
  /** Tips of the two sides. */
  ours: string
  theirs: string
  /** What a rebase replays, oldest first. */
  commits: readonly string[]
  author: Person
  message: string
  /** Seconds since the epoch. */
  seconds: number
}

/** Where the commits are, and what is known of them. */
interface Source {
  directory: string
  show(sha: string): Promise<CommitInfo>
  /** The tree that merging two commits gives; undefined where they conflict. */
  mergeTrees(ours: string, theirs: string): Promise<string | undefined>
}

/**
 * Makes the commit (or, for a rebase, commits) that merging gives, and returns the last; undefined where they conflict.
 * Moves no ref.
 */
export async function mergeCommits(source: Source, plan: MergePlan): Promise<string | undefined> {
  const { method, ours, theirs, seconds } = plan
  if (method === 'rebase') {
    let tip: string | undefined = ours
    for (const sha of plan.commits) tip = tip && (await replay(source, { sha, onto: tip, seconds }))
    return tip
  }
  const tree = await source.mergeTrees(ours, theirs)
  return tree && commitTree(source.directory, { ...plan, tree, parents: method === 'merge' ? [ours, theirs] : [ours] })
}

/** The same, by Git itself. */
export async function mergeTrees(directory: string, ours: string, theirs: string): Promise<string | undefined> {
  const { code, stdout, stderr } = await tryGit(directory, ['merge-tree', '--write-tree', ours, theirs])
  if (code > 1) throw new Error(`git merge-tree: ${stderr}`)
  return code === 0 ? stdout.trim() : undefined
}

/**
 * Replays one commit. merge-tree takes no base before git 2.40, so `onto` lends its tree to a sibling of the commit.
 */
async function replay(source: Source, step: { sha: string; onto: string; seconds: number }): Promise<string | undefined> {
  const { sha, onto, seconds } = step
  const { parents, author, message } = await source.show(sha)
  const sibling = await commitTree(source.directory, { tree: `${onto}^{tree}`, parents, author, message: 'replay', seconds })
  const tree = await source.mergeTrees(sibling, sha)
  return tree && commitTree(source.directory, { tree, parents: [onto], author, message, seconds })
}

function commitTree(
  directory: string,
  commit: { tree: string; parents: string[]; author: Person; message: string; seconds: number },
): Promise<string> {
  const { author, seconds } = commit
  const environment: Record<string, string> = {}
  for (const role of ['AUTHOR', 'COMMITTER']) {
    Object.assign(environment, {
      [`GIT_${role}_NAME`]: author.name,
      [`GIT_${role}_EMAIL`]: author.email,
      [`GIT_${role}_DATE`]: `${seconds} +0000`,
    })
  }
  const parents = commit.parents.flatMap((parent) => ['-p', parent])
  return git(directory, ['commit-tree', commit.tree, ...parents, '-F', '-'], { input: commit.message, environment })
}
