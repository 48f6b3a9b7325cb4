import { withoutSecrets } from '../domain/words/secrets.ts'

/** One thing that is wrong with the configuration. */
export interface ConfigFault {
  /** `rules[1].set.mode`; empty for the file as a whole. */
  path: string
  /** Line of the file, from 1. */
  line?: number | undefined
  /** What is there, as JSON, cut; never something that looks like a secret. */
  value?: string | undefined
  reason: string
}

export type ConfigPath = readonly (string | number)[]

/** A fault between several keys, each of them right by itself. */
export interface RuleFault {
  path: ConfigPath
  reason: string
  value?: unknown
}

/** Spells a path as people write it. */
export function spellPath(path: ConfigPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`)).join('')
}

/** One line for people. */
export function spellFault({ path, line, value, reason }: ConfigFault): string {
  const where = [line === undefined ? '' : `line ${line}`, path].filter((part) => part !== '').join(', ')
  const what = value === undefined ? reason : `${value} ${reason}`
  return where === '' ? what : `${where}: ${what}`
}

const MAX_VALUE = 80

/** A value for a message; undefined for what has no short spelling. */
export function spellValue(value: unknown): string | undefined {
  if (typeof value === 'string' ? looksSecret(value) : typeof value !== 'number' && typeof value !== 'boolean' && value !== null)
    return undefined
  const text = JSON.stringify(value)
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text
}

/** Whether a text looks like a secret that was pasted where a file name belongs. */
export function looksSecret(text: string): boolean {
  return withoutSecrets(text) !== text
}

/**
 * The known word that was most likely meant: one that begins like it, or is a few letters away; undefined when none is
 * near.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const longer = word.length >= 3 ? known.filter((candidate) => candidate.startsWith(word)) : []
  if (longer.length === 1) return longer[0]
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)
  return best?.candidate
}

/** Levenshtein's distance. Words longer than any key are not looked at. */
function editDistance(a: string, b: string): number {
  if (a.length > 100) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [index, letter] of a.split('').entries()) {
    const next = [index + 1]
    for (const [column, other] of b.split('').entries()) {
      next.push(Math.min((row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1, (row[column] ?? 0) + (letter === other ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
