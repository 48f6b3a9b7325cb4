import { hashEphemeral, hashTemplate, hashTexts, type HashText } from '../../../domain/rollout/hashed-template.ts'
import { isFields } from '../../../domain/rollout/template-shape.ts'

type Json = Record<string, unknown>

/** Holds the whole object as somebody applied it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const EPHEMERAL = 'rollout.argoproj.io/ephemeral-metadata'

/** Where values lie that end in manifests or in what measures: by the field that they are below. `name`s stay. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  helm: ['parameters', 'values', 'valuesObject'],
  kustomize: ['patches', 'commonAnnotations', 'commonLabels'],
  plugin: ['env', 'parameters', 'config'],
  jsonnet: ['extVars', 'tlas'],
  // `argocd app sync --local` puts whole manifests there.
  sync: ['manifests'],
}
/** Nothing that a controller reads lies deeper. */
const MOST_DEPTH = 100
/** Those of an AnalysisRun and of what starts one. */
const WHOLE: ReadonlySet<string> = new Set(['provider', 'args'])

/**
 * An object as it is recorded where renderings are recorded with it: the values of pod templates, of Applications' parameters and of
 * metrics' providers are hashed, with the key of this recording. What people write elsewhere stays as it is.
 */
export function hideValues(object: Json, hash: HashText): Json {
  return walk(withoutCopies(object, hash), hash) as Json
}

function withoutCopies(object: Json, hash: HashText): Json {
  const { metadata } = object
  if (!isFields(metadata) || !isFields(metadata['annotations'])) return object
  const { [LAST_APPLIED]: _, ...annotations } = metadata['annotations']
  const ephemeral = annotations[EPHEMERAL]
  const kept = typeof ephemeral === 'string' ? { ...annotations, [EPHEMERAL]: hashEphemeral(ephemeral, hash) } : annotations
  return { ...object, metadata: { ...metadata, annotations: kept } }
}

function walk(value: unknown, hash: HashText, depth = 0): unknown {
  if (Array.isArray(value)) return depth > MOST_DEPTH ? [] : value.map((item: unknown) => walk(item, hash, depth + 1))
  if (!isFields(value)) return value
  if (depth > MOST_DEPTH) return {}
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hidden(name, member, { hash, depth: depth + 1 })]))
}

function hidden(name: string, member: unknown, { hash, depth }: { hash: HashText; depth: number }): unknown {
  if (name === 'template' && isPodTemplate(member)) return hashTemplate(member, hash)
  if (WHOLE.has(name)) return hashed(member, hash)
  const below = Object.hasOwn(VALUES, name) && isFields(member) ? VALUES[name] : undefined
  if (!below || !isFields(member)) return walk(member, hash, depth)
  return Object.fromEntries(
    Object.entries(member).map(([field, one]) => [field, below.includes(field) ? hashed(one, hash) : walk(one, hash, depth)]),
  )
}

function isPodTemplate(value: unknown): boolean {
  return isFields(value) && isFields(value['spec']) && Array.isArray(value['spec']['containers'])
}

/** A list of pairs keeps its names. */
function hashed(value: unknown, hash: HashText): unknown {
  if (!Array.isArray(value)) return hashTexts(value, hash)
  return value.map((item: unknown) =>
    isFields(item) && 'name' in item ? { ...(hashTexts(item, hash) as Json), name: item['name'] } : hashTexts(item, hash),
  )
}
