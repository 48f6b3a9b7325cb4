import type { CommitSha, GitCommit } from '../../domain/application/commit.ts'
import { reachOf, type RenderedParts } from '../../domain/application/rendered-parts.ts'
import { readLeft } from '../fields/by-fields.ts'
import { readRestored, reduce, type AppReader } from './app-commit.ts'
import type { SourceQuestion } from './question.ts'
import type { Revisions } from './revisions.ts'
import { renderAt } from './versions.ts'

/** More are not rendered one by one. */
const MOST_COMMITS = 10

/**
 * Leaves out the commits at both ends of a release that change nothing but other Rollouts of the Application, where rendering shows it of
 * each: charts and Kustomize make documents of values and patches, so that no file tells whose a change is. What came before the first
 * commit of the failing Rollout's own is then N's state as well; what came after the last is a later commit, and stays as one. It is a
 * function of the commits: what has come since N+1 is not asked.
 * @throws KedgeError E_GIT_*, E_RENDERER_UNREACHABLE
 */
export async function withoutOthersCommits(question: SourceQuestion & AppReader, revisions: Revisions): Promise<Revisions> {
  const { repository, release } = question
  if (revisions.isPlain) return revisions
  const newest = await partsAt(question, revisions.revision.sha)
  // Of a single Rollout all that changes is its own.
  if (!newest || newest.rollouts.size < 2) return revisions
  const from = await originOf(question, revisions)
  const commits = await repository.commitsTouching(from.sha, revisions.revision.sha, revisions.restored)
  if (commits.length < 2 || commits.length > MOST_COMMITS) return revisions
  const all = [from, ...commits]
  const parts = await Promise.all(all.map(({ sha }) => partsAt(question, sha)))
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
