import { asCommitSha, type CommitSha, type GitCommit, type InputPath } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import { capMessage, MOST_SUBJECT } from './commit-object.ts'
import { changesOf, MOST_BYTES, reaches, readObjects, walk } from './commit-walk.ts'
import type { Mirror } from './mirror.ts'
import { assertCommit, decodePath, pathspecs } from './names.ts'
import { insistOnCommits, insistOnTrees, insistOnWalk } from './refuse-malformed.ts'
import { differencesOf } from './tree-walk.ts'

const FIELDS = ['%H', '%P', '%an', '%ae', '%ct', '%s', '%b'] as const
/** Of a commit that is larger than people write any: Git cuts what it says, and says no body. */
const SHORT = ['%H', '%P', '%<(200,trunc)%an', '%<(200,trunc)%ae', '%ct', `%<(${MOST_SUBJECT},trunc)%s`] as const
const LOG = ['log', '-z', '--encoding=UTF-8', '--no-show-signature', '--no-mailmap', '--no-color', '--first-parent'] as const
/** No renames: telling them would fetch file contents. No programs of the repository's choice. */
const NAMES = ['--name-only', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none'] as const
const MAX_COMMITS = 1_000

/** One commit. @throws KedgeError E_GIT_COMMIT_GONE, E_GIT_* */
export async function readCommit(mirror: Mirror, revision: CommitSha): Promise<GitCommit> {
  await mirror.require([assertCommit(revision)])
  const [commit] = await log(mirror, ['--no-walk=unsorted', '--end-of-options', revision, '--'])
  if (!commit) throw new KedgeError('E_GIT_BROKEN_MIRROR', `the commit ${revision} cannot be read`)
  return commit
}

/** See `GitRepository.newestTouching`. A merge touches what differs from its first parent. */
export async function newestTouching(mirror: Mirror, revision: CommitSha, inputs: readonly InputPath[]): Promise<GitCommit | undefined> {
  const specs = pathspecs(inputs)
  if (inputs.length === 0) return undefined
  await mirror.require([assertCommit(revision)])
  const seen = await walk(mirror, { from: undefined, to: revision }, inputs)
  if (seen) return seen[0]
  const [commit] = await log(mirror, ['--max-count=1', '--end-of-options', revision, '--', ...specs])
  await insistOnWalk(mirror, { from: commit?.sha, to: revision }, inputs)
  if (commit) await insistOnCommits(mirror, [commit.sha], inputs)
  return commit
}

/** See `GitRepository.commitsTouching`. Of more than 1,000 the newest are given. */
export async function commitsTouching(
  mirror: Mirror,
  range: { from: CommitSha; to: CommitSha },
  inputs: readonly InputPath[],
): Promise<readonly GitCommit[]> {
  const specs = pathspecs(inputs)
  if (inputs.length === 0) return []
  await mirror.require([assertCommit(range.from), assertCommit(range.to)])
  const seen = await walk(mirror, range, inputs)
  if (seen) return seen.toReversed()
  await insistOnWalk(mirror, range, inputs)
  const commits = await log(mirror, [`--max-count=${MAX_COMMITS}`, '--end-of-options', range.to, `^${range.from}`, '--', ...specs])
  return commits.reverse()
}

/** See `GitRepository.changedPaths`. */
export async function changedPaths(
  mirror: Mirror,
  commits: readonly CommitSha[],
  inputs: readonly InputPath[],
): Promise<readonly string[]> {
  const specs = pathspecs(inputs)
  if (commits.length === 0 || inputs.length === 0) return []
  await mirror.require(commits.map(assertCommit))
  const seen = await changesOf(mirror, commits, inputs)
  if (seen) return [...new Set(seen.map(({ path }) => path))].sort()
  await insistOnCommits(mirror, commits, inputs)
  const output = await mirror.local(
    ['log', '-z', '--format=', '--no-walk=unsorted', '--diff-merges=first-parent', ...NAMES, '--stdin', '--', ...specs],
    { input: Buffer.from(commits.map((sha) => `${sha}\n`).join('')) },
  )
  return [...new Set(splitNames(output))].sort()
}

/** See `GitRepository.differingPaths`. */
export async function differingPaths(
  mirror: Mirror,
  { one, other }: { one: CommitSha; other: CommitSha },
  inputs: readonly InputPath[],
): Promise<readonly string[]> {
  const specs = pathspecs(inputs)
  if (inputs.length === 0) return []
  await mirror.require([assertCommit(one), assertCommit(other)])
  const seen = await differencesOf(mirror, [one, other], inputs)
  if (seen) return seen.map(({ path }) => path).sort()
  await insistOnTrees(mirror, [one, other], inputs)
  const output = await mirror.local(['diff-tree', '-r', '-z', '--no-color', ...NAMES, one, other, '--', ...specs])
  return [...splitNames(output)].sort()
}

/** Whether one commit is reachable from another. */
export async function isAncestor(mirror: Mirror, ancestor: CommitSha, descendant: CommitSha): Promise<boolean> {
  // Not `--is-ancestor`: the merge base says the same in words.
  return (await mergeBase(mirror, ancestor, descendant)) === ancestor
}

/** See `GitRepository.mergeBase`. */
export async function mergeBase(mirror: Mirror, one: CommitSha, other: CommitSha): Promise<CommitSha | undefined> {
  await mirror.require([assertCommit(one), assertCommit(other)])
  // A commit that leads to the other is the base of both.
  if (await reaches(mirror, one, other)) return other
  if (await reaches(mirror, other, one)) return one
  const base = await mirror.local(['merge-base', '--end-of-options', one, other], { mayExitOne: true })
  return asCommitSha(base.toString('latin1').trim())
}

/** Names of a `-z` listing, in order. */
function splitNames(output: Buffer): readonly string[] {
  const names: string[] = []
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0, at)
    const stop = end < 0 ? output.length : end
    if (stop > at) names.push(decodePath(output.subarray(at, stop)))
    at = stop + 1
  }
  return names
}

/** Git says which they are, and tells of those alone that only it can read: strangers write messages of any length. */
async function log(mirror: Mirror, args: readonly string[]): Promise<GitCommit[]> {
  const names = (await mirror.local([...LOG, '--format=tformat:%H', ...args])).toString('latin1').split('\0')
  const shas = names.filter((name) => name !== '').map(assertCommit)
  const read = await readObjects(mirror, shas)
  const unread = shas.filter((sha) => !read.has(sha))
  const told = unread.length > 0 ? await logByGit(mirror, unread) : undefined
  return shas.flatMap((sha) => read.get(sha) ?? told?.get(sha) ?? [])
}

async function logByGit(mirror: Mirror, shas: readonly CommitSha[]): Promise<ReadonlyMap<CommitSha, GitCommit>> {
  const sizes = await mirror.objects.sizes(shas.map((sha) => Buffer.from(sha)))
  const isLarge = (index: number): boolean => (sizes[index]?.size ?? 0) > MOST_BYTES
  const [large, small] = [shas.filter((_, index) => isLarge(index)), shas.filter((_, index) => !isLarge(index))]
  return new Map([...(await logFields(mirror, small, FIELDS)), ...(await logFields(mirror, large, SHORT))])
}

async function logFields(
  mirror: Mirror,
  shas: readonly CommitSha[],
  wanted: readonly string[],
): Promise<readonly (readonly [CommitSha, GitCommit])[]> {
  if (shas.length === 0) return []
  const format = `--format=tformat:${wanted.join('%x00')}`
  const output = await mirror.local([...LOG, format, '--no-walk=unsorted', '--end-of-options', ...shas, '--'])
  const fields = output.toString('utf8').split('\0')
  const commits: (readonly [CommitSha, GitCommit])[] = []
  for (let at = 0; at + wanted.length <= fields.length; at += wanted.length) {
    const commit = parseCommit(fields.slice(at, at + wanted.length))
    commits.push([commit.sha, commit])
  }
  return commits
}

function parseCommit([sha = '', parents = '', name = '', email = '', date = '', subject = '', body = '']: readonly string[]): GitCommit {
  return {
    sha: assertCommit(sha),
    parents: parents
      .split(' ')
      .filter((parent) => parent !== '')
      .map(assertCommit),
    author: { name: name.trimEnd(), email: email.trimEnd() },
    committedAt: Number(date) * 1000,
    ...capMessage({ subject: subject.trimEnd(), body: body.replace(/\n+$/, '') }),
  }
}
