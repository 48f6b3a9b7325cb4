import { changedValues, valuesIn, type ChangedValue } from '../../../domain/rollout/changed-values.ts'
import { holdsMark } from '../../../domain/rollout/image-marks.ts'
import { sameQuantity } from '../../../domain/rollout/quantity.ts'
import type { AppReader } from '../commit/app-commit.ts'
import { MOST_FILES, pathsBetween, readTexts } from '../commit/files-between.ts'
import { less, linesIn, nameOf, namesOf, type Lines } from '../commit/lines.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { OpenQuestion } from '../question/question.ts'

/** What strangers write is held against each of the values: so many lines in all, and no more, are looked at. */
const MOST_LINES = 10_000
/** An image's name has no more characters than this. */
const LONGEST_NAME = 256

/**
 * In what the two versions differ, as they run, held against files: where nothing renders, it is the nearest to it. The values of the two
 * templates are shown to nobody.
 */
export interface Difference {
  /**
   * Whether all of it came about between two commits: for each value, a line that holds N's has become one that holds N+1's, and nothing
   * came that N has as well. False where a value stands in no file as it is (a checksum, a quantity that is written in another way).
   */
  readonly isBetween: (from: Reduced, to: Reduced) => Promise<boolean>
  /** Whether N has what came only after the first of two commits, so that this did not make it. */
  readonly isRefuted: (from: Reduced, to: Reduced) => Promise<boolean>
  /**
   * Whether a value of N+1 stands, at the last of two commits, in place of one that is not N's: then something else than N was there at the
   * first, wherever else N's value may be named.
   */
  readonly isAnother: (from: Reduced, to: Reduced) => Promise<boolean>
  /**
   * Whether what lies between renders the same version as one of the ends, of which the first is N and the last N+1: of the lines that
   * tell them apart, none differs from that end's; and nothing was changed with the one step and taken back with the other, which neither
   * version would tell of.
   */
  readonly isLike: (end: 'first' | 'last', commits: readonly [first: Reduced, middle: Reduced, last: Reduced]) => Promise<boolean>
}

/** See {@link Difference}; undefined where it cannot be read. @throws KedgeError E_CLUSTER_* */
export async function readDifference(question: OpenQuestion): Promise<Difference | undefined> {
  const { renderings, failing, stable, replicaSets } = question
  if (!failing || !stable) return undefined
  const [after, before] = await Promise.all([renderings.live(failing), renderings.live(stable)])
  if (!after || !before || after === 'forbidden' || before === 'forbidden') return undefined
  const values = changedValues(before, after, new Set(replicaSets.map(({ podTemplateHash }) => podTemplateHash)))
  return values && heldAgainstFiles(question, values, valuesIn(before))
}

/** `atN`: every value that N runs. */
function heldAgainstFiles(reader: AppReader, values: readonly ChangedValue[], atN: ReadonlySet<string>): Difference {
  const { repository } = reader

  async function textsOf(paths: readonly string[], commits: readonly Reduced[]): Promise<readonly (readonly string[])[] | undefined> {
    if (paths.length > MOST_FILES) return undefined
    const found: (readonly string[])[] = []
    for (const { commit } of commits) {
      const texts = await readTexts(repository, commit.sha, paths)
      if (!texts) return undefined
      found.push(texts)
    }
    return found
  }

  async function linesOf(commits: readonly Reduced[]): Promise<readonly Lines[]> {
    const [from, to] = [commits[0], commits.at(-1)]
    const paths = from && to ? await pathsBetween(reader, from, to) : []
    const texts = paths.length > 0 ? await textsOf(paths, commits) : undefined
    const lines = texts?.map(linesIn) ?? []
    return lines.some(({ size }) => size > MOST_LINES) ? [] : lines
  }

  return {
    async isBetween(...commits) {
      const [from, to] = await linesOf(commits)
      if (!from || !to) return false
      const changed = { lost: less(from, to), come: less(to, from) }
      const telling = tellingLines(values, changed)
      return telling !== undefined && !wasThereBefore(changed, telling, atN)
    },
    async isRefuted(...commits) {
      const [from, to] = await linesOf(commits)
      if (!from || !to) return false
      const changed = { lost: less(from, to), come: less(to, from) }
      return wasThereBefore(changed, tellingLines(values, changed) ?? new Set(), atN)
    },
    async isAnother(...commits) {
      const [from, to] = await linesOf(commits)
      return from !== undefined && to !== undefined && stoodAnother(values, { lost: less(from, to), come: less(to, from) })
    },
    async isLike(end, commits) {
      const [first, middle, last] = await linesOf(commits)
      if (!first || !middle || !last) return false
      const telling = tellingLines(values, { lost: less(first, last), come: less(last, first) })
      const other = end === 'first' ? first : last
      const differs = (line: string): boolean => middle.get(line) !== other.get(line)
      return telling !== undefined && ![...telling].some(differs) && !isTakenBack(first, middle, last)
    },
  }
}

/** The lines that tell N+1 from N; undefined where they do not tell it of every value. */
function tellingLines(values: readonly ChangedValue[], changed: Record<'lost' | 'come', Lines>): ReadonlySet<string> | undefined {
  const found = new Set<string>()
  for (const value of values) {
    const lines = linesOfValue(value, changed)
    if (lines.length === 0) return undefined
    for (const line of lines) found.add(line)
  }
  return found
}

/** Those that lost N's value or came with N+1's; where both versions have one, of names that did both. */
function linesOfValue({ before, after, image }: ChangedValue, { lost, come }: Record<'lost' | 'come', Lines>): readonly string[] {
  const [old, young] = [holding(lost, before, image), holding(come, after, image)]
  const pairs = (lines: readonly string[], others: readonly string[]): readonly string[] => {
    const names = new Set(others.map(nameOf))
    return lines.filter((line) => names.has(nameOf(line)))
  }
  const isPair = before !== undefined && after !== undefined
  return isPair ? [...pairs(old, young), ...pairs(young, old)] : [...old, ...young]
}

/** Whether a value need not stand in a file as it runs: quoted, or a quantity in another spelling. */
function mayBeSpelledOtherwise(value: string, lines: Lines): boolean {
  if (!/^[\w.@:/+-]+$/.test(value)) return true
  return [...lines.keys()].map(valueOf).some((other) => other !== value && sameQuantity(other, value))
}

/** What stands behind the name of a line, without quotes. */
function valueOf(line: string): string {
  return line.slice(nameOf(line).length).replace(/^\s*["']?|["']$/g, '')
}

/** See `Difference.isAnother`. */
function stoodAnother(values: readonly ChangedValue[], changed: Record<'lost' | 'come', Lines>): boolean {
  const gone = namesOf(changed.lost)
  return values.some((value) => {
    const { before, after, image } = value
    if (before === undefined || after === undefined || linesOfValue(value, changed).length > 0) return false
    if (mayBeSpelledOtherwise(before, changed.lost)) return false
    return holding(changed.come, after, image).some((line) => gone.has(nameOf(line)))
  })
}

/**
 * Whether a value came that N has as well, in place of one that N does not have: then N is of a later commit than the first of the two.
 */
function wasThereBefore({ lost, come }: Record<'lost' | 'come', Lines>, telling: ReadonlySet<string>, atN: ReadonlySet<string>): boolean {
  const others = (lines: Lines): readonly string[] => [...lines.keys()].filter((line) => !telling.has(line))
  const isAtN = (line: string): boolean => atN.has(valueOf(line))
  const gone = new Set(others(lost).flatMap((line) => (isAtN(line) ? [] : [nameOf(line)])))
  return others(come).some((line) => isAtN(line) && gone.has(nameOf(line)))
}

function holding(lines: Lines, value: string | undefined, image: string | undefined): readonly string[] {
  if (value === undefined) return []
  return [...lines.keys()].filter((line) => holdsMark(line, value) && !isOfAnother(line, value, image))
}

/** Whether a line names the image in full whose tag or digest it holds, and that is another one. */
function isOfAnother(line: string, value: string, image: string | undefined): boolean {
  const at = line.indexOf(value)
  const [, name] = /([\w.-]+)[:@]$/.exec(line.slice(Math.max(0, at - LONGEST_NAME), at)) ?? []
  return image !== undefined && name !== undefined && name !== image
}

/**
 * What the first and the last have in common has to be in the middle one as well; and a line that only the middle one has, to stand between
 * one of the first and one of the last of the same name.
 */
function isTakenBack(first: Lines, middle: Lines, last: Lines): boolean {
  const common = new Map([...first].map(([line, times]) => [line, Math.min(times, last.get(line) ?? 0)]))
  if (less(common, middle).size > 0) return true
  const gone = namesOf(less(less(first, last), middle))
  const come = namesOf(less(less(last, first), middle))
  const between = namesOf(less(less(middle, first), last))
  return [...between].some(([name, times]) => times > (gone.get(name) ?? 0) || times > (come.get(name) ?? 0))
}
