import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import type { GitRepository } from '../../ports/git.ts'
import { changesOf } from './changes.ts'
import { linkTarget, readFiles } from './contents.ts'
import { fingerprint, objectNames } from './fingerprint.ts'
import { changedPaths, commitsTouching, differingPaths, isAncestor, mergeBase, newestTouching, readCommit } from './history.ts'
import type { Mirror } from './mirror.ts'
import { defaultBranch, deleteBranch, push, remoteBranch } from './push.ts'
import { createQueue } from './queue.ts'
import { buildRestore } from './restore.ts'
import { kindsAt, listFiles } from './trees.ts'

const EVERYTHING = [{ path: '', glob: false }]

/** The port over a mirror. Everything waits its turn, and is tried once more when the mirror had to be built anew. */
export function createGitRepository(repoURL: string, mirror: Mirror): GitRepository {
  const queue = createQueue()
  const turn = <T>(work: () => Promise<T>): Promise<T> => queue.run(() => mirror.use(work))
  /** Fetches that wait for their turn, by branch: whoever asks until it comes gets the same answer, which is newer than the question. */
  const waiting = new Map<string, Promise<CommitSha | undefined>>()

  function fetch(branch: string): Promise<CommitSha | undefined> {
    const known = waiting.get(branch)
    if (known) return known
    const fetched = queue.run(() => {
      waiting.delete(branch)
      return mirror.use(() => mirror.fetch(branch))
    })
    waiting.set(branch, fetched)
    return fetched
  }

  return {
    repoURL,
    fetch,
    defaultBranch: () => turn(() => defaultBranch(mirror)),
    has: (revision) => turn(() => has(mirror, revision)),
    isAncestor: (ancestor, descendant) => turn(() => isAncestor(mirror, ancestor, descendant)),
    mergeBase: (one, other) => turn(() => mergeBase(mirror, one, other)),
    commit: (revision) => turn(() => readCommit(mirror, revision)),
    newestTouching: (revision, inputs) => turn(() => newestTouching(mirror, revision, inputs)),
    commitsTouching: (from, to, inputs) => turn(() => commitsTouching(mirror, { from, to }, inputs)),
    changedPaths: (commits, inputs) => turn(() => changedPaths(mirror, commits, inputs)),
    differingPaths: (one, other, inputs) => turn(() => differingPaths(mirror, { one, other }, inputs)),
    filesOf: (commit) => turn(() => changedPaths(mirror, [commit], EVERYTHING)),
    changesOf: (commit, limits) => turn(() => changesOf(mirror, commit, limits)),
    fingerprint: (revision, inputs) => turn(() => fingerprint(mirror, revision, inputs)),
    objectNames: (revision, paths) => turn(() => objectNames(mirror, revision, paths)),
    kindsAt: (revision, paths) => turn(() => kindsAt(mirror, revision, paths)),
    listFiles: (revision, folder, limits) => turn(() => listFiles(mirror, { revision, dir: folder }, limits)),
    readFile: (revision, path, maxBytes) => turn(async () => (await readFiles(mirror, { revision, paths: [path] }, maxBytes))[path]),
    readFiles: (revision, paths, maxBytes) => turn(() => readFiles(mirror, { revision, paths }, maxBytes)),
    linkTarget: (revision, path) => turn(() => linkTarget(mirror, revision, path)),
    buildRestore: (request) => turn(() => buildRestore(mirror, request)),
    push: (branch, commit) => turn(() => push(mirror, branch, commit)),
    remoteBranch: (branch) => turn(() => remoteBranch(mirror, branch)),
    deleteBranch: (branch, expected) => turn(() => deleteBranch(mirror, branch, expected)),
  }
}

async function has(mirror: Mirror, revision: string): Promise<boolean> {
  const sha = asCommitSha(revision)
  return sha !== undefined && (await mirror.present([sha])).has(sha)
}
