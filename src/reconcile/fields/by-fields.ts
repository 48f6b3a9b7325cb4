import type { CommitSha } from '../../domain/application/commit.ts'
import type { GitRepository } from '../../ports/git.ts'
import { putBack, type PutBack } from './put-back.ts'

/** Each is read in three states, and parsed four times, once for each state that it has been in since. */
const MOST_FILES = 10
const MOST_STATES = 20
const MOST_BYTES = 256 * 1024
/** Answers kept for one repository: they are asked for again and again while a PR is open. */
const MOST_KEPT = 50

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

/**
 * See {@link Left}: after the last of these commits, oldest first, all to the files. What one of them has touched is not restorable, if
 * back by now: somebody has decided on it. @throws KedgeError E_GIT_*
 */
export async function readLeftSince(repository: GitRepository, restore: Restore, commits: readonly CommitSha[]): Promise<Left> {
  const newest = commits.at(-1)
  if (newest === undefined) return { result: 'restorable', files: [] }
  const left = await readLeft(repository, restore, newest)
  if (left.result !== 'restorable') return left
  if (commits.length > MOST_STATES) return { result: 'refused', why: `${commits.length} commits to these files have come since` }
  for (const commit of commits.slice(0, -1)) {
    const meanwhile = await readLeft(repository, restore, commit)
    if (meanwhile.result === 'refused') return meanwhile
    if (meanwhile.result === 'back') return { result: 'refused', why: 'what the release changed was back for a while' }
  }
  return left
}

/** See {@link Left}, at one commit after the release. @throws KedgeError E_GIT_* */
export async function readLeft(repository: GitRepository, { good, bad, paths }: Restore, base: CommitSha): Promise<Left> {
  const names = async (at: CommitSha): Promise<Names> => repository.objectNames(at, paths)
  const [then, after, now] = [await names(good), await names(bad), await names(base)]
  const differing = paths.filter((path) => then[path] !== after[path])
  const back = differing.filter((path) => now[path] === then[path])
  const changed = paths.filter((path) => now[path] !== after[path] && !back.includes(path))
  if (changed.length > MOST_FILES) return { result: 'refused', why: `${changed.length} of the files have been changed since` }
  const files: RestoredText[] = []
  for (const path of changed) {
    const states = [then[path], after[path], now[path]].join(' ')
    const put = await remembered(repository, states, () => putBackAt(repository, path, [good, bad, base]))
    if (put.result === 'refused') return { result: 'refused', why: `in ${path}, ${put.why}` }
    if (put.result === 'back') back.push(path)
    else files.push({ path, fields: put.fields, text: put.text })
  }
  if (back.length === 0) return { result: 'restorable', files }
  if (back.length === differing.length) return { result: 'back' }
  return { result: 'refused', why: 'some of what the release changed is back already' }
}

type Names = Readonly<Record<string, string | null>>

const answers = new WeakMap<GitRepository, Map<string, PutBack>>()

/** What follows from three contents never changes. */
async function remembered(repository: GitRepository, states: string, ask: () => Promise<PutBack>): Promise<PutBack> {
  const kept = answers.get(repository) ?? new Map<string, PutBack>()
  answers.set(repository, kept)
  const answer = kept.get(states) ?? (await ask())
  kept.delete(states)
  kept.set(states, answer)
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value ?? '')
  return answer
}

async function putBackAt(repository: GitRepository, path: string, commits: readonly CommitSha[]): Promise<PutBack> {
  const texts: string[] = []
  for (const commit of commits) texts.push(...Object.values(await repository.readFiles(commit, [path], MOST_BYTES)))
  const [good, bad, now] = texts
  if (!/\.ya?ml$/.test(path) || good === undefined || bad === undefined || now === undefined)
    return { result: 'refused', why: 'which has been changed since, it is no file of plain YAML in all its states' }
  return putBack({ good, bad, now })
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
