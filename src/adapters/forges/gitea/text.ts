import { fitBody as fit, fitLine } from '../http/text.ts'

/** Gitea's database holds no more than 255 characters of a title. */
const MAX_TITLE = 255
/** Gitea takes more; nobody reads more. */
const MAX_BODY = 65_536
/** Gitea takes any length; its pages show no more of it. */
const MAX_STATUS = 255

/** A title on one line that Gitea takes. */
export const fitTitle = (title: string): string => fitLine(title, MAX_TITLE)

/** A body or comment; its last line, which holds the marker, stays. */
export const fitBody = (body: string): string => fit(body, MAX_BODY)

/** The description of a commit status on one line. */
export const fitStatus = (description: string): string => fitLine(description, MAX_STATUS)
