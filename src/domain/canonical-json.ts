/**
 * JSON with one spelling for one value: keys sorted by UTF-16 code units, no spaces, `undefined` left out. After RFC 8785.
 * Parsing the text and writing it again gives the same text: a chain can be verified from any copy, and equal texts are equal values.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  let text = ''
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${canonicalJson(item)}`
    return `[${text}]`
  }
  const members = value as Readonly<Record<string, unknown>>
  for (const name of Object.keys(members).sort()) {
    const member = members[name]
    if (member !== undefined) text += `${text === '' ? '' : ','}${spelled(name)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

/** Documents have few names, again and again. */
const names = new Map<string, string>()
const MOST_NAMES = 2_000
const LONGEST_NAME = 40

function spelled(name: string): string {
  const known = names.get(name)
  if (known !== undefined) return known
  const text = JSON.stringify(name)
  if (name.length <= LONGEST_NAME && names.size < MOST_NAMES) names.set(name, text)
  return text
}
