/** Reads CSV by RFC 4180, by nothing of Kedge: quotes, doubled quotes, line breaks within. */
export function readCsv(text: string, separator = ','): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else isQuoted = false
    } else if (character === '"') isQuoted = true
    else if (character === separator || character === '\n') {
      rows.at(-1)?.push(cell.replace(/\r$/, ''))
      cell = ''
      if (character === '\n') rows.push([])
    } else cell += character
  }
  return rows.filter((row) => row.length > 0)
}

/** The rows of a report by the names of their columns. */
export function readReport(text: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...rows] = readCsv(text)
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])))
}
