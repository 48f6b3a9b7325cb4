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
  const before = new Set(pairsOf(atGood, marks))
  return { known: new Set(pairsOf(atFailed, marks).filter((pair) => !before.has(pair))), marks }
}

interface Looked {
  readonly texts: Texts
  readonly certainly?: boolean
}

/**
 * The places at which files name what is in quarantine, each by its file, the line before it, and its own. `certainly`: of several lines
 * that hold nothing but the tag that failed, one may be another image's that was released with it, such as in a map of tags by name; so
 * they count where all of these files are there again.
 */
export function placesNamed(
  { images }: Pick<Named, 'images'>,
  { known, marks }: FailedLines,
  { texts, certainly = false }: Looked,
): readonly string[] {
  const inFull = pairsIn(texts, (line) => images.some((image) => namesInFull(line, image)))
  const found = pairsOf(texts, marks).filter((pair) => known.has(pair))
  const those = [...known].filter((pair) => pathOf(pair) in texts)
  return certainly && those.some((pair) => !found.includes(pair)) ? inFull : [...inFull, ...found]
}

/** In how many places. */
export function countNamed(one: Pick<Named, 'images'>, lines: FailedLines, looked: Looked): number {
  return placesNamed(one, lines, looked).length
}

/** A digest is of one image alone; a reference has its name before the tag. */
function namesInFull(line: string, image: string): boolean {
  const [reference = '', digest] = image.split('@')
  return digest ? line.includes(digest) : holdsMark(line, reference)
}

/** `name:tag`, with the registry before it. A digest is of one image, whatever stands before it. */
const IN_FULL = /[A-Za-z0-9][\w./-]*:[\w.-]+/g

/** A tag right behind another image's name is that one's, such as of a Rollout beside that was released with it. */
function standsAlone(line: string, mark: string): boolean {
  return holdsMark(mark.includes(':') ? line : line.replace(IN_FULL, ' '), mark)
}

function pairsOf(texts: Texts, marks: readonly string[]): readonly string[] {
  return pairsIn(texts, (line) => marks.some((mark) => standsAlone(line, mark)))
}

function pairsIn(texts: Texts, isNamed: (line: string) => boolean): readonly string[] {
  return Object.entries(texts).flatMap(([path, text]) => {
    const lines = linesIn(text)
    return lines.flatMap((line, at) => (isNamed(line) ? [[path, lines[at - 1], line].join('\n')] : []))
  })
}

function pathOf(pair: string): string {
  return pair.slice(0, pair.indexOf('\n'))
}

/** Comments name nothing, and `v1` is a version of the API in nearly every manifest. */
function linesIn(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !/^"?apiVersion"?:/.test(line))
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
