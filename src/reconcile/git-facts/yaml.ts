import { parse } from 'yaml'

/** The document of a YAML file that somebody else wrote; empty for one that does not parse or is no mapping. Never throws. */
export function parseQuietly(text: string): Record<string, unknown> {
  try {
    return record(parse(text, { maxAliasCount: 50 }))
  } catch {
    return {}
  }
}

/** The value as a mapping; empty for anything else. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
}

/** The value as a list; empty for anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The texts of a list. */
export function strings(value: unknown): readonly string[] {
  return list(value).filter((one) => typeof one === 'string')
}
