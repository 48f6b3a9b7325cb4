import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { appliedBy, branchOf } from '../../../domain/application/applied-sources.ts'
import type { CommitSha, InputPath } from '../../../domain/application/commit.ts'
import { appInputs, clean, gitSources, isAmong, type GitSource } from '../../../domain/application/inputs.ts'
import { applicationName } from '../../../domain/application/mapping.ts'
import { isCode } from '../../../domain/application/reached.ts'
import type { RenderedDigest } from '../../../domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import type { SourceFacts } from '../../../domain/decision/facts.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { GitRepository } from '../../../ports/git.ts'
import type { DigestQuestion } from '../../../ports/renderer.ts'
import { allOf } from '../../inputs/read-inputs.ts'
import { inputsInFull } from '../commit/app-commit.ts'
import type { SourceQuestion } from '../question/question.ts'
import { revisionsAt } from '../question/renderings.ts'
import type { Branch, Revisions } from '../revisions/revisions.ts'
import { foldersBuiltOn } from './built-on-folders.ts'

/** Each costs a look into the repository; a base that more Applications might share than these is named for these. */
const MOST_ASKED = 500
/** So does each file and folder that they name, all together; those that name the fewest are asked first. */
const MOST_NAMED = 2_000
/** Files of the repository that are listed to see who writes in code, those in the upper folders first. */
const MOST_LISTED = 10_000
/** Names that are gone through before whatever else is due gets its turn. */
const AT_A_TIME = 1_000
/** No PR waits longer for what others read, all of them together, milliseconds: they write their files as they like. */
const PATIENCE_MS = 1_000

/** Another Application that renders from one of the restored files. */
export interface Other {
  application: ApplicationSnapshot
  source: GitSource
}

/** The Applications that share restored files, and those of which that cannot be told. */
export interface Sharing {
  sharing: readonly Other[]
  untold: readonly Other[]
}

/**
 * The other Applications that render from one of the restored files of that branch, as N+1 left it or by now: each is asked what it reads,
 * as far as its own spec may name one, or a base or chart that others depend on, be that the failing Application's own folder. A fault in
 * another's data is its own, and costs no more than its line; so does what takes long to be read.
 */
export async function findSharing(
  { application: own, applications, clock }: Pick<SourceQuestion, 'application' | 'applications' | 'clock'>,
  repository: GitRepository,
  { name, baseBranch, head, paths, revision }: Branch & Pick<Revisions, 'revision'> & { name: string; paths: readonly string[] },
): Promise<Sharing> {
  const declared = appInputs(own, name).inputs
  const isBase = paths.some((path) => !isAmong(path, declared))
  const candidates: Candidate[] = []
  const besides: Candidate[] = []
  const sharing: Other[] = []
  const untold: Other[] = []
  let names = 0
  for (const application of applications) {
    const [source] = gitSources(application).filter((one) => one.repository === name && mayFollow(one, baseBranch))
    if (!source || applicationName(application) === applicationName(own)) continue
    const { inputs, isAll } = appInputs(application, name)
    if (!isAll) untold.push({ application, source })
    else if (inputs.length > 0)
      (isBase || paths.some((path) => isAmong(path, inputs)) ? candidates : besides).push({ application, source, inputs, isGuess: false })
    names += inputs.length
    if (names < AT_A_TIME) continue
    names = 0
    await new Promise((resolve) => setImmediate(resolve))
  }
  const at = [...new Set([revision.sha, head])]
  const asked = new Set(await thoseThatMoved(repository, besides, [revision.sha, head]))
  for (const one of await thoseBuiltOn(repository, besides, { paths, at })) asked.add(one)
  candidates.push(...besides.filter((one) => asked.has(one)))
  if (paths.some(isCode)) candidates.push(...(await thoseInCode(repository, besides, { asked, head })))
  const tell = (other: Other): Promise<Told> => tellSharing(repository, other, { paths, at })
  for (const { told, application, source, isGuess } of await tellInTime(clock, candidates, tell)) {
    if (told === 'shares') sharing.push({ application, source })
    // Nothing but that it writes in code speaks for it: that says nothing where it cannot be told what.
    else if (told === 'untold' && !isGuess) untold.push({ application, source })
  }
  return { sharing, untold }
}

type Told = 'shares' | 'other' | 'untold'

/** One after the other; those that are not told in time, or name too many, are not. */
async function tellInTime(
  clock: SourceQuestion['clock'],
  candidates: readonly Candidate[],
  tell: (other: Other) => Promise<Told>,
): Promise<readonly (Other & { told: Told; isGuess: boolean })[]> {
  let isLate = false
  const late = Promise.withResolvers<Told>()
  using _ = clock.after(PATIENCE_MS, () => {
    isLate = true
    late.resolve('untold')
  })
  const all: (Other & { told: Told; isGuess: boolean })[] = []
  let left = MOST_NAMED
  const inTurn = candidates.toSorted((a, b) => Number(a.isGuess) - Number(b.isGuess) || a.inputs.length - b.inputs.length)
  for (const { application, source, inputs, isGuess } of inTurn.slice(0, MOST_ASKED)) {
    left -= inputs.length
    const isAsked = left >= 0 && !isLate
    all.push({ application, source, isGuess, told: isAsked ? await Promise.race([tell({ application, source }), late.promise]) : 'untold' })
  }
  return all
}

interface Candidate extends Other {
  /** As its own spec names them. */
  inputs: readonly InputPath[]
  /** Not even its words say that it may share them. */
  isGuess: boolean
}

/** Those whose own files have changed since N+1: they may have begun to use what it brought. */
async function thoseThatMoved(
  repository: GitRepository,
  besides: readonly Candidate[],
  [revision, head]: readonly [CommitSha, CommitSha],
): Promise<readonly Candidate[]> {
  const named = besides.flatMap(({ inputs }) => inputs).slice(0, MOST_NAMED)
  if (revision === head || named.length === 0) return []
  const moved = (await repository.differingPaths(revision, head, named)).slice(0, MOST_NAMED)
  return moved.length === 0 ? [] : besides.filter(({ inputs }) => moved.some((path) => isAmong(path, inputs)))
}

/** Those whose own folder is built on a folder of what goes back, as that of another Rollout may be. */
async function thoseBuiltOn(
  repository: GitRepository,
  besides: readonly Candidate[],
  { paths, at }: { paths: readonly string[]; at: readonly CommitSha[] },
): Promise<readonly Candidate[]> {
  const placed = besides.flatMap((one) => foldersOf(one).map((folder) => ({ folder, one })))
  const byFolder = Map.groupBy(placed, ({ folder }) => folder)
  const folders = [...byFolder.keys()]
  const found: Candidate[] = []
  try {
    for (const commit of at)
      for (const folder of await foldersBuiltOn(repository, { folders, paths, at: commit }))
        found.push(...(byFolder.get(folder) ?? []).map(({ one }) => one))
  } catch (error) {
    passOver(error)
  }
  return found
}

/** Those others whose own folder is written in code, and has not moved: what it imports may lie in any folder. */
async function thoseInCode(
  repository: GitRepository,
  besides: readonly Candidate[],
  { asked, head }: { asked: ReadonlySet<Candidate>; head: CommitSha },
): Promise<readonly Candidate[]> {
  const others = besides.filter((one) => !asked.has(one))
  if (others.length === 0) return []
  const files = (await repository.listFiles(head, '', { recurse: true, most: MOST_LISTED }).catch(passOver)) ?? []
  const code = files.map(({ path }) => path).filter(isCode)
  const isInCode = (folder: string): boolean => hasFileIn(code, folder)
  return others.flatMap((one) => (foldersOf(one).some(isInCode) ? [{ ...one, isGuess: true }] : []))
}

/** What can never be read there is nobody's reason to wait. @throws all else */
function passOver(error: unknown): undefined {
  if (!(error instanceof KedgeError) || error.retryable) throw error
}

/** Where it is rendered from in its repository; a chart from elsewhere has no folder, nor has one outside of the repository. */
function foldersOf({ application, source: { repository } }: Other): readonly string[] {
  const own = gitSources(application).filter((one) => one.repository === repository)
  return own.flatMap(({ source: { path } }) => (path === undefined ? [] : (clean(path) ?? [])))
}

/** Whether one of these paths, sorted, lies in a folder or below. */
function hasFileIn(sorted: readonly string[], folder: string): boolean {
  const first = `${folder}/`
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] ?? '') < first) from = middle + 1
    else to = middle
  }
  return sorted[from]?.startsWith(first) === true
}

async function tellSharing(
  repository: GitRepository,
  { application, source }: Other,
  { paths, at }: { paths: readonly string[]; at: readonly CommitSha[] },
): Promise<Told> {
  try {
    let isTold = true
    for (const revision of at) {
      const read = await inputsInFull({ repository, source, application }, revision)
      if (paths.some((path) => isAmong(path, allOf(read)))) return 'shares'
      if (read.unknown.length + (read.unmatched?.length ?? 0) > 0) isTold = false
    }
    return isTold ? 'other' : 'untold'
  } catch (error) {
    passOver(error)
    return 'untold'
  }
}

/** What is merged into one branch changes nothing for those that follow another one, or a tag. */
function mayFollow({ targetRevision }: GitSource, baseBranch: string): boolean {
  const followed = branchOf(targetRevision)
  return followed === 'HEAD' || followed === baseBranch
}

/** As long as nothing is rendered: all that share a file. */
export function nameSharing({ sharing, untold }: Sharing): Pick<SourceFacts, 'otherApplications' | 'untoldApplications'> {
  return { otherApplications: namesOf(sharing), untoldApplications: namesOf(untold) }
}

/** Of their Applications, in order. */
export function namesOf(others: readonly Other[]): readonly string[] {
  return others.map(({ application }) => applicationName(application)).sort()
}

interface AskedDigest extends Pick<DigestQuestion, 'isUnpublished' | 'insistsOnAccess'> {
  at: CommitSha
  applied?: AppliedRevision | null | undefined
}

/**
 * All that an Application renders at a commit of the restored repository, with its other sources as they were `applied`, or, where that is
 * not told, synced last.
 */
export function digestOf(
  { renderer }: Pick<SourceQuestion, 'renderer'>,
  { application, source }: Other,
  { at, applied, isUnpublished = false, insistsOnAccess = false }: AskedDigest,
): Promise<RenderedDigest> {
  const revisions = revisionsAt(application, source, { commit: at, applied: applied ?? syncedLast(application) })
  return renderer.digest({ application, revisions, isUnpublished, insistsOnAccess })
}

function syncedLast(application: ApplicationSnapshot): AppliedRevision | null {
  const newest = application.history.toSorted((a, b) => b.id - a.id)[0]
  return newest ? appliedBy(application, newest) : null
}
