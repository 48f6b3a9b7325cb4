import { parseRfc3339 } from '../../../domain/words/rfc3339.ts'
import { webAddress } from '../../../domain/words/web-address.ts'

/** More of one alert is not kept. */
const MOST_PAIRS = 64
const LONGEST_NAME = 256
const LONGEST_VALUE = 1_024
const LONGEST_LINK = 2_048

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
  return typeof value === 'string' && value.length <= LONGEST_LINK ? webAddress(value)?.href : undefined
}

/** RFC 3339 as Go writes it (`time.RFC3339Nano`), epoch ms; undefined for anything else, a time without a zone among it. */
export function readTime(value: unknown): number | undefined {
  return typeof value === 'string' && value.length <= 40 ? parseRfc3339(value) : undefined
}

/** A field of a stranger's object. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
