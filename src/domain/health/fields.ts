/**
 * Readers for objects whose types nobody has checked. They read a JSON value exactly as the Lua in lua-health reads it
 * after Argo CD's conversion (argo-cd `util/lua/lua.go`, decodeValue): null is absent, and a list loses its nulls.
 */

/** An object of which only these fields are read, each of any type. */
export type Fields<K extends string> = { readonly [P in K]?: unknown }

const NONE = Object.freeze({})
const EMPTY: readonly unknown[] = Object.freeze([])

/** The value when it is an object or a list, else an object without fields. */
export function fieldsOf<K extends string>(value: unknown): Fields<K> {
  return typeof value === 'object' && value !== null ? value : NONE
}

/** Whether the value is an object or a list (Lua has one type for both). */
export function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Whether the field is there; null and absent are one. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** The value when it is text with something in it. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The value when it is a number, else the default. */
export function numberOr(value: unknown, whenAbsent: number): number {
  return typeof value === 'number' ? value : whenAbsent
}

/** A number of pods, a weight or an index: the value when it is a whole number from 0 to 2^53 - 1. */
export function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined
}

/**
 * A generation: a number in `metadata`, a decimal string in `status` and annotations. Anything but plain decimal digits
 * is no generation; a v0.9 controller wrote a hash there.
 */
export function generationOf(value: unknown): number | undefined {
  const generation = typeof value === 'string' ? Number(value) : value
  if (!Number.isSafeInteger(generation)) return undefined
  if (typeof value === 'string' && String(generation) !== value) return undefined
  return generation as number
}

/** How many entries a list has without its nulls; 0 for everything else. */
export function lengthOf(list: unknown): number {
  return withoutNulls(list).length
}

/** The entry of a list without its nulls at a zero-based index, or undefined. */
export function entryAt(list: unknown, index: number): unknown {
  return withoutNulls(list)[index]
}

/** The entries of a list, none for everything that is not a list. A null among them reads as an object without fields. */
export function entriesOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : EMPTY
}

function withoutNulls(list: unknown): readonly unknown[] {
  const entries = entriesOf(list)
  return entries.includes(null) ? entries.filter(isPresent) : entries
}

/** Whether the text has more UTF-8 bytes than the limit. In bytes, as Lua counts. */
export function isLongerThan(text: string, limit: number): boolean {
  if (text.length > limit) return true
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes > limit
}
