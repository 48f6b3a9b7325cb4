import type { CommitSha, GitCommit } from '../../../domain/application/commit.ts'
import { goesBackWhole, isAllOwn, reachOf, type RenderedParts } from '../../../domain/application/rendered-parts.ts'
import type { NotRendered } from '../../../domain/application/rendered.ts'
import { isSameRepository } from '../../../domain/application/repo-url.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { readLeft } from '../../fields/by-fields.ts'
import { isBrokenYaml } from '../../inputs/yaml.ts'
import { readRestored, reduce, type AppReader } from '../commit/app-commit.ts'
import type { OpenQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { nameOf, renderAt } from '../question/versions.ts'
import type { Revisions } from '../revisions/revisions.ts'

/** More are not rendered one by one. */
const MOST_COMMITS = 10
/** Files that are looked at for why a commit does not render, and characters of one. */
const MOST_FILES = 50
const MOST_BYTES = 256 * 1024

/**
 * Leaves out the commits at both ends of a release that change nothing but other Rollouts of the Application, where rendering shows it of
 * each: charts and Kustomize make documents of values and patches, so that no file tells whose a change is. What came before the first
 * commit of the failing Rollout's own is then N's state as well; what came after the last is a later commit, and stays as one. What has
 * come since N+1 is not asked, and once a PR was opened for the release, what it took back is what is taken back, whoever renders by then.
 * @throws Refusal P7; KedgeError E_GIT_*, E_RENDERER_UNREACHABLE
 */
export async function withoutOthersCommits(question: OpenQuestion, revisions: Revisions, isRendered: boolean): Promise<Revisions> {
  const { repository } = question
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
  const reach = await reachWithin(question, all, revisions)
  const [good, revision] = [reach && all[reach.good], reach && all[reach.bad]]
  if (!reach || !good || !revision) return revisions
  const restored = await readRestored(question, { good: good.sha, revision: revision.sha })
  const isLast = revision.sha === all.at(-1)?.sha
  if (!isLast && !(await isLeft(question, { good: good.sha, bad: revision.sha, ...restored }, revisions.revision.sha))) return revisions
  const apart = [...all.slice(1, reach.good + 1), ...all.slice(reach.bad + 1)]
  return { ...revisions, ...restored, good, revision, apart }
}

/** N's commit as its sync has brought it: once told, what is left out before the release stands for it. */
async function originOf(question: OpenQuestion, { good }: Revisions): Promise<GitCommit> {
  const { goodApplied } = question.release
  const origin = goodApplied ? (await reduce(question, goodApplied))?.commit : undefined
  return origin && (await question.repository.isAncestor(origin.sha, good.sha)) ? origin : good
}

/**
 * The release as its PR has taken it back, where that is all of it, or a part that leaves out nothing of the failing Rollout's own: another
 * commit may be N's by now.
 */
async function asOpened(question: OpenQuestion, revisions: Revisions, isRendered: boolean): Promise<Revisions | undefined> {
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
async function isOwnAlike(question: OpenQuestion, one: CommitSha, other: CommitSha): Promise<boolean> {
  const { namespace, rollout, applied } = question.release
  const [before, after] = await Promise.all([one, other].map((commit) => renderAt(question, commit, applied)))
  if (before?.result !== 'rendered' || after?.result !== 'rendered') return true
  const [own, then] = [before, after].map((rendering) => rendering.rollout.parts?.rollouts.get(`${namespace}/${rollout}`))
  return own !== undefined && own === then
}

/**
 * See `reachOf`. A commit in the middle that does not render was never applied by anybody: it goes with the next that does. Who renders may
 * say so while only something that it needs is away, so it is believed where nothing but the failing Rollout goes back with it, whatever
 * it would have rendered, or where a file shows why.
 * @throws Refusal P7 where it is not known whose a commit is; KedgeError E_GIT_*, E_RENDERER_UNREACHABLE
 */
async function reachWithin(
  question: OpenQuestion,
  all: readonly GitCommit[],
  { restored }: Revisions,
): Promise<{ good: number; bad: number } | undefined> {
  const { namespace, rollout } = question.release
  const name = `${namespace}/${rollout}`
  const told = await Promise.all(all.map(async (commit, at) => ({ ...(await tell(question, commit)), commit, at })))
  const untold = told.filter((one) => one.result === 'unknown')
  const known = told.filter((one) => one.result === 'told')
  const isEnd = ({ at }: { at: number }): boolean => at === 0 || at === all.length - 1
  const parts = known.map((one) => one.parts)
  if (!untold.some(isEnd) && goesBackWhole(parts[0], parts.at(-1), name)) return undefined
  const found = reachOf(parts, name)
  const [good, bad] = [known[found?.good ?? 0], known[found?.bad ?? known.length - 1]]
  const isOwnUntil = isAllOwn(good?.parts, bad?.parts, name) ? (bad?.at ?? 0) : 0
  for (const one of untold) {
    const mayBeLeft = one.why === 'failed' && !isEnd(one)
    const isHarmless = mayBeLeft && (one.at < isOwnUntil || (await isBroken(question.repository, one.commit, { all, restored })))
    if (!isHarmless) throw new Refusal('P7', `whether ${nameOf(one.commit)} is ${NOT_KNOWN} ${one.detail} ${BY_HAND}`)
  }
  return found && good && bad && { good: good.at, bad: bad.at }
}

const NOT_KNOWN = "a commit of another Rollout's own is not known."
const BY_HAND = 'Where it is never rendered, a person has to take back what has failed: what of it is whose, Kedge cannot tell.'

/** Whether a file among the inputs that the release has changed is no YAML or JSON there, so that no tool reads it. */
async function isBroken(
  repository: GitRepository,
  { sha }: GitCommit,
  { all, restored }: Pick<Revisions, 'restored'> & { all: readonly GitCommit[] },
): Promise<boolean> {
  const changed = await repository.changedPaths(
    all.slice(1).map((commit) => commit.sha),
    restored,
  )
  const read = changed.filter((path) => /\.(?:ya?ml|json)$/.test(path) && !/(?:^|\/)templates\//.test(path)).slice(0, MOST_FILES)
  const texts = Object.values(await repository.readFiles(sha, read, MOST_BYTES))
  return texts.some((text) => !text.includes('{{') && isBrokenYaml(text))
}

/** The parts of a commit; undefined where it is said of the commit itself that they are not told. */
type Told = { result: 'told'; parts: RenderedParts | undefined } | { result: 'unknown'; why: NotRendered; detail: string }

/** What a commit renders, as far as who renders says. @throws KedgeError E_RENDERER_UNREACHABLE */
export async function tell(question: OpenQuestion, { sha }: Pick<GitCommit, 'sha'>): Promise<Told> {
  const rendered = await renderAt(question, sha, question.release.applied)
  if (rendered.result === 'rendered') return { result: 'told', parts: rendered.rollout.parts }
  const { why, detail } = rendered
  // That stays.
  if (why === 'absent' || why === 'several') return { result: 'told', parts: undefined }
  if (question.goesByFiles && why === 'unsupported') throw new KedgeError('E_RENDERER_UNREACHABLE', detail)
  return { result: 'unknown', why, detail }
}

async function partsAt(question: OpenQuestion, commit: CommitSha): Promise<RenderedParts | undefined> {
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
