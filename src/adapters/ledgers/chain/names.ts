import { hash } from 'node:crypto'
import type { LedgerDocuments, LedgerEntry } from '../../../ports/ledger.ts'

// What releases are found by stands as numbers beside the journal: they are small, have one length whatever a cluster sends, and the first
// digits of a commit are a range of them. A number stands for a name as far as chance lets it: whoever finds a release looks once more.

/** Digits of a commit that a number holds. What is asked with more is looked for by these. */
const DIGITS = 12
const SPACE = 16 ** DIGITS

/** Each in a space of its own, and all of them far below 2^53. */
const COMMIT = 0
const IMAGE = 1
const REVERT_KEY = 2
const REVERT_COMMIT = 3

/** Parts of an image that it is found by, from its end. No registry has names with more. */
const MOST_PARTS = 16

/** What is wrong with a document that `trace` would miss. */
export const NOT_NAMED = 'its document is not found by all that it names'

/** Numbers from `from` on and below `to`. */
export interface NameRange {
  from: number
  to: number
}

/** What a question looks for. */
export interface AskedName {
  /** Commits of releases. Undefined where no commit begins so. */
  commits: NameRange | undefined
  /** Commits of reverts. */
  revertCommits: NameRange | undefined
  image: number
}

/** The numbers that a document is found by. Empty for kinds that nobody looks for. */
export function namesOf({ kind, document }: LedgerEntry): readonly number[] {
  if (kind === 'release') return [...new Set(namesOfRelease(document))]
  if (kind === 'revert') return [...new Set(namesOfRevert(document))]
  return []
}

/** What is asked for by the first digits of a commit (four at least), by an image or by the end of one, from a `/`, `:` or `@` on. */
export function askedName(name: string): AskedName {
  const asked = name.trim().toLowerCase()
  const isCommit = /^[0-9a-f]{4,64}$/.test(asked)
  return {
    commits: isCommit ? rangeOf(asked, COMMIT) : undefined,
    revertCommits: isCommit ? rangeOf(asked, REVERT_COMMIT) : undefined,
    image: numberOf(asked, IMAGE),
  }
}

/** The number of the releases that a revert stands for. */
export function revertName(key: string): number {
  return numberOf(key, REVERT_KEY)
}

function* namesOfRelease(release: LedgerDocuments['release']): Generator<number> {
  const { revision, goodRevision, applied, goodApplied, images, stableImages, revertKey } = release
  yield* commitsIn([revision, goodRevision, ...(applied?.revisions ?? []), ...(goodApplied?.revisions ?? [])], COMMIT)
  for (const image of [...images, ...stableImages]) for (const part of partsOf(image.toLowerCase())) yield numberOf(part, IMAGE)
  if (revertKey !== null) yield revertName(revertKey)
}

function namesOfRevert({ commit, mergeCommit, culprits }: LedgerDocuments['revert']): Iterable<number> {
  return commitsIn([commit, mergeCommit, ...culprits.map(({ sha }) => sha)], REVERT_COMMIT)
}

function* commitsIn(revisions: readonly (string | null)[], space: number): Generator<number> {
  for (const revision of revisions) {
    const digits = /^[0-9a-f]{4,12}/.exec(revision ?? '')?.[0]
    if (digits !== undefined) yield rangeOf(digits, space).from
  }
}

function rangeOf(asked: string, space: number): NameRange {
  const digits = asked.slice(0, DIGITS)
  const width = 16 ** (DIGITS - digits.length)
  const from = space * SPACE + Number.parseInt(digits, 16) * width
  return { from, to: from + width }
}

/** The whole, and what follows each of its boundaries. */
function partsOf(image: string): readonly string[] {
  const ends = [...image.matchAll(/[/:@]/g)].slice(-MOST_PARTS).map(({ index }) => image.slice(index + 1))
  return [image, ...ends].filter((part) => part !== '')
}

function numberOf(text: string, space: number): number {
  return space * SPACE + Number.parseInt(hash('sha256', text).slice(0, DIGITS), 16)
}
