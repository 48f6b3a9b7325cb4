import { canonicalJson } from '../canonical-json.ts'
import { isFields, own, type Fields } from '../rollout/template-shape.ts'
import { fields, RUN_ONCE } from './hooks.ts'
import { irreversibleOf, unpacked, type IrreversibleManifest, type Parse } from './irreversible.ts'

/** A file that a release changed: its texts, and its documents after it and before, undefined where they do not parse. */
export interface ChangedFile {
  path: string
  texts: readonly string[]
  late: readonly unknown[] | undefined
  early: readonly unknown[] | undefined
}

/** What may reach into the files that stay. */
export interface Reach {
  changes: readonly ChangedFile[]
  /** One of the kustomizations puts values of one object into others. */
  isReplacing: boolean
}

/**
 * What stands in a file that a release left alone, cannot be taken back, and may be rendered otherwise all the same: a template by what its
 * values are, a manifest by what a kustomization makes of it.
 */
export function* reachedIn(file: File, { changes, isReplacing }: Reach, parse: Parse): Generator<number, readonly string[]> {
  const found: string[] = []
  const isTemplate = /(?:^|\/)templates\//.test(file.path)
  const isReached = isCode(file.path) ? () => true : isTemplate ? reachOfTemplate(file, changes) : reachOfManifest(changes, isReplacing)
  for (const document of file.documents) {
    // By its words first: most of what is not reached is not parsed either.
    const objects = irreversibleOf(document, undefined)
    if (!objects.some((object) => isReached({ ...object, name: '?' }))) {
      yield objects.length > 0 ? OF_AN_OBJECT : document.length / 10
      continue
    }
    const manifests = isTemplate ? undefined : parse(document)?.flatMap(unpacked)
    found.push(...(manifests ? irreversibleOf(document, manifests) : objects).filter(isReached).map(sayReached))
    // Each is held against all that changed.
    yield document.length + OF_AN_OBJECT
  }
  return found
}

const OF_AN_OBJECT = 4_000

interface File {
  path: string
  documents: readonly string[]
}

type IsReached = (object: IrreversibleManifest) => boolean

/** Jsonnet: what a program makes of what it imports is not told. */
export function isCode(path: string): boolean {
  return /\.(?:jsonnet|libsonnet)$/.test(path)
}

function sayReached({ kind, name }: IrreversibleManifest): string {
  const how = RUN_ONCE.has(kind) ? 'which may have run with another image' : 'which may be rendered otherwise'
  return `${kind} ${name}, ${how}`
}

/** Values that cannot be told one by one: those of helpers, and what is put in as a whole. */
const OPAQUE = /\b(?:include|template|tpl|toYaml|toJson|lookup|Files|Chart|index|Subcharts)\b|\.Values\b(?!\.\w)/

function reachOfTemplate({ documents }: File, changes: readonly ChangedFile[]): IsReached {
  const reaching = changes.filter(reachesTemplates)
  const text = documents.join('\n')
  if (reaching.length === 0 || !text.includes('{{')) return () => false
  const changed = reaching.map(changedValues)
  const namedIn = (part: string): { isAny: boolean; isNamed: boolean } => {
    const paths = [...new Set([...part.matchAll(/\.Values((?:\.\w+)+)/g)].map(([, path = '']) => path))]
    const named = paths.slice(0, MOST_VALUES).map((path) => path.split('.').slice(1))
    const isUnderAny = (value: Path): boolean => named.some((one) => isUnder(one, value))
    return { isAny: named.length > 0, isNamed: paths.length > MOST_VALUES || changed.some((values) => values?.some(isUnderAny)) }
  }
  const ofAll = namedIn(text)
  const ofData = namedIn(text.replace(IMAGE_LINE, ''))
  const isOpaque = OPAQUE.test(text.replace(NAMES, ''))
  // What keeps data mostly takes no more than names and labels from a helper; what runs may take its image.
  return ({ kind }) => {
    const mayRun = RUN_ONCE.has(kind) || kind === 'perhaps'
    const { isAny, isNamed } = mayRun ? ofAll : ofData
    return isNamed || (isAny && changed.includes(undefined)) || (isOpaque && mayRun)
  }
}

/** What an object is called and marked with, as the helpers of `helm create` make it: no matter to what a hook does. */
const NAMES = new RegExp(
  [
    /^[ \t]*(?:- )?(?:name|namespace|serviceAccountName|chart|release|heritage|app)[ \t]*:.*$/,
    /^[ \t]*(?:helm\.sh\/chart|app\.kubernetes\.io\/[\w-]+)[ \t]*:.*$/,
    /^[ \t]*\{\{-?[ \t]*(?:include|template)[ \t]+"[\w./-]*labels"[^}]*\}\}[ \t]*$/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gim',
)

/** What runs beside volumes, as in a StatefulSet, is no part of what they keep. */
const IMAGE_LINE = /^[ \t]*(?:- )?image(?:PullPolicy)?[ \t]*:.*$/gm

type Path = readonly string[]

/** Whether a template that names the one takes the other, be it by a chart of charts, which leaves out what its part is called. */
function isUnder(named: Path, value: Path): boolean {
  const begins = (here: Path): boolean => here.every((name, index) => index >= named.length || name === named[index])
  return value.some((_, from) => begins(value.slice(from)))
}

/** All but another template, which brings no more than itself unless it defines what others take. */
function reachesTemplates({ path, texts }: ChangedFile): boolean {
  if (/(?:^|\/)crds\//.test(path)) return false
  return !/(?:^|\/)templates\//.test(path) || texts.some((text) => /\bdefine\b/.test(text))
}

/** Each value that differs; undefined where that is not told. A chart's own file has none. */
function changedValues({ path, late, early }: ChangedFile): readonly Path[] | undefined {
  if (/(?:^|\/)Chart\.yaml$/.test(path)) return []
  if (!late || !early || late.length > 1 || early.length > 1 || !/\.ya?ml$/.test(path)) return undefined
  const found = differing(fields(late[0]), fields(early[0]))
  return found.length > MOST_VALUES ? undefined : found
}

/** More are told by none of their names. */
const MOST_VALUES = 1_000

function differing(one: Fields, other: Fields): readonly Path[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) => {
    const [a, b] = [own(one, name), own(other, name)]
    if (canonicalJson(a) === canonicalJson(b)) return []
    if (isFields(a) && isFields(b)) return differing(a, b).map((path) => [name, ...path])
    // What comes or goes as a whole: a part of a chart of charts takes what lies in it by names that leave out the first.
    return [[name], ...[a, b].flatMap(leavesOf).map((path) => [name, ...path])]
  })
}

function leavesOf(value: unknown): readonly Path[] {
  if (!isFields(value)) return []
  return Object.entries(value).flatMap(([name, its]) => (isFields(its) ? leavesOf(its).map((path) => [name, ...path]) : [[name]]))
}

/** Whether a file is a kustomization, by its name. */
export function isKustomization(path: string): boolean {
  return /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(path)
}

/** Fields of a kustomization that change no more than what they name. */
const OF_IMAGES: ReadonlySet<string> = new Set(['images', 'replicas'])

/** What Kustomize may bring of a change of one file into objects of another. */
function reachOfManifest(changes: readonly ChangedFile[], isReplacing: boolean): IsReached {
  const all = changes.map((change) => touches(change, isReplacing))
  return (object) => all.some((isReached) => isReached(object))
}

function isRun({ kind }: IrreversibleManifest): boolean {
  return RUN_ONCE.has(kind) || kind === 'perhaps'
}

function touches(change: ChangedFile, isReplacing: boolean): IsReached {
  const { path, late, early } = change
  if (!/\.(?:ya?ml|json)$/.test(path) && !isKustomization(path))
    return (object) => isRun(object) && /configMap|secret/i.test(object.content)
  if (!late || !early) return () => true
  if (isKustomization(path)) return asKustomization(fields(late[0]), fields(early[0]))
  if (/(?:^|\/)\.argocd-source[^/]*$/.test(path)) return (object) => isRun(object) && mentions(change, imagesIn(object.content))
  const manifests = [...late, ...early].flatMap(unpacked)
  return (object) => (isRun(object) && isReplacing) || manifests.some((one) => isAboutIt(one, object))
}

function mentions({ texts }: ChangedFile, images: readonly string[]): boolean {
  return images.length === 0 || images.some((image) => texts.some((text) => text.includes(image)))
}

function asKustomization(late: Fields, early: Fields): IsReached {
  const changed = new Set(differing(late, early).map(([name = '']) => name))
  if ([...changed].some((name) => !OF_IMAGES.has(name))) return () => true
  return changed.has('images') ? byImages(own(late, 'images'), own(early, 'images')) : () => false
}

/** By the last part of a name: a base may give the image another one on the way. */
function byImages(late: unknown, early: unknown): IsReached {
  const [one, other] = [entriesOf(late), entriesOf(early)]
  const changed = [...one, ...other].filter(([spelled]) => !one.has(spelled) || !other.has(spelled)).map(([, entry]) => entry)
  const named = changed.flatMap((entry) => [own(entry, 'name'), own(entry, 'newName')]).filter((name) => typeof name === 'string')
  const names = new Set(named.map(lastPart))
  return (object) => {
    const images = imagesIn(object.content)
    return isRun(object) && (images.length === 0 || changed.length === 0 || images.some((image) => names.has(image)))
  }
}

function entriesOf(images: unknown): ReadonlyMap<string, Fields> {
  const entries: readonly unknown[] = Array.isArray(images) ? images : []
  return new Map(entries.filter(isFields).map((entry) => [canonicalJson(entry), entry]))
}

function imagesIn(text: string): readonly string[] {
  return [...text.matchAll(/\bimage["']?[ \t]*:[ \t]*["']?([^\s"',}]+)/g)].map(([, image = '']) => lastPart(image))
}

/** Of an image's name, without tag and digest. */
function lastPart(image: string): string {
  const [name = ''] = image.split('@')
  return (name.split('/').at(-1) ?? '').replace(/:.*$/, '')
}

/** A patch says what it is about, but for a list of steps; what transforms, or generates, is about anything. */
function isAboutIt(manifest: unknown, { kind, name }: IrreversibleManifest): boolean {
  if (!isFields(manifest)) return true
  const its = own(manifest, 'kind')
  if (typeof its !== 'string' || /(?:Transformer|Generator)$/.test(its) || own(manifest, 'apiVersion') === 'builtin') return true
  return its === kind && (name === '?' || own(fields(own(manifest, 'metadata')), 'name') === name)
}
