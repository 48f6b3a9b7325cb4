import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'

export type Fate = 'killed' | 'survived' | 'timed out' | 'not run'

/** One line of what a run has found out. Mutants by their number in it; `reached` is {@link packed}. */
export type Line =
  /** What the numbers are numbers of. */
  | { of: string }
  | { test: string; file: string; name: string; ms: number; reached: string }
  /** The survey of this file is whole; what was reached while it was loaded, outside of every test. */
  | { loaded: string; reached: string }
  | { mutant: number; fate: Fate; by: string }
  /** The test was run with each mutant of the group that it had to be run with. */
  | { asked: string; group: number }
  /** The test was red without any fault. */
  | { unfit: string; name: string; why: string }
  /** This mutant goes first in this test: it may be what an earlier one left behind. */
  | { doubtful: number; test: string }
  /** Everything was loaded anew for a mutant had left something behind. */
  | { spoilt: string }

/** Numbers of mutants. */
export interface Places {
  has(id: number): boolean
}

export interface Surveyed {
  id: string
  file: string
  name: string
  ms: number
  reached: Places
}

/** All that a run has found out: enough to go on with another process, or on another day. */
export interface Diary {
  lines: number
  of: string | undefined
  tests: ReadonlyMap<string, Surveyed>
  loaded: ReadonlyMap<string, Places>
  fates: ReadonlyMap<number, Fate>
  /** What was asked, as {@link askedOf} names it. */
  asked: ReadonlySet<string>
  unfit: ReadonlyMap<string, { times: number; name: string; why: string }>
  doubtful: ReadonlyMap<string, number>
  spoilt: number
}

/** Adds lines at once, so that whoever is killed a moment later has said it. */
export function write(path: string, ...lines: readonly Line[]): void {
  if (lines.length > 0) appendFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

/** A file that is not there is an empty one; half a line at its end is none. @throws SyntaxError it is no diary */
export function read(path: string): Diary {
  const tests = new Map<string, Surveyed>()
  const loaded = new Map<string, Places>()
  const fates = new Map<number, Fate>()
  const asked = new Set<string>()
  const unfit = new Map<string, { times: number; name: string; why: string }>()
  const doubtful = new Map<string, number>()
  let of: string | undefined
  let spoilt = 0
  const texts = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
  for (const text of texts) {
    const line = JSON.parse(text) as Line
    if ('of' in line) of = line.of
    else if ('ms' in line) tests.set(line.test, { ...line, id: line.test, reached: unpacked(line.reached) })
    else if ('loaded' in line) loaded.set(line.loaded, unpacked(line.reached))
    else if ('fate' in line) fates.set(line.mutant, line.fate)
    else if ('asked' in line) asked.add(askedOf(line.asked, line.group))
    else if ('unfit' in line) unfit.set(line.unfit, { ...line, times: (unfit.get(line.unfit)?.times ?? 0) + 1 })
    else if ('doubtful' in line) doubtful.set(line.test, line.doubtful)
    else spoilt += 1
  }
  return { lines: texts.length, of, tests, loaded, fates, asked, unfit, doubtful, spoilt }
}

/** A test and a group of mutants, as one text. */
export function askedOf(test: string, group: number): string {
  return `${group} ${test}`
}

/** Which places are marked, as text: a bit for each. */
export function packed(seen: Uint8Array): string {
  const bits = new Uint8Array(Math.ceil(seen.length / 8))
  for (const [at, isSeen] of seen.entries()) if (isSeen > 0) bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7))
  return Buffer.from(bits).toString('base64')
}

function unpacked(text: string): Places {
  const bits = Buffer.from(text, 'base64')
  return { has: (id) => ((bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0 }
}

/** Takes away the half line that a process left which was ended while it wrote. */
export function mend(path: string): void {
  if (!existsSync(path)) return
  const text = readFileSync(path)
  truncateSync(path, text.lastIndexOf('\n') + 1)
}
