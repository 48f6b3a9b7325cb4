import type { z } from 'zod'
import { nearest, type ConfigPath } from './faults.ts'

/** What zod found, said for people: where, and why. */
export interface Explained {
  path: ConfigPath
  reason: string
  /** The value may be shown: it is wrong, not misplaced. */
  showValue: boolean
}

type Issue = z.core.$ZodIssue

/**
 * Turns an issue into one sentence for each thing that is wrong.
 * @param schema the JSON Schema, for the keys that were possible where one is unknown
 * @param valueAt the value at a path of the file
 */
export function explainIssue(issue: Issue, schema: unknown, valueAt: (path: ConfigPath) => unknown): readonly Explained[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      reason: `is not a known key${suggest(key, keysAt(schema, path, valueAt))}`,
      showValue: false,
    }))
  }
  if (issue.code === 'invalid_union') return explainUnion(issue, path, schema, valueAt)
  const value = valueAt(path)
  if (value === undefined) return [{ path, reason: 'is missing', showValue: false }]
  return [{ path, reason: reasonOf(issue, value), showValue: !mayNameUser(issue, value) }]
}

/** An address that is wrong may hold a password that nothing else knows by its form. */
function mayNameUser(issue: Issue, value: unknown): boolean {
  if (issue.code === 'custom' && issue.params?.['isHidden'] === true) return true
  const isOfAddress =
    issue.code === 'custom' ? issue.params?.['isAddress'] === true : issue.code === 'invalid_format' && issue.format === 'url'
  return isOfAddress && typeof value === 'string' && value.includes('@')
}

/** Of the branches, the one that fits furthest is the one that was meant. */
function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: ConfigPath,
  schema: unknown,
  valueAt: (path: ConfigPath) => unknown,
): readonly Explained[] {
  if (issue.errors.length === 0) return [explainType(path, schema, valueAt)]
  const [deepest] = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)
  if (!deepest || deepest.path.length === 0) {
    return [
      {
        path,
        reason: Array.isArray(valueAt(path)) ? 'has a wrong number of entries' : (deepest?.message ?? 'has the wrong type'),
        showValue: true,
      },
    ]
  }
  const nested = { ...deepest, path: [...path, ...deepest.path] } as Issue
  return explainIssue(nested, schema, valueAt)
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
  record: 'a block of keys',
}

function reasonOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`
    case 'invalid_value': {
      const words = issue.values.map(String)
      const meant = typeof value === 'string' ? didYouMean(value, words) : ''
      return `must be ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}${meant}`
    }
    case 'too_small':
      return boundOf('at least', issue.minimum, issue)
    case 'too_big':
      return boundOf('at most', issue.maximum, issue)
    default:
      return issue.message
  }
}

function boundOf(word: string, bound: number | bigint, { origin, inclusive }: { origin: string; inclusive?: boolean | undefined }): string {
  if (origin === 'array') return `must have ${word} ${bound} ${bound === 1 ? 'entry' : 'entries'}`
  if (origin === 'string' && word === 'at least' && bound === 1) return 'must not be empty'
  if (origin === 'string') return `must have ${word} ${bound} characters`
  return inclusive === false ? `must be ${word === 'at least' ? 'more' : 'less'} than ${bound}` : `must be ${word} ${bound}`
}

function didYouMean(word: string, known: readonly string[]): string {
  const meant = known.length > 1 ? nearest(word, known) : undefined
  return meant === undefined ? '' : `; did you mean ${meant}?`
}

function suggest(word: string, known: readonly string[]): string {
  return didYouMean(word, known) || (known.length > 0 ? `; known are ${known.join(', ')}` : '')
}

/** A `type` that is none that there is. */
function explainType(path: ConfigPath, schema: unknown, valueAt: (path: ConfigPath) => unknown): Explained {
  const value = valueAt(path)
  if (value === undefined) return { path, reason: 'is missing', showValue: false }
  const above = nodeAt(schema, path.slice(0, -2), valueAt)
  const of = path.at(-2)
  const kinds = (typeof of === 'number' ? above?.items : above?.properties?.[of ?? ''])?.oneOf ?? []
  const types = kinds.flatMap(({ properties }) => properties?.['type']?.const ?? [])
  const meant = typeof value === 'string' ? didYouMean(value, types) : ''
  return { path, reason: `must be one of ${types.join(', ')}${meant}`, showValue: true }
}

interface SchemaNode {
  properties?: Readonly<Record<string, SchemaNode>>
  items?: SchemaNode
  /** One of several types, told apart by `type`; where none is said, the one that does not require it. */
  oneOf?: readonly SchemaNode[]
  const?: string
  required?: readonly string[]
}

function keysAt(schema: unknown, path: ConfigPath, valueAt: (path: ConfigPath) => unknown): readonly string[] {
  return Object.keys(nodeAt(schema, path, valueAt)?.properties ?? {})
}

function nodeAt(schema: unknown, path: ConfigPath, valueAt: (path: ConfigPath) => unknown): SchemaNode | undefined {
  let node = schema as SchemaNode | undefined
  for (const [index, part] of path.entries()) {
    node = typeof part === 'number' ? node?.items : node?.properties?.[part]
    if (!node?.oneOf) continue
    const type = valueAt([...path.slice(0, index + 1), 'type'])
    node = node.oneOf.find(({ properties, required = [] }) =>
      type === undefined ? !required.includes('type') : properties?.['type']?.const === type,
    )
  }
  return node
}
