import type { CommitSha } from '../../domain/application/commit.ts'
import { createRecent } from '../../domain/recent.ts'
import type { GitRepository } from '../../ports/git.ts'
import { createParse, putBack, type Parse, type PutBack } from './put-back.ts'
import { isSameYaml } from './same-yaml.ts'

const MOST_FILES = 10
const MOST_STATES = 20
const MOST_BYTES = 256 * 1024
/** Characters of all files in all states that one question compares: each is parsed, and so is each that is made of them. */
const MOST_TEXT = 400_000

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
  const comparison = createComparison(repository)
  const left = await compare(comparison, restore, newest)
  if (left.result !== 'restorable') return left
  if (commits.length > MOST_STATES) return { result: 'refused', why: `${commits.length} commits to these files have come since` }
  for (const commit of commits.slice(0, -1)) {
    const meanwhile = await compare(comparison, restore, commit)
    if (meanwhile.result === 'refused') return meanwhile
    if (meanwhile.result === 'back') return { result: 'refused', why: 'what the release changed was back for a while' }
  }
  return left
}

/** See {@link Left}, at one commit after the release. @throws KedgeError E_GIT_* */
export async function readLeft(repository: GitRepository, restore: Restore, base: CommitSha): Promise<Left> {
  return compare(createComparison(repository), restore, base)
}

async function compare(comparison: Comparison, { good, bad, paths }: Restore, base: CommitSha): Promise<Left> {
  const names = async (at: CommitSha): Promise<Names> => comparison.repository.objectNames(at, paths)
  const [then, after, now] = [await names(good), await names(bad), await names(base)]
  const differing = paths.filter((path) => then[path] !== after[path])
  const back = differing.filter((path) => now[path] === then[path])
  const changed = paths.filter((path) => now[path] !== after[path] && !back.includes(path))
  if (changed.length > MOST_FILES) return { result: 'refused', why: `${changed.length} of the files have been changed since` }
  const files: RestoredText[] = []
  for (const path of changed) {
    const states = [then[path], after[path], now[path]].map((name) => name ?? '')
    const put = await putBackAt(comparison, path, { states, commits: [good, bad, base] })
    if (put.result === 'refused') return { result: 'refused', why: `in ${path}, ${put.why}` }
    if (put.result === 'back') back.push(path)
    else files.push({ path, fields: put.fields, text: put.text })
  }
  if (back.length === 0) return { result: 'restorable', files }
  if (back.length === differing.length) return { result: 'back' }
  return { result: 'refused', why: 'some of what the release changed is back already' }
}

type Names = Readonly<Record<string, string | null>>

/** All that one question reads. What it has counted depends on the commits alone, not on which answers are kept: so must the answer. */
interface Comparison {
  readonly repository: GitRepository
  readonly parse: Parse
  /** Object names of what is counted in `left`, in characters. */
  readonly counted: Set<string>
  left: number
}

function createComparison(repository: GitRepository): Comparison {
  return { repository, parse: createParse(), counted: new Set(), left: MOST_TEXT }
}

/** Counts what has not been counted yet. */
function isWithin(comparison: Comparison, states: readonly string[], sizes: Answer['sizes']): boolean {
  for (const [index, state] of states.entries()) {
    if (comparison.counted.has(state)) continue
    comparison.counted.add(state)
    comparison.left -= sizes[index] ?? 0
  }
  return comparison.left >= 0
}

interface Answer {
  readonly put: PutBack
  /** Of the three states, in characters; undefined of what is not there, or not read. */
  readonly sizes: readonly (number | undefined)[]
}

/** In characters, for all repositories: some questions of the largest kind, which are asked again and again while a PR is open. */
const MOST_KEPT = 4_000_000
/** By the object names of the three states: what follows from three contents never changes. */
const answers = createRecent<Answer>(MOST_KEPT, ({ put }) => 500 + (put.result === 'text' ? put.text.length : 0))

const NOT_PLAIN: PutBack = { result: 'refused', why: 'which has been changed since, it is no file of plain YAML in all its states' }
const TOO_MUCH: PutBack = { result: 'refused', why: `there is more than ${MOST_TEXT / 1000} kB to compare, with other files and commits` }

/** `states`: object names of the file at these commits. */
async function putBackAt(
  comparison: Comparison,
  path: string,
  { states, commits }: { states: readonly string[]; commits: readonly CommitSha[] },
): Promise<PutBack> {
  if (!/\.ya?ml$/.test(path)) return NOT_PLAIN
  const known = answers.get(states.join(' '))
  if (known) return isWithin(comparison, states, known.sizes) ? known.put : TOO_MUCH
  const texts: (string | undefined)[] = []
  for (const commit of commits) texts.push((await comparison.repository.readFiles(commit, [path], MOST_BYTES))[path])
  const sizes = texts.map((text) => text?.length)
  if (!isWithin(comparison, states, sizes)) return TOO_MUCH
  const [good, bad, now] = texts
  const isText = good !== undefined && bad !== undefined && now !== undefined
  const put = isText ? await putBack({ good, bad, now }, comparison.parse) : NOT_PLAIN
  answers.set(states.join(' '), { put, sizes })
  return put
}

/**
 * Whether a commit has each of the files as a restore on top of another has it: N's, or, where it has been changed since, N's fields. Of
 * plain YAML what it says counts: a person's editor may order and comment it otherwise.
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
  const differing = whole.filter((path) => there[path] !== then[path])
  if (differing.length > MOST_FILES) return false
  const expected = new Map(left.files.map(({ path, text }) => [path, text]))
  for (const [path, text] of Object.entries(await repository.readFiles(good, differing, MOST_BYTES))) expected.set(path, text)
  if (!differing.every((path) => expected.has(path))) return false
  const texts = await repository.readFiles(at, [...expected.keys()], MOST_BYTES)
  return [...expected].every(([path, text]) => isSameFile(path, text, texts[path]))
}

function isSameFile(path: string, one: string, other: string | undefined): boolean {
  return other !== undefined && (one === other || (/\.ya?ml$/.test(path) && isSameYaml(one, other)))
}
