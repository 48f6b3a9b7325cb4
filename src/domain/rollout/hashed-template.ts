import { ROLLOUT_SPEC } from './changed-fields.ts'
import { isSameScalar, isShown, MOST_DEPTH } from './compare-fields.ts'
import { canonicalQuantity } from './quantity.ts'
import { HASH_LABEL, isFields, looksLikeImage, own, POD_TEMPLATE, type Fields, type Shape } from './template-shape.ts'

/** A keyed hash of a text: equal texts have equal ones, and nobody finds the text again without the key. */
export type HashText = (text: string) => string

/** Texts that comparing looks for by name. */
const KNOWN_TEXTS: ReadonlySet<unknown> = new Set(['', 'Always', 'IfNotPresent', 'Never', HASH_LABEL])

/**
 * A pod template of which every text that may be a secret is a hash, so that two of them are equal, or differ in the same fields, exactly
 * where the templates do. As they are stay images, names that items are found by, what the API server would put there by default, and
 * numbers and truth values; quantities and ports are hashed by value.
 */
export function hashTemplate(template: unknown, hash: HashText): unknown {
  return hashValue({ value: template, shape: POD_TEMPLATE, depth: 0 }, hash)
}

/** A Rollout's `spec`, like the template in it. */
export function hashSpec(spec: unknown, hash: HashText): unknown {
  return hashValue({ value: spec, shape: ROLLOUT_SPEC, depth: 0 }, hash)
}

/** Every text in a value of no known shape. */
export function hashTexts(value: unknown, hash: HashText): unknown {
  return hashValue({ value, shape: {}, depth: 0 }, hash)
}

/** The labels and annotations of `rollout.argoproj.io/ephemeral-metadata`, hashed as the same in the template are. */
export function hashEphemeral(text: string, hash: HashText): string {
  try {
    return JSON.stringify(hashTexts(JSON.parse(text), hash))
  } catch {
    return hash(text)
  }
}

interface Place {
  value: unknown
  shape: Shape
  depth: number
}

function hashValue({ value, shape, depth }: Place, hash: HashText): unknown {
  if (typeof value !== 'object' || value === null) return hashScalar(value, shape, hash)
  // Nothing that a person wrote, and comparing ends before it.
  if (depth > MOST_DEPTH) return true
  const inner = (item: unknown, name?: string): Place => ({
    value: item,
    shape: (name === undefined ? undefined : own(shape.fields, name)) ?? shape.each ?? {},
    depth: depth + 1,
  })
  if (Array.isArray(value)) return value.map((item: unknown) => keepKey(item, shape.key, hashValue(inner(item), hash)))
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, ownDefault(member, name, shape) ?? hashValue(inner(member, name), hash)]),
  )
}

/** What the API server would put there is no secret, and has to be known again where only one of two says it. */
function ownDefault(member: unknown, name: string, shape: Shape): unknown {
  const usual: unknown = own(shape.defaults, name)
  return isSameScalar(usual, member, own(shape.fields, name) ?? {}) ? usual : undefined
}

function keepKey(item: unknown, key: string | undefined, hashed: unknown): unknown {
  if (key === undefined || !isFields(item) || !isFields(hashed)) return hashed
  const name = own(item, key)
  return typeof name === 'string' && isShown(name) ? ({ ...hashed, [key]: name } satisfies Fields) : hashed
}

function hashScalar(value: unknown, { scalar }: Shape, hash: HashText): unknown {
  if (KNOWN_TEXTS.has(value) || value === 0) return value
  if (scalar === 'quantity' || scalar === 'int-or-string') {
    const spelled = scalar === 'quantity' ? canonicalQuantity(value) : typeof value === 'number' ? String(value) : undefined
    if (spelled !== undefined) return hash(spelled)
  }
  if (typeof value !== 'string') return value
  return scalar === 'image' && looksLikeImage(value) ? value : hash(value)
}
