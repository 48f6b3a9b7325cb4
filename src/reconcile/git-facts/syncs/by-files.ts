import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { canHaveMade, driftOf, mayBeOlders, plain, syncsUnderWay, type AppliedSync } from '../../../domain/application/applied.ts'
import type { GitCommit, InputPath } from '../../../domain/application/commit.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import type { Release } from '../../../domain/release/release.ts'
import { holdsMark, imageMarks, namesOtherTags } from '../../../domain/rollout/image-marks.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { mergeInputs } from '../../inputs/read-inputs.ts'
import { reduce, type AppReader, type Restored } from '../commit/app-commit.ts'
import { MOST_FILES, pathsBetween, readTexts } from '../commit/files-between.ts'
import { less, linesIn, namesOf, type Lines } from '../commit/lines.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { OpenQuestion, SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { readDifference } from './by-difference.ts'
import { toldBefore } from './told-before.ts'
import type { Told } from './told-by-content.ts'
import { refuseUnapplied } from './unapplied.ts'

/**
 * The sync that began N+1, by its age as it is told now: when N+1 appeared, Argo CD's word may not have come yet, and an earlier sync was
 * the newest that was known. Undefined where that says nothing new. @throws Refusal P4; KedgeError E_GIT_*
 */
export async function toldLater(question: SourceQuestion, single: AppReader | undefined): Promise<Told['brought'] | undefined> {
  const { application, release, failing, stable, others } = question
  if (!release.byTemplate || !failing || release.goodRevision !== null) return undefined
  const syncs = syncsUnderWay(application, { namespace: release.namespace, name: release.rollout })
  if (failing.formerRevisions.length > 0) return single && toldBefore(question, single, syncs)
  const at = syncs.findIndex(({ startedAt }) => startedAt !== undefined && startedAt <= failing.createdAt)
  const [sync, older] = syncs.slice(at)
  if (at < 0 || !sync || !canHaveMade(sync, failing)) return undefined
  const taken = [release.goodApplied, ...others.map((other) => (other.key === release.key ? null : other.applied))]
  const isTaken = (one: AppliedRevision): boolean => taken.some((other) => other !== null && sameRevisions(other.revisions, one.revisions))
  if (isTaken(sync)) return undefined
  const known = syncs.findIndex((one) => sameRevisions(one.revisions, release.applied?.revisions ?? []))
  const isNews = release.applied === null || known > at
  const isTie = isNews && mayBeOlders(sync, older, { wanted: failing, stable, good: release.goodApplied })
  const began = isTie ? await namedFirst(release, single, [older, sync]) : sync
  return isNews ? { applied: plain(began), goodApplied: release.goodApplied } : undefined
}

/** Of two syncs that began within one second, the earlier that names N+1's images. @throws Refusal P4: files cannot tell */
async function namedFirst(release: Release, single: AppReader | undefined, syncs: readonly AppliedSync[]): Promise<AppliedSync> {
  const { gone, back } = marksOf(release)
  const found: { sync: AppliedSync; reduced: Reduced }[] = []
  for (const sync of syncs) {
    const reduced = single && (await reduce(single, sync))
    if (reduced) found.push({ sync, reduced })
  }
  if (single && gone.length > 0 && found.length === syncs.length) {
    const inputs = found.map(({ reduced }) => reduced.inputs).reduce(mergeInputs, [])
    const shas = found.map(({ reduced }) => reduced.commit.sha)
    const paths = await single.repository.changedPaths(shas, inputs)
    for (const { sync, reduced } of found) {
      const holds = await readMarks({ release, repository: single.repository }, reduced, paths)
      if (holds && gone.every(holds) && !back.some(holds)) return sync
    }
  }
  throw new Refusal('P4', 'two syncs began about when N+1 appeared, in whole seconds: which of them made it is not known.')
}

/**
 * What has to hold where files are all there is to tie the versions to their commits: Argo CD says that the Rollout is as Git asks; and in
 * what is restored, N's images come back and those of N+1 go.
 * @throws Refusal P4, P6, P10; KedgeError E_GIT_*
 */
export async function insistByFiles(
  question: OpenQuestion,
  { revision, good, paths, inputs }: { revision: GitCommit; good: GitCommit; paths: readonly string[]; inputs: readonly InputPath[] },
): Promise<void> {
  const { repository, application, release, failing, workloadRef } = question
  const ref = { namespace: release.namespace, name: release.rollout }
  refuseUnapplied(question)
  // Of what was undone that is no news: N runs by hand, and N+1 is what Git asks for.
  if (release.cause !== 'undone' && driftOf(application, { ...ref, workloadRef }, syncsUnderWay(application, ref)[0]) === 'by-hand')
    throw new Refusal('P4', 'Argo CD says that the Rollout is not as Git asks: somebody has changed it by hand.')
  if (failing && application.comparedAt !== undefined && application.comparedAt < failing.createdAt)
    throw new Refusal('P4', 'Argo CD has not compared the Rollout with Git since N+1 appeared, so a change by hand would not show yet.')
  const difference = await readDifference(question)
  const ends = [
    { commit: good, inputs },
    { commit: revision, inputs },
  ] as const
  if (await difference?.isAnother(...ends))
    throw new Refusal('P6', 'where a value of N+1 stands, what would be restored has one that the version before does not run.')
  const { gone, back } = marksOf(release)
  if (gone.length + back.length === 0) return
  if (paths.length > MOST_FILES)
    throw new Refusal('P10', `${paths.length} files would be restored: more than can be proven without rendering.`)
  const failed = await readTexts(repository, revision.sha, paths)
  const restored = failed && (await readTexts(repository, good.sha, paths))
  if (!failed || !restored) throw new Refusal('P10', 'the files that would be restored are too large to be proven without rendering.')
  insistOnImages({ gone, back }, { failed, restored })
  insistOnOneOfBoth(release, { failed, restored })
  // Where all that differs came about in these files, their marks stand for nothing else.
  if (await difference?.isBetween(...ends)) return
  const other = release.stableImages.find((image) => !release.images.includes(image) && namesOtherTags(restored, image))
  if (other !== undefined)
    throw new Refusal('P6', `what would be restored names ${plainText(other, 200)} with another tag than the version before runs.`)
}

/** @throws Refusal P4, P6, P10 */
function insistOnImages(
  { gone, back }: Record<'gone' | 'back', readonly string[]>,
  { failed, restored }: Record<'failed' | 'restored', readonly string[]>,
): void {
  const without = (texts: readonly string[], marks: readonly string[]): string | undefined =>
    marks.find((mark) => !texts.some((text) => holdsMark(text, mark)))
  const absent = without(failed, gone)
  if (absent !== undefined) throw new Refusal('P4', `no file that would be restored names what N+1 runs (${plainText(absent, 100)}).`)
  const lost = without(restored, back)
  if (lost !== undefined)
    throw new Refusal('P6', `no file that would be restored names what the version before runs (${plainText(lost, 100)}).`)
  const stays = gone.find((mark) => restored.some((text) => holdsMark(text, mark)))
  if (stays !== undefined) throw new Refusal('P10', `what would be restored still names what N+1 runs (${plainText(stays, 100)}).`)
}

/** @throws Refusal P6 */
function insistOnOneOfBoth(release: Release, { failed, restored }: Record<'failed' | 'restored', readonly string[]>): void {
  const { gone, back } = marksOf(release)
  const isOwn = (line: string): boolean => !isOfAnother(line, [...release.images, ...release.stableImages])
  const lines = (texts: readonly string[]): Lines => new Map([...linesIn(texts)].filter(([line]) => isOwn(line)))
  const states = { failed: lines(failed), restored: lines(restored) }
  const other = gone.find((mark) => comesBackAsAnother(mark, back, states))
  if (other !== undefined)
    throw new Refusal('P6', `what would be restored names neither version where N+1 is named (${plainText(other, 100)}).`)
}

/** Whether a line names an image in full, and that is none of these. */
function isOfAnother(line: string, images: readonly string[]): boolean {
  const word = line.split(/[\s"']+/).findLast((part) => part !== '') ?? ''
  const [reference = ''] = word.split('@')
  const slash = reference.lastIndexOf('/')
  const colon = reference.indexOf(':', slash)
  const named = colon < 0 ? reference : reference.slice(0, colon)
  if (slash < 0 || named === word) return false
  return !images.some((image) => image.startsWith(`${named}:`) || image.startsWith(`${named}@`))
}

/**
 * Whether a line that names N+1 goes, and one of the same name comes back that names no image of N: elsewhere N's may be named as well, in
 * a base whose tags an overlay takes the place of.
 */
function comesBackAsAnother(gone: string, back: readonly string[], { failed, restored }: Record<'failed' | 'restored', Lines>): boolean {
  const holding = (lines: Lines, marks: readonly string[]): Lines =>
    namesOf(new Map([...lines].filter(([line]) => marks.some((mark) => holdsMark(line, mark)))))
  const coming = less(restored, failed)
  const [all, ofN] = [namesOf(coming), holding(coming, back)]
  return [...holding(less(failed, restored), [gone])].some(([name, times]) => (ofN.get(name) ?? 0) < Math.min(times, all.get(name) ?? 0))
}

/**
 * Whether a commit can have made N, as far as files tell: in what has changed between it and N+1's commit, it has to name N's images, and
 * not N+1's. @throws KedgeError E_GIT_*
 */
export async function mayBeGood(question: OpenQuestion, candidate: Reduced, bad: Reduced): Promise<boolean> {
  const { gone, back } = marksOf(question.release)
  const holds = await readMarks(question, candidate, await pathsBetween(question, candidate, bad))
  return holds === undefined || (back.every(holds) && !gone.some(holds))
}

/** The same of N+1: its images have to be named in what has changed since N, and N's have to be gone. @throws KedgeError E_GIT_* */
export async function mayBeBad(question: OpenQuestion, candidate: Reduced, good: Reduced): Promise<boolean> {
  const { gone, back } = marksOf(question.release)
  const holds = await readMarks(question, candidate, await pathsBetween(question, good, candidate))
  return holds !== undefined && gone.every(holds) && !back.some(holds)
}

/** Says whether files at a commit name an image; undefined where files cannot tell. */
async function readMarks(
  { release, repository }: Pick<SourceQuestion, 'release'> & Pick<AppReader, 'repository'>,
  { commit }: Reduced,
  paths: readonly string[],
): Promise<((mark: string) => boolean) | undefined> {
  const { gone, back } = marksOf(release)
  if (gone.length + back.length === 0 || paths.length === 0 || paths.length > MOST_FILES) return undefined
  const texts = await readTexts(repository, commit.sha, paths)
  return texts && ((mark) => texts.some((text) => holdsMark(text, mark)))
}

/** Whether the images of the two versions differ. */
export function haveOtherImages(release: Release): boolean {
  const { gone, back } = marksOf(release)
  return gone.length + back.length > 0
}

function marksOf({ images, stableImages }: Release): { gone: readonly string[]; back: readonly string[] } {
  return { gone: imageMarks(images, stableImages), back: imageMarks(stableImages, images) }
}

/** A commit may have changed what cannot be followed, and innocent ones beside it would be taken for the culprits. @throws Refusal P10 */
export function insistKnown({ unknown }: Pick<Restored, 'unknown'>): void {
  const [first, ...others] = unknown
  if (first === undefined) return
  const more = others.length > 0 ? `, and ${others.length} more` : ''
  throw new Refusal(
    'P10',
    `not known is what the Application reads besides: ${first}${more}. Nobody renders it, so nothing else can prove it.`,
  )
}
