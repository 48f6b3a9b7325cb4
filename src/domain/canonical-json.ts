/**
 * JSON with one spelling for one value: keys sorted by UTF-16 code units, no spaces, `undefined` left out. After RFC 8785.
 * Parsing the text and writing it again gives the same text: a chain can be verified from any copy, and equal texts are equal values.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}
