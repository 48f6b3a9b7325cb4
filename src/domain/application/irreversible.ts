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
export function mayBeIrreversible(text: string): boolean {
  return WORDS.some((word) => text.includes(word))
}

/** Hooks that run when something is synced, by the names of Argo CD and of Helm. */
const HOOKS: Readonly<Record<string, RegExp>> = {
  'argocd.argoproj.io/hook': /^(?:PreSync|Sync|PostSync)$/,
  'helm.sh/hook': /^(?:crd-install|(?:pre|post)-(?:install|upgrade))$/,
}

/**
 * What of a text cannot be taken back. `manifests` are what it parses to; undefined where it does not (a template), or is too large: then
 * its words have to do, in full.
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
 * What cannot be taken back of a manifest: a Job that ran as a hook, a CustomResourceDefinition, a PersistentVolumeClaim, the volumes of a
 * StatefulSet. Undefined for all else, and where the manifest itself says that it can (`kedge.dev/reversible: "true"`).
 */
function irreversibleIn(manifest: unknown): IrreversibleManifest | undefined {
  if (!isFields(manifest)) return undefined
  const metadata = fields(own(manifest, 'metadata'))
  const annotations = fields(own(metadata, 'annotations'))
  if (own(annotations, 'kedge.dev/reversible') === 'true') return undefined
  const kind = String(own(manifest, 'kind'))
  const part = partOf(kind, own(manifest, 'spec'), annotations)
  const name = own(metadata, 'name') ?? own(metadata, 'generateName')
  return part === undefined ? undefined : { kind, name: typeof name === 'string' ? name : '?', content: canonicalJson(part) }
}

function partOf(kind: string, spec: unknown, annotations: Fields): unknown {
  if (kind === 'CustomResourceDefinition' || kind === 'PersistentVolumeClaim') return spec ?? {}
  if (kind === 'StatefulSet') return own(fields(spec), 'volumeClaimTemplates')
  return kind === 'Job' && isHook(annotations) ? (spec ?? {}) : undefined
}

function isHook(annotations: Fields): boolean {
  return Object.entries(HOOKS).some(([name, runs]) => {
    const hooks = own(annotations, name)
    return typeof hooks === 'string' && hooks.split(',').some((hook) => runs.test(hook.trim()))
  })
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** A template's name is mostly not in it. */
function irreversibleInText(text: string): IrreversibleManifest | undefined {
  const [, kind] = /^[ \t]{0,4}"?kind"?:[ \t]*["']?(\w{1,60})/m.exec(text) ?? /"kind":"(\w{1,60})"/.exec(text) ?? []
  const found = kind === 'CustomResourceDefinition' || kind === 'PersistentVolumeClaim'
  const isJob = kind === 'Job' && Object.keys(HOOKS).some((name) => text.includes(name))
  const isSet = kind === 'StatefulSet' && text.includes('volumeClaimTemplates')
  if (kind === undefined || !(found || isJob || isSet)) return undefined
  const after = text.slice(Math.max(0, text.indexOf('metadata')), 4_000 + Math.max(0, text.indexOf('metadata')))
  const [, name = '?'] = /\bname"?:[ \t]*["']?([\w.-]{1,253})/.exec(after) ?? []
  return { kind, name, content: text }
}

/** Folders of scripts that change a database. */
const MIGRATIONS: ReadonlySet<string> = new Set(['migration', 'migrations', 'migrate', 'flyway', 'liquibase', 'alembic'])

/** Whether a file lies in a folder of database migrations, and is not what people read there. */
export function isMigration(path: string): boolean {
  const folders = path.toLowerCase().split('/').slice(0, -1)
  return folders.some((folder) => MIGRATIONS.has(folder)) && !/\.(?:md|txt|adoc)$/i.test(path)
}
