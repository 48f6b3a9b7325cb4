/** One cell: its text without colours tells its width. */
export interface Cell {
  text: string
  /** The same text with colours; the text itself where nothing is said. */
  painted?: string
}

/** Between two columns. */
const GAP = 2
/** What is left of a column at least: less says nothing. */
const NARROWEST = 8

/**
 * Rows in columns as wide as their widest cell, two spaces between; the last column is never padded. Every line ends with a line feed.
 * @param within characters that a line may have: the widest columns are cut, none below {@link NARROWEST}; undefined cuts nothing
 */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[], within?: number): string {
  const all: readonly (readonly Cell[])[] = [header.map((text) => ({ text })), ...rows]
  const wanted = header.map((_, column) => Math.max(...all.map((row) => widthOf(row[column]?.text ?? ''))))
  const widths = within === undefined ? wanted : narrowed(wanted, within - GAP * (header.length - 1))
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

/** These widths within a sum, taken from the widest first. */
function narrowed(wanted: readonly number[], room: number): readonly number[] {
  const sum = (most: number): number => wanted.reduce((total, width) => total + Math.min(width, most), 0)
  let most = Math.max(0, ...wanted)
  while (most > NARROWEST && sum(most) > room) most--
  return wanted.map((width) => Math.min(width, most))
}

function pad(cell: Cell, width: number): string {
  const { text, painted = text } = cell
  const room = width - widthOf(text)
  return room < 0 ? cut(painted, width) : painted + ' '.repeat(room)
}

// oxlint-disable-next-line no-control-regex -- colours are written by ESC
const COLOUR = /(\u001b\[[\d;]*m)/

/** So many characters of a painted text, the last a mark that there is more; every colour that was begun is ended. */
function cut(painted: string, width: number): string {
  let left = Math.max(0, width - 1)
  let isCut = false
  const kept = painted.split(COLOUR).map((part) => {
    if (COLOUR.test(part)) return part
    const characters = Array.from(part).slice(0, left)
    const isHere = !isCut && characters.length < widthOf(part)
    left -= characters.length
    isCut ||= isHere
    return `${characters.join('')}${isHere ? '…' : ''}`
  })
  return kept.join('')
}

function widthOf(text: string): number {
  return Array.from(text).length
}
