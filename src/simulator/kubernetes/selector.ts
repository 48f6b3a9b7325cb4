import { ApiError } from './object.ts'

export type LabelSelector = (labels: Record<string, string>) => boolean

/**
 * Parses the selector language as far as clients of this stand-in use it: `key`, `!key`, `key=value`, `key==value`,
 * `key!=value`, joined by commas. Throws ApiError 400 for anything else.
 */
export function parseLabelSelector(text: string | null): LabelSelector {
  const parts = (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const requirements = parts.map(parseRequirement)
  return (labels) => requirements.every((holds) => holds(labels))
}

function parseRequirement(part: string): LabelSelector {
  const match = /^(?<not>!?)(?<key>[\w./-]+)(?:\s*(?<operator>==|=|!=)\s*(?<value>[\w.-]*))?$/.exec(part)
  const { not, key, operator, value } = match?.groups ?? {}
  if (key === undefined || (not === '!' && operator !== undefined)) {
    throw new ApiError(400, 'BadRequest', `unable to parse requirement: ${part}`)
  }
  if (operator === '!=') return (labels) => labels[key] !== value
  if (operator !== undefined) return (labels) => labels[key] === value
  return (labels) => Object.hasOwn(labels, key) === (not === '')
}
