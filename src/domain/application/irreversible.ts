import { canonicalJson } from '../canonical-json.ts'
import { isFields, own, type Fields } from '../rollout/template-shape.ts'
import { fields, isHook, mayBeHookInText, readByHook, RUN_ONCE } from './hooks.ts'

/** Something that a manifest does which no revert in Git takes back; `content`: the part of it that does, as one text. */
export interface IrreversibleManifest {
  kind: string
  name: string
  content: string
}

/** A text that holds none of these words is no such manifest. */
const WORDS = ['CustomResourceDefinition', 'PersistentVolumeClaim', 'volumeClaimTemplates', '/hook'] as const

/** Whether a text has to be read for `irreversibleOf` at all. */
export function mayBeIrreversible(text: string): boolean {
  const plain = unescaped(text)
  if (WORDS.some((word) => text.includes(word) || plain.includes(word))) return true
  // The annotations of a template may come out of a helper.
  return plain.includes('{{') && MAY_RUN.test(plain) && mayBeHookInText(plain)
}

/** Whether a text may hold something that runs once, and is a hook. */
export function mayRunAsHook(text: string): boolean {
  const plain = unescaped(text)
  return plain.includes('/hook') && MAY_RUN.test(plain)
}

const MAY_RUN = /\bkind["']?[ \t]*:[ \t]*["']?(?:Job|Pod|Workflow)\b/

/** With the characters that a quoted text of YAML or JSON may spell by number, and without the ends of lines that it may hide. */
function unescaped(text: string): string {
  return text.replaceAll(ESCAPE, (escape, digits: string | undefined) => {
    const code = Number.parseInt(digits ?? '', 16)
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : escape === '\\/' ? '/' : ''
  })
}

const ESCAPE = /\\(?:[xuU]((?<=x)[0-9a-fA-F]{2}|(?<=u)[0-9a-fA-F]{4}|(?<=U)[0-9a-fA-F]{8})|\/|\r?\n[ \t]*)/g

/** More ConfigMaps of hooks are not looked for. */
const MOST_MOUNTED = 50

/** How a document is parsed: undefined for what does not parse, or is too large. */
export type Parse = (document: string) => readonly unknown[] | undefined

/**
 * What cannot be taken back of documents that were rendered, or stand in files, together: see `irreversibleOf`; and the ConfigMaps that
 * something reads which runs as a hook. `beside`: documents of which only these hooks matter. Between two documents it gives the characters
 * that it has parsed, so that others get their turn.
 */
export function* irreversibleAmong(
  documents: readonly string[],
  parse: Parse,
  beside: readonly string[] = [],
): Generator<number, readonly IrreversibleManifest[]> {
  const found: IrreversibleManifest[] = []
  const mounted = new Set<string>()
  for (const [index, text] of [...documents, ...beside].entries()) {
    const isBeside = index >= documents.length
    if (isBeside ? !mayRunAsHook(text) : !mayBeIrreversible(text)) continue
    const manifests = parse(text)?.flatMap(unpacked).flatMap(held)
    if (!isBeside) found.push(...irreversibleOf(text, manifests))
    for (const name of manifests?.flatMap(readByHook) ?? []) if (mounted.size < MOST_MOUNTED) mounted.add(name)
    yield text.length
  }
  const names = [...mounted]
  for (const text of names.length === 0 ? [] : documents) {
    if (!text.includes('ConfigMap') || !names.some((name) => text.includes(name))) continue
    for (const manifest of parse(text)?.flatMap(unpacked) ?? []) if (isFields(manifest)) found.push(...scriptIn(manifest, mounted))
    yield text.length
  }
  return found
}

/** More levels of lists in lists are a joke. */
const MOST_LEVELS = 5

/** The objects of a list, of lists in lists, too; anything else is itself. What has `items` is a list, whatever it calls itself. */
export function unpacked(value: unknown): readonly unknown[] {
  let level: readonly unknown[] = [value]
  for (let depth = 0; depth < MOST_LEVELS && level.some(isList); depth += 1)
    level = level.flatMap((one) => (isList(one) ? [...one.items] : [one]))
  return level
}

function isList(value: unknown): value is { items: readonly unknown[] } {
  return isFields(value) && Array.isArray(own(value, 'items'))
}

/** Those that values hold, which a template puts in; an object is itself. */
function held(value: unknown): readonly unknown[] {
  const isHolder = (one: unknown): one is Fields => isFields(one) && !ArrayBuffer.isView(one) && own(one, 'kind') === undefined
  let level: readonly unknown[] = [value]
  for (let depth = 0; depth < MOST_LEVELS && level.some(isHolder); depth += 1)
    level = level.flatMap((one) => (isHolder(one) ? Object.values(one).flat() : [one]))
  return level
}

function scriptIn(manifest: Fields, mounted: ReadonlySet<string>): readonly IrreversibleManifest[] {
  const metadata = fields(own(manifest, 'metadata'))
  const name = own(metadata, 'name')
  const isOne = own(manifest, 'kind') === 'ConfigMap' && typeof name === 'string' && mounted.has(name)
  if (!isOne || irreversibleOf('', [manifest]).length > 0) return []
  try {
    return [{ kind: 'ConfigMap', name, content: canonicalJson(dataOf(manifest)) }]
  } catch {
    return []
  }
}

function dataOf(manifest: Fields): readonly unknown[] {
  return DATA.map((field) => own(manifest, field))
}

/**
 * What of a text cannot be taken back. `manifests` are what it parses to; undefined where it does not (a template), or is too large: then
 * its words have to do, in full, and where they do not say what it is, `perhaps`.
 */
export function irreversibleOf(text: string, manifests: readonly unknown[] | undefined): readonly IrreversibleManifest[] {
  try {
    return (manifests?.map(irreversibleIn) ?? [irreversibleInText(text)]).filter((one) => one !== undefined)
  } catch {
    // Nested deeper than the stack is.
    return [irreversibleInText(text)].filter((one) => one !== undefined)
  }
}

/**
 * What cannot be taken back of a manifest: a Job, Pod or Workflow that ran as a hook, or a ConfigMap or Secret that is one for it, a
 * CustomResourceDefinition, a PersistentVolumeClaim, the volumes of a StatefulSet. Undefined for all else, and where the manifest itself
 * says that it can (`kedge.dev/reversible: "true"`).
 */
function irreversibleIn(manifest: unknown): IrreversibleManifest | undefined {
  if (!isFields(manifest)) return undefined
  const metadata = fields(own(manifest, 'metadata'))
  const annotations = fields(own(metadata, 'annotations'))
  if (own(annotations, 'kedge.dev/reversible') === 'true') return undefined
  const kind = String(own(manifest, 'kind'))
  const isScript = OF_HOOKS.has(kind) && isHook(annotations)
  const part = isScript ? dataOf(manifest) : partOf(kind, own(manifest, 'spec'), annotations)
  const name = own(metadata, 'name') ?? own(metadata, 'generateName')
  return part === undefined ? undefined : { kind, name: typeof name === 'string' ? name.slice(0, 253) : '?', content: canonicalJson(part) }
}

function partOf(kind: string, spec: unknown, annotations: Fields): unknown {
  if (kind === 'CustomResourceDefinition' || kind === 'PersistentVolumeClaim') return spec ?? {}
  if (kind === 'StatefulSet') return volumesOf(own(fields(spec), 'volumeClaimTemplates'))
  return RUN_ONCE.has(kind) && isHook(annotations) ? (spec ?? {}) : undefined
}

/** Of their metadata the name alone, as of a claim by itself: labels that Kustomize gives to all that there is change no volume. */
function volumesOf(templates: unknown): unknown {
  if (!Array.isArray(templates)) return templates
  return templates.map((one: unknown) => {
    const { metadata, ...rest } = fields(one)
    return { ...rest, name: own(fields(metadata), 'name') ?? null }
  })
}

/** What a hook's Job runs: a script that is there before the sync has to be a hook itself. */
const OF_HOOKS: ReadonlySet<string> = new Set(['ConfigMap', 'Secret'])
const DATA = ['data', 'binaryData', 'stringData'] as const

const KIND = /^[ \t]*(?:- )?["']?kind["']?[ \t]*:[ \t]*["']?(\S{0,60})|"kind":[ \t]?"(\w{1,60})"/gm

/** A template's name is mostly not in it, and a word that no kind explains may stand for anything. */
function irreversibleInText(written: string): IrreversibleManifest | undefined {
  const text = unescaped(written)
  const kinds = [...text.matchAll(KIND)].map(([, plain, quoted = '']) => /^\w+/.exec(plain ?? quoted)?.[0])
  const kind = kinds.find((one) => one !== undefined && isNamedIn(text, one))
  if (kind === undefined) {
    const [word] = WORDS.filter((one) => text.includes(one))
    // A hook of a kind that runs nothing, or one that no sync runs, changes nothing for good.
    const isOther = word === '/hook' && kinds.length > 0 && kinds.every((one) => one !== undefined)
    return word === undefined || isOther ? undefined : { kind: 'perhaps', name: word, content: written }
  }
  const after = text.slice(Math.max(0, text.indexOf('metadata')), 4_000 + Math.max(0, text.indexOf('metadata')))
  const [, name = '?'] = /\bname"?:[ \t]*["']?([\w.-]{1,253})/.exec(after) ?? []
  return { kind, name, content: written }
}

function isNamedIn(text: string, kind: string): boolean {
  if (kind === 'CustomResourceDefinition' || kind === 'PersistentVolumeClaim') return true
  if (kind === 'StatefulSet') return text.includes('volumeClaimTemplates')
  return (RUN_ONCE.has(kind) || OF_HOOKS.has(kind)) && mayBeHookInText(text)
}
