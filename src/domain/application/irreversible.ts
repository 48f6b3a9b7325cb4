import { canonicalJson } from '../canonical-json.ts'
import { isFields, own, type Fields } from '../rollout/template-shape.ts'

/** Something that a manifest does which no revert in Git takes back; `content`: the part of it that does, as one text. */
export interface IrreversibleManifest {
  kind: string
  name: string
  content: string
}

/** A text that holds none of these words is no such manifest. */
const WORDS = ['CustomResourceDefinition', 'PersistentVolumeClaim', 'volumeClaimTemplates', '/hook'] as const

/** Whether a text has to be read for `irreversibleOf` at all. */
function mayBeIrreversible(text: string): boolean {
  return WORDS.some((word) => text.includes(word))
}

/** Hooks that run when something is synced, by the names of Argo CD and of Helm. */
const HOOKS: Readonly<Record<string, RegExp>> = {
  'argocd.argoproj.io/hook': /^(?:PreSync|Sync|PostSync)$/,
  'helm.sh/hook': /^(?:crd-install|(?:pre|post)-(?:install|upgrade))$/,
}

/** More ConfigMaps of hooks are not looked for. */
const MOST_MOUNTED = 50

/**
 * What cannot be taken back of documents that were rendered, or stand in files, together: see `irreversibleOf`; and the ConfigMaps that a
 * Job reads which runs as a hook. `parse` answers undefined for what does not parse, or is too large. `beside`: documents of which only
 * those Jobs matter.
 */
export function irreversibleAmong(
  documents: readonly string[],
  parse: (document: string) => readonly unknown[] | undefined,
  beside: readonly string[] = [],
): readonly IrreversibleManifest[] {
  const read = documents.filter(mayBeIrreversible).map((text) => ({ text, manifests: parse(text) }))
  const found = read.flatMap(({ text, manifests }) => irreversibleOf(text, manifests))
  const jobs = beside.filter((text) => text.includes('/hook') && text.includes('Job')).flatMap((text) => parse(text) ?? [])
  const mounted = [...new Set([...read.flatMap(({ manifests = [] }) => manifests), ...jobs].flatMap(readByHook))].slice(0, MOST_MOUNTED)
  const scripts = documents
    .filter((text) => text.includes('ConfigMap') && mounted.some((name) => text.includes(name)))
    .flatMap((text) => parse(text) ?? [])
    .filter(isFields)
  return [...found, ...scripts.flatMap((manifest) => scriptIn(manifest, mounted))]
}

function scriptIn(manifest: Fields, mounted: readonly string[]): readonly IrreversibleManifest[] {
  const metadata = fields(own(manifest, 'metadata'))
  const name = own(metadata, 'name')
  const isOne = own(manifest, 'kind') === 'ConfigMap' && typeof name === 'string' && mounted.includes(name)
  if (!isOne || irreversibleOf('', [manifest]).length > 0) return []
  try {
    return [{ kind: 'ConfigMap', name, content: canonicalJson(dataOf(manifest)) }]
  } catch {
    return []
  }
}

/** Names of the ConfigMaps that a Job which runs as a hook mounts, or takes variables from. */
function readByHook(manifest: unknown): readonly string[] {
  if (!isFields(manifest) || own(manifest, 'kind') !== 'Job') return []
  if (!isHook(fields(own(fields(own(manifest, 'metadata')), 'annotations')))) return []
  const names: string[] = []
  // Not by calls in calls: strangers nest as deep as they like.
  const left: unknown[] = [own(manifest, 'spec')]
  const seen = new Set<unknown>()
  for (let value = left.pop(); value !== undefined || left.length > 0; value = left.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    for (const [field, member] of Object.entries(value)) {
      const name = /^configMap(?:Ref|KeyRef)?$/.test(field) ? own(fields(member), 'name') : undefined
      if (typeof name === 'string' && name !== '') names.push(name)
      left.push(member)
    }
  }
  return names
}

function dataOf(manifest: Fields): readonly unknown[] {
  return DATA.map((field) => own(manifest, field) ?? null)
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
 * What cannot be taken back of a manifest: a Job that ran as a hook, or a ConfigMap or Secret that is one for it, a
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
  return part === undefined ? undefined : { kind, name: typeof name === 'string' ? name : '?', content: canonicalJson(part) }
}

function partOf(kind: string, spec: unknown, annotations: Fields): unknown {
  if (kind === 'CustomResourceDefinition' || kind === 'PersistentVolumeClaim') return spec ?? {}
  if (kind === 'StatefulSet') return own(fields(spec), 'volumeClaimTemplates')
  return kind === 'Job' && isHook(annotations) ? (spec ?? {}) : undefined
}

/** What a hook Job runs: a script that is there before the sync has to be a hook itself. */
const OF_HOOKS: ReadonlySet<string> = new Set(['ConfigMap', 'Secret'])
const DATA = ['data', 'binaryData', 'stringData'] as const

function isHook(annotations: Fields): boolean {
  return Object.entries(HOOKS).some(([name, runs]) => {
    const hooks = own(annotations, name)
    return typeof hooks === 'string' && hooks.split(',').some((hook) => runs.test(hook.trim()))
  })
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}

const KIND = /^[ \t]*(?:- )?["']?kind["']?[ \t]*:[ \t]*["']?(\S{0,60})|"kind":[ \t]?"(\w{1,60})"/gm

/** A template's name is mostly not in it, and a word that no kind explains may stand for anything. */
function irreversibleInText(text: string): IrreversibleManifest | undefined {
  const kinds = [...text.matchAll(KIND)].map(([, plain, quoted = '']) => /^\w+/.exec(plain ?? quoted)?.[0])
  const kind = kinds.find((one) => one !== undefined && isNamedIn(text, one))
  if (kind === undefined) {
    const [word] = WORDS.filter((one) => text.includes(one))
    // A hook of a kind that is no Job's changes nothing for good.
    const isOther = word === '/hook' && kinds.length > 0 && kinds.every((one) => one !== undefined && one !== 'Job')
    return word === undefined || isOther ? undefined : { kind: 'perhaps', name: word, content: text }
  }
  const after = text.slice(Math.max(0, text.indexOf('metadata')), 4_000 + Math.max(0, text.indexOf('metadata')))
  const [, name = '?'] = /\bname"?:[ \t]*["']?([\w.-]{1,253})/.exec(after) ?? []
  return { kind, name, content: text }
}

function isNamedIn(text: string, kind: string): boolean {
  if (kind === 'CustomResourceDefinition' || kind === 'PersistentVolumeClaim') return true
  if (kind === 'StatefulSet') return text.includes('volumeClaimTemplates')
  return (kind === 'Job' || OF_HOOKS.has(kind)) && Object.keys(HOOKS).some((name) => text.includes(name))
}

/** Folders of scripts that change a database: `db-migrations`, too. */
const MIGRATIONS = /^(?:flyway|liquibase|alembic)$|(?:^|[-_.]|^(?:db|database|sql|schema))(?:migrations?|migrate)$/
const OF_DATABASES: ReadonlySet<string> = new Set(['db', 'database', 'sql', 'liquibase'])

/** Whether a file lies in a folder of database migrations, and is not what people read there. */
export function isMigration(path: string): boolean {
  if (/\.(?:md|txt|adoc)$/i.test(path)) return false
  const folders = path.toLowerCase().split('/').slice(0, -1)
  const isChangelog = (folder: string, index: number): boolean =>
    /^change-?logs?$/.test(folder) && folders.slice(0, index).some((one) => OF_DATABASES.has(one))
  return folders.some((folder, index) => MIGRATIONS.test(folder) || isChangelog(folder, index))
}
