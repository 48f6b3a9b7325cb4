import { holdsMark, imageMarks } from '../rollout/image-marks.ts'
import { own, isFields } from '../rollout/template-shape.ts'
import type { Quarantine } from './quarantine.ts'

/** What stands in files, by path. */
export type Texts = Readonly<Record<string, string>>

/** Lines that name what failed, where a line alone does not say whose it is. */
export interface FailedLines {
  /** Each with the line before it and its file, as they are at the commit that failed, and not at the one of the version before. */
  readonly known: ReadonlySet<string>
  readonly marks: readonly string[]
}

type Named = Pick<Quarantine, 'images' | 'stableImages'>

/**
 * A tag alone (`tag: v2`) may be another image's: it counts only where it stood when it failed, below the same line of the same file.
 * `atFailed`, `atGood`: the files that the release changed, at its commit and at that of the version before.
 */
export function linesOfFailed({ images, stableImages }: Named, atFailed: Texts, atGood: Texts): FailedLines {
  const marks = imageMarks(images, stableImages)
  const before = new Set(pairsIn(atGood, marks))
  const after = pairsIn(atFailed, marks)
  return { known: new Set(after.filter((pair) => !before.has(pair))), marks }
}

interface Looked {
  readonly texts: Texts
  readonly certainly?: boolean
}

/**
 * In how many places files name what is in quarantine. `certainly`: of several lines that hold nothing but the tag that failed, one may be
 * another image's that was released with it, such as in a map of tags by name; so they count where all of these files are there again.
 */
export function countNamed(one: Pick<Named, 'images'>, lines: FailedLines, { texts, certainly = false }: Looked): number {
  const { inFull, found } = namedIn(one, lines, texts)
  const pairs = new Set(found.map(pairOf))
  const isGone = (pair: string): boolean => pathOf(pair) in texts && !pairs.has(pair)
  return inFull.length + (certainly && [...lines.known].some(isGone) ? 0 : found.length)
}

/**
 * In how many places more than before a change files name it after that, and whether these are the same places: in the same lines, within
 * the same ones.
 */
export function comparePlaces(
  one: Pick<Named, 'images'>,
  lines: FailedLines,
  { before, after }: { before: Texts; after: Texts },
): { more: number; areSame: boolean } {
  const nests: Nests = new Map()
  const placesIn = (texts: Texts): readonly string[] => {
    const { inFull, found } = namedIn(one, lines, texts, nests)
    return [...inFull, ...found].map((line) => `${line.nest} ${pairOf(line)}`).sort()
  }
  const [then, now] = [placesIn(before), placesIn(after)]
  const more = now.length - then.length
  return { more, areSame: more === 0 && then.every((place, at) => place === now[at]) }
}

/** Whether a line has any of its names, be it another image's. */
export function mayBeNamed({ images }: Pick<Named, 'images'>, { marks }: FailedLines, texts: Texts): boolean {
  const isIt = (line: string): boolean => images.some((image) => namesInFull(line, image)) || marks.some((mark) => standsAlone(line, mark))
  return Object.entries(texts).some(([path, text]) => linesIn(path, text, undefined).some(({ said }) => isIt(said)))
}

function namedIn(
  { images }: Pick<Named, 'images'>,
  { known, marks }: FailedLines,
  texts: Texts,
  nests?: Nests,
): { inFull: readonly Line[]; found: readonly Line[] } {
  const lines = Object.entries(texts).flatMap(([path, text]) => linesIn(path, text, nests))
  return {
    inFull: lines.filter(({ said }) => images.some((image) => namesInFull(said, image))),
    found: withMarks(lines, marks).filter((line) => known.has(pairOf(line))),
  }
}

/** A digest is of one image alone; a reference has its name before the tag. */
function namesInFull(line: string, image: string): boolean {
  const [reference = '', digest] = image.split('@')
  return digest ? line.includes(digest) : holdsMark(line, reference)
}

/** `name:tag`, with the registry before it, and its port. A digest is of one image, whatever stands before it. Begun once for each word. */
const IN_FULL = /(?<![\w./:-])[\w./-]+(?::[\w./-]+)+/g

/** A tag right behind another image's name is that one's, such as of a Rollout beside that was released with it. */
function standsAlone(line: string, mark: string): boolean {
  return holdsMark(mark.includes(':') ? line : line.replace(IN_FULL, ' '), mark)
}

function pairsIn(texts: Texts, marks: readonly string[]): readonly string[] {
  return Object.entries(texts).flatMap(([path, text]) => withMarks(linesIn(path, text, undefined), marks).map(pairOf))
}

function withMarks(lines: readonly Line[], marks: readonly string[]): readonly Line[] {
  return lines.filter(({ said }) => marks.some((mark) => standsAlone(said, mark)))
}

/** A line, the one before it, and its file. */
function pairOf({ path, before, said }: Line): string {
  return [path, before, said].join('\n')
}

function pathOf(pair: string): string {
  return pair.slice(0, pair.indexOf('\n'))
}

/** Numbers of what lines stand within: the same is the same number, and of however many lines each is kept once. */
type Nests = Map<string, number>

interface Line {
  readonly path: string
  readonly said: string
  readonly before: string | undefined
  /** An entry of a list may stand as far left as what it is an entry of. */
  readonly indent: number
  /** The line above it that is less indented. */
  readonly within: Line | undefined
  /** The number of its document in the file and all lines that it stands within; 0 where nobody asks. */
  readonly nest: number
  /** Which entry of its list it begins: what an entry is called often stands below all that is in it. 0 where it begins none. */
  readonly entry: number
  /** How many entries have begun within it. */
  entries?: number
  /** That of what stands within it, once something does. */
  inner?: number
}

/** Comments name nothing, and `v1` is a version of the API in nearly every manifest. */
function linesIn(path: string, text: string, nests: Nests | undefined): readonly Line[] {
  const lines: Line[] = []
  let within: Line | undefined
  let document = 0
  // Of the first document: a later one stands within the line that begins it.
  const outermost: { entries?: number } = {}
  for (const line of text.split('\n')) {
    const said = line.trim()
    if (said === '' || said.startsWith('#') || /^"?apiVersion"?:/.test(said)) continue
    if (/^---(?:\s|$)/.test(line)) document += 1
    const indent = line.search(/\S/) + (/^-(?:\s|$)/.test(said) ? 0.5 : 0)
    while (within && within.indent >= indent) within = within.within
    const nest = nests ? nestOf(nests, within, document) : 0
    const entry = /^(?:-(?:\s|$)|\{)/.test(said) ? nextEntry(within ?? outermost) : 0
    within = { path, said, before: lines.at(-1)?.said, indent, within, nest, entry }
    lines.push(within)
  }
  return lines
}

function nextEntry(list: { entries?: number }): number {
  return (list.entries = (list.entries ?? 0) + 1)
}

/** Each line is spelled once, however many stand within it. */
function nestOf(nests: Nests, within: Line | undefined, document: number): number {
  if (within?.inner !== undefined) return within.inner
  const key = within ? `${within.nest} ${within.entry} ${within.said}` : `document ${document}`
  const nest = nests.get(key) ?? nests.size
  nests.set(key, nest)
  if (within) within.inner = nest
  return nest
}

/** The images of a pod template as it was rendered: nothing of it is trusted. */
export function imagesOfTemplate(template: unknown): readonly string[] {
  const spec = isFields(template) ? own(template, 'spec') : undefined
  if (!isFields(spec)) return []
  return ['initContainers', 'containers'].flatMap((list) => {
    const containers = own(spec, list)
    if (!Array.isArray(containers)) return []
    return containers.flatMap((one: unknown) => {
      const image = isFields(one) ? own(one, 'image') : undefined
      return typeof image === 'string' ? [image] : []
    })
  })
}
