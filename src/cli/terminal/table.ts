/** One cell: its text without colours tells its width. */
export interface Cell {
  text: string
  /** The same text with colours; the text itself where nothing is said. */
  painted?: string
  /**
   * Where it is cut if it has to be, in characters from its beginning: what comes after the cut stays. A column of such cells (names, of
   * which the end tells one from another) is cut after all others.
   */
  cutAt?: number
}

/** Between two columns. */
const GAP = 2
/** What is left of a column at least: less says nothing. */
const NARROWEST = 8

/**
 * Rows in columns as wide as their widest cell, two spaces between; the last column is never padded. Every line ends with a line feed.
 * @param within characters that a line may have: the widest columns are cut, see {@link Cell.cutAt}, none below {@link NARROWEST};
 * undefined cuts nothing
 */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[], within?: number): string {
  const all: readonly (readonly Cell[])[] = [header.map((text) => ({ text })), ...rows]
  const wanted = header.map((_, column) => Math.max(...all.map((row) => widthOf(row[column]?.text ?? ''))))
  const isLast = header.map((_, column) => rows.some((row) => row[column]?.cutAt !== undefined))
  const widths = within === undefined ? wanted : narrowed(wanted, isLast, within - GAP * (header.length - 1))
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => pad(cell, widths[column] ?? 0))
          .join(' '.repeat(GAP))
          .trimEnd()}\n`,
    )
    .join('')
}

/** Nobody gives more than this away while others have more. */
const READABLE = { others: 20, last: 24 }

/** These widths within a sum, the widest first: of all as much as can still be read, then of the others, then of those to be cut last. */
function narrowed(wanted: readonly number[], isLast: readonly boolean[], room: number): readonly number[] {
  const shrunk = (widths: readonly number[], isMeant: boolean, least: number): readonly number[] => {
    const within = (most: number) => widths.map((width, column) => (isLast[column] === isMeant ? Math.min(width, most) : width))
    let most = Math.max(least, ...widths)
    while (most > least && within(most).reduce((total, width) => total + width, 0) > room) most--
    return within(most)
  }
  const readable = shrunk(shrunk(wanted, false, READABLE.others), true, READABLE.last)
  return shrunk(shrunk(readable, false, NARROWEST), true, NARROWEST)
}

function pad(cell: Cell, width: number): string {
  const { text, painted = text } = cell
  const room = width - widthOf(text)
  return room < 0 ? cut(cell, width) : painted + ' '.repeat(room)
}

// oxlint-disable-next-line no-control-regex -- colours are written by ESC
const COLOUR = /(\u001b\[[\d;]*m)/

/** So many characters of a painted text, with a mark where some are left out; every colour that was begun is ended. */
function cut({ text, painted = text, cutAt = Infinity }: Cell, width: number): string {
  const from = Math.min(cutAt, width - 1)
  const to = from + widthOf(text) - width
  let at = 0
  const kept = (character: string): string => {
    const here = at++
    if (here === from) return '…'
    return here < from || here > to ? character : ''
  }
  return painted
    .split(COLOUR)
    .map((part) => (COLOUR.test(part) ? part : Array.from(part, kept).join('')))
    .join('')
}

function widthOf(text: string): number {
  return Array.from(text).length
}
