import { type CommitSha, exactly, type GitCommit, type InputPath } from '../../../domain/application/commit.ts'
import { STATES_LOOKED_AT } from '../../../domain/decision/culprits.ts'
import type { SourceFacts } from '../../../domain/decision/facts.ts'
import { hasFailed } from '../../../domain/release/attempts.ts'
import type { Release } from '../../../domain/release/release.ts'
import { holdsMark, imageMarks } from '../../../domain/rollout/image-marks.ts'
import { isRenderedAlike } from '../../../domain/rollout/template.ts'
import type { Sealed } from '../../../domain/sealed.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { isNoField, isScale, openLeaves, type Leaves } from '../../fields/leaves.ts'

/** Each costs some ten questions to Git. */
const MOST_COMMITS = 20
const MOST_FILES = 200

export interface OlderQuestion {
  commits: readonly GitCommit[]
  /** What is restored: what they change beside it says nothing of the Rollout. */
  files: readonly InputPath[]
  release: Pick<Release, 'key' | 'podTemplateHash' | 'images' | 'stableImages'>
  /** Releases of the Rollout. */
  others: readonly Release[]
  /** The template that a commit renders for it, as far as that is told; undefined where files have to do. */
  templateAt: ((commit: CommitSha) => Promise<Sealed | undefined>) | undefined
}

/**
 * Which of the commits bring back files as they were before, or fields of them: a revert is known by what it does. One that brings back
 * what has failed here is none: somebody, or a bot, released it again. What is too much to be looked at is told.
 *
 * Of fields it is told by what they say; how many pods there are, and comments, are nothing. Such a commit takes back all that earlier ones
 * did, and does nothing else, or it brings the Rollout's template back. Where files have to do, it may do more as well, and is one, too,
 * where all that it changes is back; but none where it brings an image of N+1's that no state before it named, nor any other release had.
 * @throws KedgeError E_GIT_*, E_RENDERER_UNREACHABLE
 */
export async function backToOlder(
  repository: GitRepository,
  { commits, files: restored, release, others, templateAt }: OlderQuestion,
): Promise<Pick<SourceFacts, 'backToOlder' | 'tooMuchForOlder'>> {
  if (commits.length > MOST_COMMITS) return { backToOlder: [], tooMuchForOlder: `of ${commits.length} commits` }
  const found: CommitSha[] = []
  const failed = onlyFailed(others)
  const marks = templateAt ? [] : newMarks(release, others)
  let tooMuchForOlder: string | null = null
  for (const commit of commits) {
    const files = exactly(await repository.changedPaths([commit.sha], restored))
    if (files.length > MOST_FILES) tooMuchForOlder = `of ${commit.sha.slice(0, 12)}, which changes ${files.length} files`
    else if (files.length > 0 && (await isBackToOlder(repository, commit, { files, failed, marks, templateAt }))) found.push(commit.sha)
  }
  return { backToOlder: found, tooMuchForOlder }
}

/** What tells N+1's images in files, but for those that an earlier release had: tries of the same one are none. */
function newMarks(release: OlderQuestion['release'], others: readonly Release[]): readonly string[] {
  const isTry = ({ key, podTemplateHash, outcome }: Release): boolean =>
    key === release.key || (podTemplateHash === release.podTemplateHash && outcome !== 'promoted')
  const earlier = others.filter((other) => !isTry(other)).flatMap(({ images }) => images)
  const images = release.images.filter((image) => !earlier.includes(image))
  return imageMarks(images, release.stableImages)
}

/** Commits whose releases have failed, and none of them made it. */
function onlyFailed(releases: readonly Release[]): ReadonlySet<string> {
  const made = new Set(releases.flatMap(({ outcome, revision }) => (outcome === 'promoted' && revision ? [revision] : [])))
  return new Set(
    releases.flatMap((release) => (hasFailed(release) && release.revision && !made.has(release.revision) ? [release.revision] : [])),
  )
}

interface Asked extends Pick<OlderQuestion, 'files' | 'templateAt'> {
  readonly failed: ReadonlySet<string>
  /** What tells N+1's own images in files, where these have to do. */
  readonly marks: readonly string[]
}

async function isBackToOlder(repository: GitRepository, commit: GitCommit, asked: Asked): Promise<boolean> {
  const { files, failed } = asked
  const state = await repository.fingerprint(commit.sha, files)
  const older: Older[] = []
  let [at] = commit.parents
  for (let looked = 0; at !== undefined && looked < STATES_LOOKED_AT; looked += 1) {
    const newer: GitCommit | undefined = await repository.newestTouching(at, files)
    at = newer?.parents[0]
    if (at === undefined) break
    const one = at
    const maker = async (): Promise<string> => (await repository.newestTouching(one, files))?.sha ?? ''
    if ((await repository.fingerprint(one, files)) === state) return !failed.has(await maker())
    older.push({ at: one, maker })
  }
  return isBackInFields(repository, commit, { ...asked, older })
}

/** A state before a commit, and which commit made it. */
interface Older {
  readonly at: CommitSha
  readonly maker: () => Promise<string>
}

async function isBackInFields(
  repository: GitRepository,
  { sha, parents: [parent] }: GitCommit,
  { files, failed, marks, templateAt, older }: Asked & { older: readonly Older[] },
): Promise<boolean> {
  if (parent === undefined) return false
  const leavesAt = openLeaves(
    repository,
    files.map(({ path }) => path),
  )
  const [before, after] = [await leavesAt(parent), await leavesAt(sha)]
  const change = changeOf(before, after)
  if ([...change].every(isScale)) return false
  const states = [before, ...(marks.length > 0 ? await Promise.all(older.map(({ at }) => leavesAt(at))) : [])]
  if (marks.some((mark) => isNamed(after, change, mark) && !states.some((state) => isNamed(state, state.keys(), mark)))) return false
  const isTemplateBack = async (at: CommitSha, isAll: boolean): Promise<boolean> => {
    const [was, made, then] = [await templateAt?.(parent), await templateAt?.(sha), await templateAt?.(at)]
    return was && made && then ? !isRenderedAlike(was, made) && isRenderedAlike(made, then) : isAll
  }
  const since = [before]
  for (const [index, { at }] of older.entries()) {
    // Each of them compares all leaves with all states since: others get their turn.
    await new Promise((resolve) => void setImmediate(resolve))
    const then = await leavesAt(at)
    const back = new Set([...change].filter((path) => then.get(path) === after.get(path)))
    const isUndone = (state: Leaves): boolean => {
      const done = takenBack({ older: then, state, before, back })
      // What was only added and is gone again is taken back by many a release.
      const hasValue =
        done.some((path) => then.has(path) && before.has(path)) ||
        (done.some((path) => isNoField(path) && then.has(path)) && done.some((path) => isNoField(path) && before.has(path)))
      return done.length === change.size || (!templateAt && hasValue)
    }
    // Of a line, or a file as a whole, a part may be back: what is rendered tells.
    const mayBeBack = back.size > 0 ? ![...back].every(isScale) : [...change].some(isNoField)
    const isBack = mayBeBack && (since.some(isUndone) || (await isTemplateBack(at, back.size === change.size)))
    const hasThem = async (state: CommitSha): Promise<boolean> => {
      if (back.size === 0) return isTemplateBack(state, false)
      const leaves = await leavesAt(state)
      return [...back].every((path) => leaves.get(path) === after.get(path))
    }
    if (isBack && !failed.has(await firstMaker(older.slice(index), hasThem))) return true
    since.push(then)
  }
  return false
}

function isNamed(leaves: Leaves, paths: Iterable<string>, mark: string): boolean {
  return [...paths].some((path) => holdsMark(leaves.get(path) ?? '', mark))
}

/** Which commit made the oldest of the states in a row that have it, from the newest on. */
async function firstMaker(older: readonly Older[], hasIt: (at: CommitSha) => Promise<boolean>): Promise<string> {
  let first: Older | undefined
  for (const state of older) {
    if (!(await hasIt(state.at))) break
    first = state
  }
  return first ? first.maker() : ''
}

/** The paths at which two states differ. */
function changeOf(one: Leaves, other: Leaves): ReadonlySet<string> {
  return new Set([...one.keys(), ...other.keys()].filter((path) => one.get(path) !== other.get(path)))
}

/** All that was done between two earlier states, where it is all taken back, as `before` a commit has it still: nothing otherwise. */
function takenBack({ older, state, before, back }: Taken): readonly string[] {
  const done = [...changeOf(older, state)]
  return done.every((path) => back.has(path) && state.get(path) === before.get(path)) && !done.every(isScale) ? done : []
}

type Taken = Record<'older' | 'state' | 'before', Leaves> & { back: ReadonlySet<string> }
