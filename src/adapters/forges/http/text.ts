const CUT_NOTE = '\n\n_Cut here: the whole text is longer than the forge takes._\n\n'

/** One line of at most `most` characters, with a mark where it was cut. */
export function fitLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= most ? line : `${sliceWhole(line, most - 1)}…`
}

/**
 * A body or comment of at most `most` characters. What is too much goes from the end of a line on; the last line, which holds the marker,
 * stays.
 */
export function fitBody(body: string, most: number): string {
  if (body.length <= most) return body
  const lastLine = body.slice(body.trimEnd().lastIndexOf('\n') + 1).trimEnd()
  const marker = lastLine.length <= most / 2 ? lastLine : ''
  const kept = sliceWhole(body, most - CUT_NOTE.length - marker.length)
  const lineEnd = kept.lastIndexOf('\n')
  return (lineEnd > 0 ? kept.slice(0, lineEnd) : kept) + CUT_NOTE + marker
}

/** The first `length` characters, never with half of a surrogate pair. */
function sliceWhole(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
}
