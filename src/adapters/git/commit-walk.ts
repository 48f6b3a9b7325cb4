import type { CommitSha, GitCommit, InputPath } from '../../domain/application/commit.ts'
import { readCommitObject } from './commit-object.ts'
import type { Mirror } from './mirror.ts'
import { differencesOf, type Difference } from './tree-walk.ts'

/** Of more commits than this, Git makes less work: it reads a commit in a tenth of the time. */
const MOST_COMMITS = 20

/**
 * Commits of the first-parent history of `to` that touch the inputs, newest first: down to `from`, or, without it, the newest alone. By the
 * objects at hand; undefined where Git has to be asked, as where `from` lies deeper or aside. @throws KedgeError E_GIT_*
 */
export async function walk(
  mirror: Mirror,
  { from, to }: { from: CommitSha | undefined; to: CommitSha },
  inputs: readonly InputPath[],
): Promise<readonly GitCommit[] | undefined> {
  const found: GitCommit[] = []
  let at: CommitSha | undefined = to
  for (let step = 0; step < MOST_COMMITS; step += 1) {
    // What lies below `from` is its ancestor, and what lies above it is not.
    if (at === from) return found
    const commit: GitCommit | undefined = at && (await readObject(mirror, at))
    const differences: readonly Difference[] | undefined = commit && (await differencesOf(mirror, [commit.parents[0], commit.sha], inputs))
    if (!commit || !differences) return undefined
    if (differences.length > 0) found.push(commit)
    if (from === undefined && found.length > 0) return found
    at = commit.parents[0]
  }
  return undefined
}

/** Whether one commit is reached from another within its newest; undefined where Git has to be asked. @throws KedgeError E_GIT_* */
export async function reaches(mirror: Mirror, from: CommitSha, wanted: CommitSha): Promise<true | undefined> {
  const seen = new Set([from])
  // A set is walked in the order of adding, what is added meanwhile included.
  for (const sha of seen) {
    if (sha === wanted) return true
    if (seen.size > MOST_COMMITS) return undefined
    const commit = await readObject(mirror, sha)
    for (const parent of commit?.parents ?? []) seen.add(parent)
  }
  return undefined
}

/** What a few commits changed against their first parents; undefined where Git has to be asked. @throws KedgeError E_GIT_* */
export async function changesOf(
  mirror: Mirror,
  commits: readonly CommitSha[],
  inputs: readonly InputPath[],
): Promise<readonly Difference[] | undefined> {
  if (commits.length > MOST_COMMITS) return undefined
  const found: Difference[] = []
  for (const sha of commits) {
    const commit = await readObject(mirror, sha)
    const differences = commit && (await differencesOf(mirror, [commit.parents[0], sha], inputs))
    if (!differences) return undefined
    found.push(...differences)
  }
  return found
}

/** Bytes of a commit that are read: headers, and of the message more than is kept. */
export const MOST_BYTES = 256 * 1024

/** Commits that are asked for at once: each may have as many bytes. */
const MOST_AT_ONCE = 50

async function readObject(mirror: Mirror, sha: CommitSha): Promise<GitCommit | undefined> {
  return (await readObjects(mirror, [sha])).get(sha)
}

/** Commits as they lie in the store; those that Git has to be asked for are left out. @throws KedgeError E_GIT_* */
export async function readObjects(mirror: Mirror, shas: readonly CommitSha[]): Promise<ReadonlyMap<CommitSha, GitCommit>> {
  const found = new Map<CommitSha, GitCommit>()
  const unread: CommitSha[] = []
  for (const sha of new Set(shas)) {
    const known = mirror.commits.get(sha)
    if (known) found.set(sha, known)
    else unread.push(sha)
  }
  for (let at = 0; at < unread.length; at += MOST_AT_ONCE) {
    const some = unread.slice(at, at + MOST_AT_ONCE)
    const names = some.map((sha) => Buffer.from(sha))
    for (const [index, object] of (await mirror.objects.contents(names, MOST_BYTES)).entries()) {
      const sha = some[index]
      const commit = sha && object?.type === 'commit' ? readCommitObject(sha, object.content, object.size) : undefined
      if (!sha || !commit) continue
      mirror.commits.set(sha, commit)
      found.set(sha, commit)
    }
  }
  return found
}
