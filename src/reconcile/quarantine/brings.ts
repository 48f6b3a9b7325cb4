import type { AppliedRevision } from '../../domain/application/applied-revision.ts'
import type { CommitSha } from '../../domain/application/commit.ts'
import { imagesAmong } from '../../domain/quarantine/images.ts'
import {
  comparePlaces,
  countNamed,
  imagesOfTemplate,
  linesOfFailed,
  mayBeNamed,
  type FailedLines,
  type Texts,
} from '../../domain/quarantine/in-files.ts'
import type { Quarantine } from '../../domain/quarantine/quarantine.ts'
import { isRenderedAlike } from '../../domain/rollout/template.ts'
import type { Sealed } from '../../domain/sealed.ts'
import type { Renderer } from '../../ports/renderer.ts'
import { inputsAt, type AppReader } from '../git-facts/commit/app-commit.ts'
import { MOST_FILES } from '../git-facts/commit/files-between.ts'
import { insistOnAnswer, revisionsAt } from '../git-facts/question/renderings.ts'
import { mergeInputs } from '../inputs/read-inputs.ts'

/** Larger files are seldom written by hand. */
const MOST_BYTES = 1024 * 1024
const MOST_TEXT = 4 * 1024 * 1024
const AT_ONCE = 8

/** What a change of the inputs does with a version in quarantine; undefined where it has nothing to do with it. */
export type Sign = 'brings' | 'removes' | undefined

/** A change: what stands after it, and what stood before. */
export interface Change {
  readonly before: CommitSha
  readonly after: CommitSha
}

/** What is needed to read a change of one Application. */
export interface ChangeReader extends Omit<AppReader, 'repositories'> {
  readonly renderer: Renderer
  /** For the Application's other sources. */
  readonly applied: AppliedRevision | null
}

/**
 * Reads whether a change brings back what is in quarantine: by the lines that name its images, and where the template alone failed, by its
 * files. Where other lines name them than before and the commits can be rendered, the Rollout has the last word; else what may be another
 * image's line is none.
 * @throws KedgeError E_GIT_*, E_RENDERER_*
 */
export async function readSign(reader: ChangeReader, quarantine: Quarantine, change: Change): Promise<Sign> {
  const { repository } = reader
  const inputs = mergeInputs(await inputsAt(reader, change.before), await inputsAt(reader, change.after))
  const paths = await repository.differingPaths(change.before, change.after, inputs)
  if (paths.length === 0 || paths.length > MOST_FILES) return undefined
  if (quarantine.images.length === 0) {
    const rendered = await byTemplate(reader, quarantine, change)
    return rendered ? rendered.sign : byFiles(reader, quarantine, change)
  }
  const lines = await failedLines(reader, quarantine)
  const [before, after] = [await textsAt(reader, change.before, paths), await textsAt(reader, change.after, paths)]
  if (!lines || !before || !after) return undefined
  const { more, areSame } = comparePlaces(quarantine, lines, { before, after })
  // Where the lines are the same as before, the change is about something else.
  if (areSame) return undefined
  if (!mayBeNamed(quarantine, lines, after) && (await isNamedNoMore(reader, quarantine, { after: change.after, lines }))) return 'removes'
  const rendered = await byImages(reader, quarantine, { ...change, more })
  if (rendered) return rendered.sign
  if (more < 0) return 'removes'
  return more > 0 && (await bringsAll(reader, quarantine, { change, paths, lines })) ? 'brings' : undefined
}

/** Whether no file that the release had changed names it after a change. */
async function isNamedNoMore(
  reader: ChangeReader,
  quarantine: Quarantine,
  { after, lines }: { after: CommitSha; lines: FailedLines },
): Promise<boolean> {
  const texts = await textsAt(reader, after, quarantine.paths)
  return texts !== undefined && !mayBeNamed(quarantine, lines, texts)
}

/** Whether all that the release had changed names the images again, also in files that this change leaves alone. */
async function bringsAll(
  reader: ChangeReader,
  quarantine: Quarantine,
  { change, paths, lines }: { change: Change; paths: readonly string[]; lines: FailedLines },
): Promise<boolean> {
  const all = [...new Set([...paths, ...quarantine.paths])]
  const [before, after] = [await textsAt(reader, change.before, all), await textsAt(reader, change.after, all)]
  if (!before || !after) return false
  const certainly = true
  return countNamed(quarantine, lines, { texts: after, certainly }) > countNamed(quarantine, lines, { texts: before, certainly })
}

/** Undefined where that is too much together. */
async function textsAt({ repository }: ChangeReader, revision: CommitSha, paths: readonly string[]): Promise<Texts | undefined> {
  const texts: Record<string, string> = {}
  let left = MOST_TEXT
  for (let at = 0; at < paths.length && left >= 0; at += AT_ONCE) {
    const files = await repository.readFiles(revision, paths.slice(at, at + AT_ONCE), MOST_BYTES)
    for (const [path, text] of Object.entries(files)) {
      left -= text.length
      texts[path] = text
    }
  }
  return left < 0 ? undefined : texts
}

/** The commit that failed and that of the version before; undefined where one of them is not known, or on no branch any more. */
async function commitsOf(
  { repository }: ChangeReader,
  { culprit, good }: Quarantine,
): Promise<{ culprit: CommitSha; good: CommitSha } | undefined> {
  if (culprit === null || good === null) return undefined
  return (await repository.has(culprit)) && (await repository.has(good)) ? { culprit, good } : undefined
}

/** None, where its commits are not there. */
async function failedLines(reader: ChangeReader, quarantine: Quarantine): Promise<FailedLines | undefined> {
  const { paths } = quarantine
  const commits = await commitsOf(reader, quarantine)
  if (!commits) return linesOfFailed(quarantine, {}, {})
  const [failed, before] = [await textsAt(reader, commits.culprit, paths), await textsAt(reader, commits.good, paths)]
  return failed && before && linesOfFailed(quarantine, failed, before)
}

/** What the Rollout's template does, where all three commits render it; undefined where they do not. */
async function byTemplate(reader: ChangeReader, quarantine: Quarantine, { before, after }: Change): Promise<{ sign: Sign } | undefined> {
  if (quarantine.culprit === null || !(await reader.repository.has(quarantine.culprit))) return undefined
  const failed = await templateAt(reader, quarantine, quarantine.culprit)
  const [then, now] = [failed && (await templateAt(reader, quarantine, before)), failed && (await templateAt(reader, quarantine, after))]
  if (!failed || !then || !now) return undefined
  const isFailed = isRenderedAlike(now, failed)
  return { sign: isRenderedAlike(then, failed) === isFailed ? undefined : isFailed ? 'brings' : 'removes' }
}

/**
 * All that the release changed is as it was when it failed, and was as before the release. What was neither may have had the same change
 * already, beside another one that goes.
 */
async function byFiles(reader: ChangeReader, quarantine: Quarantine, change: Change): Promise<Sign> {
  const { repository } = reader
  const { paths } = quarantine
  const commits = await commitsOf(reader, quarantine)
  if (!commits || paths.length === 0) return undefined
  const [failed, served, before, after] = [
    await repository.objectNames(commits.culprit, paths),
    await repository.objectNames(commits.good, paths),
    await repository.objectNames(change.before, paths),
    await repository.objectNames(change.after, paths),
  ]
  const isAs = (names: Names, other: Names): boolean => paths.every((path) => names[path] === other[path])
  if (isAs(before, failed)) return isAs(after, failed) ? undefined : 'removes'
  return isAs(after, failed) && isAs(before, served) ? 'brings' : undefined
}

type Names = Readonly<Record<string, string | null>>

/**
 * What becomes of the Rollout's own images by a change that names them in so many places more: lines may be another Rollout's of the
 * Application. Undefined where it does not render.
 */
async function byImages(
  reader: ChangeReader,
  quarantine: Quarantine,
  { before, after, more }: Change & { more: number },
): Promise<{ sign: Sign } | undefined> {
  const now = await imagesAt(reader, quarantine, after)
  if (!now) return undefined
  const then = await imagesAt(reader, quarantine, before)
  // Where nobody tells what it had before, the lines do.
  const brings = then ? now.some((image) => !then.includes(image)) : now.length > 0 && more > 0
  const removes = then ? then.some((image) => !now.includes(image)) : now.length === 0 && more < 0
  return { sign: brings ? 'brings' : removes ? 'removes' : undefined }
}

/** Those in quarantine that the Rollout has as a commit renders it; undefined where nobody can tell. */
async function imagesAt(reader: ChangeReader, quarantine: Quarantine, commit: CommitSha): Promise<readonly string[] | undefined> {
  const template = await templateAt(reader, quarantine, commit)
  const images = template ? imagesOfTemplate(template.open()) : []
  return images.length > 0 ? imagesAmong(quarantine.images, images) : undefined
}

/** The Rollout's template as a commit renders it; undefined where nobody can tell. */
async function templateAt(
  { application, source, renderer, applied }: ChangeReader,
  quarantine: Quarantine,
  commit: CommitSha,
): Promise<Sealed | undefined> {
  const revisions = revisionsAt(application, source, { commit, applied })
  if (application.hydrator || revisions.includes('')) return undefined
  const rollout = { namespace: quarantine.namespace, name: quarantine.rollout }
  const rendering = insistOnAnswer(await renderer.render({ application, revisions, rollout }))
  return rendering.result === 'rendered' ? rendering.rollout.template : undefined
}
