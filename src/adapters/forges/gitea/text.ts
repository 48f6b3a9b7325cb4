import { cutWithMark } from '../../../domain/words/plain-text.ts'

/** Gitea's database holds no more than 255 characters of a title. */
const MAX_TITLE = 255
/** Gitea takes more; nobody reads more. */
const MAX_BODY = 65_536
/** Gitea takes any length; its pages show no more of it. */
const MAX_STATUS = 255
const CUT_NOTE = '\n\n_Cut here: the whole text is longer than the forge takes._\n\n'

/** A title on one line that Gitea takes. */
export function fitTitle(title: string): string {
  return cutWithMark(title.replace(/\s+/g, ' ').trim(), MAX_TITLE)
}

/** The description of a commit status on one line. */
export function fitStatus(description: string): string {
  return cutWithMark(description.replace(/\s+/g, ' ').trim(), MAX_STATUS)
}

/** A body that Gitea takes. What is too much goes from the end of a line on; the last line, which holds the marker, stays. */
export function fitBody(body: string): string {
  if (body.length <= MAX_BODY) return body
  const lastLine = body.slice(body.trimEnd().lastIndexOf('\n') + 1).trimEnd()
  const marker = lastLine.length <= MAX_BODY / 2 ? lastLine : ''
  const kept = body.slice(0, MAX_BODY - CUT_NOTE.length - marker.length).replace(/[\uD800-\uDBFF]$/, '')
  const lineEnd = kept.lastIndexOf('\n')
  return (lineEnd > 0 ? kept.slice(0, lineEnd) : kept) + CUT_NOTE + marker
}
