import { fitBody as fit, fitLine } from '../http/text.ts'

/** GitLab refuses more than 255 characters in a title. */
const MAX_TITLE = 255
/** GitLab takes a million; nobody reads more than this. */
const MAX_BODY = 65_536
/** GitLab refuses more than 255 characters beside a status. */
const MAX_STATUS = 255
/** Nothing is seen of it, and no pattern of GitLab passes over it. */
const GAP = '\u200b'

/** A title on one line that GitLab takes. What refers to something in a title only GitLab knows of: a label, an epic, a snippet. */
export function fitTitle(title: string): string {
  return fitLine(title.replace(/[~%&$^](?=[\w"'-])/g, `$&${GAP}`), MAX_TITLE)
}

/** The description of a commit status, on one line that GitLab takes. */
export function fitStatus(description: string): string {
  return fitLine(description, MAX_STATUS)
}

/**
 * A body or comment that GitLab takes; its last line, which holds the marker, stays. No line of it is a quick action: `/close` at the
 * beginning of one is done with Kedge's own rights, in older versions also inside of code.
 */
export function fitBody(body: string): string {
  return fit(body.replace(/^([^\S\n]*)(?=\/[a-z])/gim, `$1${GAP}`), MAX_BODY)
}
