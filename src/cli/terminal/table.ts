/** One cell: its text without colours tells its width. */
export interface Cell {
  text: string
  /** The same text with colours; the text itself where nothing is said. */
  painted?: string
}

/**
 * Rows in columns as wide as their widest cell, two spaces between; the last column is never padded. Every line ends
 * with a line feed.
 */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const all: readonly (readonly Cell[])[] = [header.map((text) => ({ text })), ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => widthOf(row[column]?.text ?? ''))))
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => pad(cell, widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function pad({ text, painted = text }: Cell, width: number): string {
  return painted + ' '.repeat(Math.max(0, width - widthOf(text)))
}

function widthOf(text: string): number {
  return Array.from(text).length
}
