import { validationFailed } from './router.ts'

const MAX_TITLE = 256
const MAX_BODY = 65_536

/** Throws GitHub's 422 where a title is missing or a text too long. */
export function checkText(text: { title?: string; body?: string }): void {
  if (text.title !== undefined && text.title.trim() === '')
    throw validationFailed({ resource: 'Issue', code: 'missing_field', field: 'title' })
  tooLong('title', text.title, MAX_TITLE)
  tooLong('body', text.body, MAX_BODY)
}

function tooLong(field: string, text: string | undefined, limit: number): void {
  if (text === undefined || Array.from(text).length <= limit) return
  throw validationFailed({
    resource: 'Issue',
    code: 'custom',
    field,
    message: `${field} is too long (maximum is ${limit} characters)`,
  })
}
