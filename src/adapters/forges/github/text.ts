import { fitBody as fit, fitLine } from '../http/text.ts'

/** GitHub refuses more than 256 characters in a title. */
const MAX_TITLE = 255
/** GitHub refuses more than 65,536 characters in a body or comment. */
const MAX_BODY = 65_536
/** GitHub refuses more than 140 characters beside a status. */
const MAX_STATUS = 140

/** A title on one line that GitHub takes. */
export function fitTitle(title: string): string {
  return fitLine(title, MAX_TITLE)
}

/** The description of a commit status, on one line that GitHub takes. */
export function fitStatus(description: string): string {
  return fitLine(description, MAX_STATUS)
}

/** A body that GitHub takes; its last line, which holds the marker, stays. */
export function fitBody(body: string): string {
  return fit(body, MAX_BODY)
}
