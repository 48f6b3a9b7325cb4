import { isScalar, Lexer, parseAllDocuments, visit, type Document } from 'yaml'
import { createRecent } from '../../domain/recent.ts'
import { isCostlyYaml } from '../../domain/words/yaml-cost.ts'

/** Texts that are kept read, in characters: the same files are looked at again and again while a release is open. */
const MOST_KEPT = 500_000
const kept = createRecent<{ text: string; documents: readonly unknown[] | undefined }>(MOST_KEPT, ({ text }) => 100 + text.length)

/**
 * The documents of a YAML file that somebody else wrote, not to be changed; undefined for one that does not parse or may cost too much.
 * Never throws or warns.
 */
export function readDocuments(text: string): readonly unknown[] | undefined {
  const known = kept.get(text)
  if (known) return known.documents
  const documents = parse(text)
  kept.set(text, { text, documents })
  return documents
}

/** The bytes of a `!!binary` are left as they are: JavaScript freezes none. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const member of Object.values(value)) frozen(member)
  return value
}

function parse(text: string): readonly unknown[] | undefined {
  try {
    if (isCostlyYaml(text, (given) => new Lexer().lex(given))) return undefined
    // Keys are compared with each other otherwise, which costs the square of their number.
    const documents: readonly Document[] = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
    if (documents.some((document) => document.errors.length > 0 || hasOtherNames(document))) return undefined
    return frozen(withMerges(documents.map((document): unknown => document.toJS({ maxAliasCount: 50 }))))
  } catch {
    return undefined
  }
}

/** Keys that merges may bring, of all documents of a text: each may bring all of another's, again and again. */
const MOST_MERGED = 10_000

/**
 * With what merge keys (`<<`) bring, in Go's order: of a list the first wins, and what stands further down in the mapping wins over both.
 * Each value is gone through once, as aliases stand for one and the same. Source: go-yaml v2 `decode.go` mapping, merge.
 * @throws Error where a merge is none, or there are too many
 */
function withMerges(documents: readonly unknown[]): readonly unknown[] {
  const done = new Map<unknown, unknown>()
  let left = MOST_MERGED
  function walk(value: unknown): unknown {
    if (!Array.isArray(value) && !isMapping(value)) return value
    if (done.has(value)) return done.get(value)
    // Whoever holds itself is taken as it stands.
    done.set(value, value)
    const whole = Array.isArray(value) ? value.map(walk) : merged(value)
    done.set(value, whole)
    return whole
  }
  function merged(mapping: Record<string, unknown>): Record<string, unknown> {
    const entries = Object.entries(mapping).map(([key, value]): [string, unknown] => [key, walk(value)])
    if (!Object.hasOwn(mapping, MERGE)) return Object.fromEntries(entries)
    const brought = entries.flatMap(([key, value]) => (key === MERGE ? bringing(value) : [[key, value] as const]))
    left -= brought.length
    if (left < 0) throw new Error('too many merges')
    return Object.fromEntries(brought)
  }
  return documents.map(walk)
}

const MERGE = '<<'

function bringing(value: unknown): readonly (readonly [string, unknown])[] {
  const all = Array.isArray(value) ? value.toReversed() : [value]
  if (!all.every(isMapping)) throw new Error('what is merged is no mapping')
  return all.flatMap((one) => Object.entries(one))
}

/** The one mapping in such a file, empty for an empty file; undefined for one that is anything else. Never throws or warns. */
export function readMapping(text: string): Record<string, unknown> | undefined {
  const documents = readDocuments(text)
  const [document = null] = documents ?? []
  if (!documents || documents.length > 1) return undefined
  if (document === null) return {}
  return isMapping(document) ? document : undefined
}

/** Whether a text is no YAML for certain; what may cost too much is not read. Never throws or warns. */
export function isBrokenYaml(text: string): boolean {
  try {
    if (isCostlyYaml(text, (given) => new Lexer().lex(given))) return false
    const documents: readonly Document[] = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
    return documents.some(({ errors }) => errors.length > 0)
  } catch {
    return false
  }
}

/**
 * A list or a map for a name: neither Kustomize nor Helm has any, and writing it out as one costs the most of all. Or two merges, of which
 * one would be lost.
 */
function hasOtherNames(document: Document): boolean {
  let found = false
  visit(document, {
    Map(_, { items }) {
      if (items.filter(({ key }) => isScalar(key) && key.value === MERGE).length < 2) return undefined
      found = true
      return visit.BREAK
    },
    Pair(_, { key }) {
      if (isScalar(key)) return undefined
      found = true
      return visit.BREAK
    },
  })
  return found
}

/** The bytes of a `!!binary` are none. */
function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

/** The value as a mapping; empty for anything else. */
export function record(value: unknown): Record<string, unknown> {
  return isMapping(value) ? Object.fromEntries(Object.entries(value)) : {}
}

/**
 * A field as tools in Go read it from YAML: a name is any that differs by no more than case, and of two such the one that sorts last wins.
 * Source: Go `encoding/json`, sigs.k8s.io/yaml.
 */
export function field(mapping: Readonly<Record<string, unknown>>, name: string): unknown {
  const same = new RegExp(`^${name}$`, 'iu')
  const found = Object.keys(mapping).filter((key) => key.length === name.length && same.test(key))
  const key = found.toSorted((one, other) => (one < other ? -1 : 1)).at(-1)
  return key === undefined ? undefined : mapping[key]
}

/** The value as a list; empty for anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The texts of a list. */
export function strings(value: unknown): readonly string[] {
  return list(value).filter((one) => typeof one === 'string')
}
