/** More of one alert is not kept. */
const MOST_PAIRS = 64
const LONGEST_NAME = 256
const LONGEST_VALUE = 1_024

/** Labels or annotations as they came, as far as they are texts of a usual size. */
export function readTexts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const pairs = Object.entries(value).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[0].length <= LONGEST_NAME,
  )
  return Object.fromEntries(pairs.slice(0, MOST_PAIRS).map(([name, text]) => [name, text.slice(0, LONGEST_VALUE)]))
}

/** An http(s) address without credentials in it; undefined for anything else. */
export function readLink(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2_048 || !URL.canParse(value)) return undefined
  const { protocol, username, href } = new URL(value)
  return (protocol === 'http:' || protocol === 'https:') && username === '' ? href : undefined
}

/** RFC 3339 as Go writes it, epoch ms. */
export function readTime(value: unknown): number | undefined {
  const at = typeof value === 'string' && value.length <= 40 ? Date.parse(value) : Number.NaN
  return Number.isFinite(at) ? at : undefined
}

/** A field of a stranger's object. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
