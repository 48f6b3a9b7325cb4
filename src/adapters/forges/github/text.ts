/** GitHub refuses more than 256 characters in a title. */
const MAX_TITLE = 255
/** GitHub refuses more than 65,536 characters in a body or comment. */
const MAX_BODY = 65_536
/** GitHub refuses more than 140 characters beside a status. */
const MAX_STATUS = 140
const CUT_NOTE = '\n\n_Cut here: the whole text is longer than the forge takes._\n\n'

/** A title on one line that GitHub takes. */
export function fitTitle(title: string): string {
  return fitLine(title, MAX_TITLE)
}

/** The description of a commit status, on one line that GitHub takes. */
export function fitStatus(description: string): string {
  return fitLine(description, MAX_STATUS)
}

function fitLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= most ? line : `${sliceWhole(line, most - 1)}…`
}

/** A body that GitHub takes. What is too much goes from the end of a line on; the last line, which holds the marker, stays. */
export function fitBody(body: string): string {
  if (body.length <= MAX_BODY) return body
  const lastLine = body.slice(body.trimEnd().lastIndexOf('\n') + 1).trimEnd()
  const marker = lastLine.length <= MAX_BODY / 2 ? lastLine : ''
  const kept = sliceWhole(body, MAX_BODY - CUT_NOTE.length - marker.length)
  const lineEnd = kept.lastIndexOf('\n')
  return (lineEnd > 0 ? kept.slice(0, lineEnd) : kept) + CUT_NOTE + marker
}

/** The first `length` characters, never with half of a surrogate pair. */
function sliceWhole(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
}
