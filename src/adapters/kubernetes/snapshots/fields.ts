import { parseRfc3339 } from '../../../domain/words/rfc3339.ts'
import { withoutSecrets } from '../../../domain/words/secrets.ts'

/**
 * Reading of objects that anybody with write access to a cluster may have shaped: a wrong type reads as absent, texts and lists are capped,
 * nothing throws.
 */

export type Fields = Readonly<Record<string, unknown>>

/** Gives one shared copy of an equal text, so that 50,000 records do not hold 50,000 copies of `Healthy`. */
export interface Intern {
  (text: string): string
  /** The same for a list of this one text: most Rollouts have one image, most Applications one source. */
  alone?: (text: string) => readonly string[]
}

/** Longest texts that are kept, in UTF-16 units. */
export const CAPS = { name: 253, short: 512, url: 2_048, message: 4_096, entries: 64 } as const

const NOTHING: Fields = Object.freeze({})
const NO_ITEMS: readonly unknown[] = Object.freeze([])
const NO_TEXTS: readonly string[] = Object.freeze([])
const NO_ENTRIES: Readonly<Record<string, string>> = Object.freeze({})

/** Keeps every text as it is. */
export const asItIs: Intern = (text) => text

/** The value as an object; empty for anything else. */
export function fields(value: unknown): Fields {
  return isObject(value) ? (value as Fields) : NOTHING
}

/** Whether the value is an object and no list. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as a list; empty for anything else. */
export function items(value: unknown, limit: number = 1_000): readonly unknown[] {
  if (!Array.isArray(value)) return NO_ITEMS
  return value.length > limit ? value.slice(0, limit) : value
}

/** A text of at most `cap` units; undefined for anything else and for the empty text, which Kubernetes does not tell from absent. */
export function text(value: unknown, cap: number): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  return value.length > cap ? copyOf(value, cap) : value
}

/** Like `text`, shared with every equal text. */
export function sharedText(value: unknown, cap: number, intern: Intern): string | undefined {
  const found = text(value, cap)
  return found === undefined ? undefined : intern(found)
}

/** What a controller or somebody whom it asked has said, capped, without what looks like a secret: it is shown to people, and kept. */
export function said(value: unknown, intern: Intern, cap: number = CAPS.message): string | undefined {
  const found = text(value, cap)
  return found === undefined ? undefined : intern(withoutSecrets(found))
}

// A slice would keep the whole hostile text alive behind it.
function copyOf(value: string, cap: number): string {
  return Buffer.from(value.slice(0, cap), 'utf16le').toString('utf16le')
}

/** A finite number, else `otherwise`. */
export function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}

/** A whole number, written as a number or in decimal digits (annotations), without a sign. */
export function whole(value: unknown): number | undefined {
  const parsed = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof parsed === 'number' && Number.isSafeInteger(parsed) && parsed >= 0 ? parsed : undefined
}

/** Epoch milliseconds of an RFC 3339 time; undefined for anything else. */
export function time(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined
  return parseRfc3339(value)
}

/** The texts of a list, at most 64 of them where nothing else is said. */
export function texts(value: unknown, cap: number, intern: Intern, most: number = CAPS.entries): readonly string[] {
  const found: string[] = []
  for (const item of items(value, most)) {
    const one = text(item, cap)
    if (one !== undefined) found.push(intern(one))
  }
  if (found.length === 0) return NO_TEXTS
  return found.length === 1 && intern.alone !== undefined ? intern.alone(found[0] ?? '') : found
}

/** The textual entries of a map (labels, annotations), at most 64, of keys that begin with `prefix`; the prefix is taken off. */
export function entries(value: unknown, prefix: string, intern: Intern): Readonly<Record<string, string>> {
  const found: [string, string][] = []
  const map = fields(value)
  for (const key of Object.keys(map)) {
    if (found.length === CAPS.entries) break
    if (!key.startsWith(prefix) || key.length > CAPS.short) continue
    const one = map[key]
    if (typeof one === 'string') found.push([intern(key.slice(prefix.length)), intern(text(one, CAPS.url) ?? '')])
  }
  // fromEntries defines own properties: a key `__proto__` stays a key.
  return found.length === 0 ? NO_ENTRIES : Object.fromEntries(found)
}

/** What every object has. `createdAt` is 0 where the server did not say. */
export interface Identity {
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  createdAt: number
  metadata: Fields
  annotations: Fields
  labels: Fields
}

/**
 * Identity of an object of this kind; undefined without one, or when the object says that it is of another kind (items of a LIST say
 * nothing).
 */
export function identify(object: unknown, kind: string, intern: Intern): Identity | undefined {
  const root = fields(object)
  if (root['kind'] !== undefined && root['kind'] !== kind) return undefined
  const metadata = fields(root['metadata'])
  const namespace = text(metadata['namespace'], CAPS.name)
  const name = text(metadata['name'], CAPS.name)
  const uid = text(metadata['uid'], CAPS.name)
  if (namespace === undefined || name === undefined || uid === undefined) return undefined
  return {
    namespace: intern(namespace),
    name,
    uid,
    resourceVersion: text(metadata['resourceVersion'], CAPS.name) ?? '',
    createdAt: time(metadata['creationTimestamp']) ?? 0,
    metadata,
    annotations: fields(metadata['annotations']),
    labels: fields(metadata['labels']),
  }
}

/** The controlling owner (`ownerReferences[].controller`); undefined without one. */
export function controllerOf(metadata: Fields, intern: Intern): { kind: string; uid: string } | undefined {
  for (const reference of items(metadata['ownerReferences'], CAPS.entries)) {
    const { controller, kind, uid } = fields(reference)
    const ownerKind = text(kind, CAPS.name)
    const ownerUid = text(uid, CAPS.name)
    if (controller === true && ownerKind !== undefined && ownerUid !== undefined) return { kind: intern(ownerKind), uid: intern(ownerUid) }
  }
  return undefined
}

/** Images of a pod template's containers, in order. */
export function imagesOf(podTemplate: unknown, intern: Intern): readonly string[] {
  const containers = items(fields(fields(podTemplate)['spec'])['containers'], CAPS.entries)
  return texts(
    containers.map((container) => fields(container)['image']),
    CAPS.short,
    intern,
  )
}
