import type { CommitSha, GitCommit } from '../../domain/application/commit.ts'
import { reachOf, type RenderedParts } from '../../domain/application/rendered-parts.ts'
import { isSameRepository } from '../../domain/application/repo-url.ts'
import { KedgeError } from '../../domain/errors.ts'
import { readLeft } from '../fields/by-fields.ts'
import { readRestored, reduce, type AppReader } from './app-commit.ts'
import type { SourceQuestion } from './question.ts'
import { Refusal } from './refusal.ts'
import type { Revisions } from './revisions.ts'
import { renderAt } from './versions.ts'

/** More are not rendered one by one. */
const MOST_COMMITS = 10

/**
 * Leaves out the commits at both ends of a release that change nothing but other Rollouts of the Application, where rendering shows it of
 * each: charts and Kustomize make documents of values and patches, so that no file tells whose a change is. What came before the first
 * commit of the failing Rollout's own is then N's state as well; what came after the last is a later commit, and stays as one. What has
 * come since N+1 is not asked, and once a PR was opened for the release, what it took back is what is taken back, whoever renders by then.
 * @throws Refusal P7; KedgeError E_GIT_*, E_RENDERER_UNREACHABLE
 */
export async function withoutOthersCommits(
  question: SourceQuestion & AppReader,
  revisions: Revisions,
  isRendered: boolean,
): Promise<Revisions> {
  const { repository, release } = question
  if (revisions.isPlain) return revisions
  const opened = await asOpened(question, revisions, isRendered)
  if (opened || !isRendered) return opened ?? revisions
  const newest = await partsAt(question, revisions.revision.sha)
  // Of a single Rollout all that changes is its own.
  if (!newest || newest.rollouts.size < 2) return revisions
  const from = await originOf(question, revisions)
  const commits = await repository.commitsTouching(from.sha, revisions.revision.sha, revisions.restored)
  if (commits.length < 2 || commits.length > MOST_COMMITS) return revisions
  const all = [from, ...commits]
  const parts = await Promise.all(all.map((commit) => partsOf(question, commit)))
  const reach = reachOf(parts, `${release.namespace}/${release.rollout}`)
  const [good, revision] = [reach && all[reach.good], reach && all[reach.bad]]
  if (!reach || !good || !revision) return revisions
  const restored = await readRestored(question, { good: good.sha, revision: revision.sha })
  const isLast = revision.sha === all.at(-1)?.sha
  if (!isLast && !(await isLeft(question, { good: good.sha, bad: revision.sha, ...restored }, revisions.revision.sha))) return revisions
  const apart = [...all.slice(1, reach.good + 1), ...all.slice(reach.bad + 1)]
  return { ...revisions, ...restored, good, revision, apart }
}

/** N's commit as its sync has brought it: once told, what is left out before the release stands for it. */
async function originOf(question: SourceQuestion & AppReader, { good }: Revisions): Promise<GitCommit> {
  const { goodApplied } = question.release
  const origin = goodApplied ? (await reduce(question, goodApplied))?.commit : undefined
  return origin && (await question.repository.isAncestor(origin.sha, good.sha)) ? origin : good
}

/**
 * The release as its PR has taken it back, where that is all of it, or a part that leaves out nothing of the failing Rollout's own: another
 * commit may be N's by now.
 */
async function asOpened(question: SourceQuestion & AppReader, revisions: Revisions, isRendered: boolean): Promise<Revisions | undefined> {
  const { repository, source, opened } = question
  if (opened.length === 0) return undefined
  const from = await originOf(question, revisions)
  const commits = await repository.commitsTouching(from.sha, revisions.revision.sha, revisions.restored)
  for (const revert of opened) {
    const [last, good] = [revert.culprits.at(-1), revert.goodRevision]
    const until = commits.findIndex(({ sha }) => sha === last?.sha)
    const after = commits.findIndex(({ sha }) => sha === good)
    if (!isSameRepository(revert.repository, source.repository) || until < 0 || until <= after) continue
    if (after < 0 && good !== from.sha) continue
    const isLast = until === commits.length - 1
    const ends = { good: await repository.commit(good), revision: isLast ? revisions.revision : (commits[until] ?? revisions.revision) }
    const apart = [...commits.slice(0, after + 1), ...commits.slice(until + 1)]
    const isWithin = async (): Promise<boolean> =>
      isRendered && (await isOwnAlike(question, from.sha, good)) && (await isOwnAlike(question, ends.revision.sha, revisions.revision.sha))
    if (apart.length > 0 && !(await isWithin())) continue
    const restored = await readRestored(question, { good, revision: ends.revision.sha })
    return { ...revisions, ...restored, ...ends, ...(apart.length > 0 && { apart }) }
  }
  return undefined
}

/** Whether the failing Rollout is the same at both, or nobody can tell just now. */
async function isOwnAlike(question: SourceQuestion & AppReader, one: CommitSha, other: CommitSha): Promise<boolean> {
  const { namespace, rollout, applied } = question.release
  const [before, after] = await Promise.all([one, other].map((commit) => renderAt(question, commit, applied)))
  if (before?.result !== 'rendered' || after?.result !== 'rendered') return true
  const [own, then] = [before, after].map((rendering) => rendering.rollout.parts?.rollouts.get(`${namespace}/${rollout}`))
  return own !== undefined && own === then
}

/** The same of commits that a release is made of. @throws Refusal P7 where one cannot be told: it is not known whose it is */
async function partsOf(question: SourceQuestion & AppReader, { sha }: GitCommit): Promise<RenderedParts | undefined> {
  const rendered = await renderAt(question, sha, question.release.applied)
  if (rendered.result === 'rendered') return rendered.rollout.parts
  const { why, detail } = rendered
  // That is said of the commit itself, and stays.
  if (why === 'absent' || why === 'several') return undefined
  if (question.goesByFiles && why === 'unsupported') throw new KedgeError('E_RENDERER_UNREACHABLE', detail)
  throw new Refusal('P7', `whether ${sha.slice(0, 12)} is a commit of another Rollout's own is not known. ${detail}`)
}

async function partsAt(question: SourceQuestion & AppReader, commit: CommitSha): Promise<RenderedParts | undefined> {
  const rendered = await renderAt(question, commit, question.release.applied)
  return rendered.result === 'rendered' ? rendered.rollout.parts : undefined
}

/** Whether the commits after the last one that counts have left what it did, or it goes back field by field beside them. */
async function isLeft(
  { repository }: AppReader,
  { good, bad, restored }: Pick<Revisions, 'restored'> & { good: CommitSha; bad: CommitSha },
  last: CommitSha,
): Promise<boolean> {
  const culprits = await repository.commitsTouching(good, bad, restored)
  const paths = await repository.changedPaths(
    culprits.map(({ sha }) => sha),
    restored,
  )
  return (await readLeft(repository, { good, bad, paths }, last)).result === 'restorable'
}
