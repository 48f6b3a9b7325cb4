import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { GitRepository } from '../../ports/git.ts'
import { faultOf } from './faults.ts'
import { fingerprint, objectNames } from './fingerprint.ts'
import { changedPaths, commitsTouching, isAncestor, newestTouching, readCommit } from './history.ts'
import type { Mirror } from './mirror.ts'
import { assertCommit, assertPath } from './names.ts'
import { defaultBranch, deleteBranch, push, remoteBranch } from './push.ts'
import { createQueue } from './queue.ts'
import { buildRestore } from './restore.ts'
import { listFiles, readEntries } from './trees.ts'

const EVERYTHING = [{ path: '', glob: false }]

/** The port over a mirror. Everything waits its turn, and is tried once more when the mirror had to be built anew. */
export function createGitRepository(repoURL: string, mirror: Mirror): GitRepository {
  const queue = createQueue()
  const turn = <T>(work: () => Promise<T>): Promise<T> => queue.run(() => mirror.use(work))

  return {
    repoURL,
    fetch: (branch) => turn(() => mirror.fetch(branch)),
    defaultBranch: () => turn(() => defaultBranch(mirror)),
    has: (revision) => turn(() => has(mirror, revision)),
    isAncestor: (ancestor, descendant) => turn(() => isAncestor(mirror, ancestor, descendant)),
    commit: (revision) => turn(() => readCommit(mirror, revision)),
    newestTouching: (revision, inputs) => turn(() => newestTouching(mirror, revision, inputs)),
    commitsTouching: (from, to, inputs) => turn(() => commitsTouching(mirror, { from, to }, inputs)),
    changedPaths: (commits, inputs) => turn(() => changedPaths(mirror, commits, inputs)),
    filesOf: (commit) => turn(() => changedPaths(mirror, [commit], EVERYTHING)),
    fingerprint: (revision, inputs) => turn(() => fingerprint(mirror, revision, inputs)),
    objectNames: (revision, paths) => turn(() => objectNames(mirror, revision, paths)),
    listFiles: (revision, folder, limits) => turn(() => listFiles(mirror, { revision, dir: folder }, limits)),
    readFile: (revision, path, maxBytes) => turn(() => readFile(mirror, { revision, path }, maxBytes)),
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

/** Contents are not in the mirror: Git fetches this one from the remote when it is read. */
async function readFile(
  mirror: Mirror,
  { revision, path }: { revision: CommitSha; path: string },
  maxBytes: number,
): Promise<string | undefined> {
  await mirror.require([assertCommit(revision)])
  const entry = (await readEntries(mirror, revision, [assertPath(path)])).get(path)
  if (!entry || (entry.mode !== '100644' && entry.mode !== '100755')) return undefined
  const answer = await mirror.remote(['cat-file', '--batch'], { input: Buffer.from(`${entry.oid}\n`) })
  if (answer.exitCode !== 0) throw faultOf(answer, `reading ${path}`)
  const end = answer.stdout.indexOf(0x0a)
  const [, type, size] = answer.stdout.subarray(0, end).toString('latin1').split(' ')
  if (type !== 'blob') throw new KedgeError('E_GIT_BROKEN_MIRROR', `the content of ${path} cannot be read`)
  return Number(size) > maxBytes ? undefined : answer.stdout.subarray(end + 1, end + 1 + Number(size)).toString('utf8')
}
