import type { CommitSha } from '../../domain/application/commit.ts'
import type { GitRepository } from '../../ports/git.ts'
import { putBack } from './put-back.ts'

/** Each is read in three states, and parsed four times. */
const MOST_FILES = 20
const MOST_BYTES = 256 * 1024

/** What a restore of these files would be. The release's state is `bad`. */
export interface Restore {
  readonly good: CommitSha
  readonly bad: CommitSha
  readonly paths: readonly string[]
}

/** A file that goes back field by field. */
export interface RestoredText {
  readonly path: string
  /** Their paths in the file: never what stands there. */
  readonly fields: readonly string[]
  /** The whole file as it is restored. */
  readonly text: string
}

/**
 * What others have left of a release on top of which it is to be restored. `restorable`: all that it changed is there still, in these files
 * beside what others have changed; the rest is as it left them. `back`: nothing of it is. `refused`: why neither is certain, a clause.
 */
export type Left = { result: 'restorable'; files: readonly RestoredText[] } | { result: 'back' } | { result: 'refused'; why: string }

/** See {@link Left}, at a commit after the release. @throws KedgeError E_GIT_* */
export async function readLeft(repository: GitRepository, { good, bad, paths }: Restore, base: CommitSha): Promise<Left> {
  const [then, after, now] = await Promise.all([good, bad, base].map((at) => repository.objectNames(at, paths)))
  if (!then || !after || !now) return { result: 'restorable', files: [] }
  const differing = paths.filter((path) => then[path] !== after[path])
  const back = differing.filter((path) => now[path] === then[path])
  const changed = paths.filter((path) => now[path] !== after[path] && !back.includes(path))
  if (changed.length > MOST_FILES) return { result: 'refused', why: `${changed.length} of the files have been changed since` }
  const read = (at: CommitSha): Promise<Readonly<Record<string, string>>> =>
    changed.length === 0 ? Promise.resolve({}) : repository.readFiles(at, changed, MOST_BYTES)
  const [goods = {}, bads = {}, nows = {}] = await Promise.all([good, bad, base].map(read))
  const files: RestoredText[] = []
  for (const path of changed) {
    const [one, other, present] = [goods[path], bads[path], nows[path]]
    if (!/\.ya?ml$/.test(path) || one === undefined || other === undefined || present === undefined)
      return { result: 'refused', why: `${path} has been changed since, and is no file of plain YAML in all its states` }
    const put = putBack({ good: one, bad: other, now: present })
    if (put.result === 'refused') return { result: 'refused', why: `in ${path}, ${put.why}` }
    if (put.result === 'back') back.push(path)
    else files.push({ path, fields: put.fields, text: put.text })
    // Each may cost some milliseconds.
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (back.length === 0) return { result: 'restorable', files }
  if (back.length === differing.length) return { result: 'back' }
  return { result: 'refused', why: 'some of what the release changed is back already' }
}

/**
 * Whether a commit has each of the files as a restore on top of another has it: N's, or, where it has been changed since, N's fields.
 * @throws KedgeError E_GIT_*
 */
export async function isRestoredOnto(
  repository: GitRepository,
  { good, bad, paths }: Restore,
  { base, at }: { base: CommitSha; at: CommitSha },
): Promise<boolean> {
  const left = await readLeft(repository, { good, bad, paths }, base)
  if (left.result !== 'restorable') return false
  const whole = paths.filter((path) => !left.files.some((file) => file.path === path))
  const [there, then] = await Promise.all([repository.objectNames(at, whole), repository.objectNames(good, whole)])
  if (!whole.every((path) => there[path] === then[path])) return false
  if (left.files.length === 0) return true
  const texts = await repository.readFiles(
    at,
    left.files.map(({ path }) => path),
    MOST_BYTES,
  )
  return left.files.every(({ path, text }) => texts[path] === text)
}
