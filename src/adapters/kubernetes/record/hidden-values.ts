import { hashEphemeral, hashTemplate, hashTexts, type HashText } from '../../../domain/rollout/hashed-template.ts'
import { isFields } from '../../../domain/rollout/template-shape.ts'

type Json = Record<string, unknown>

/** Holds the whole object as somebody applied it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const EPHEMERAL = 'rollout.argoproj.io/ephemeral-metadata'
/** Annotations that Kedge reads; of others only the names are kept. */
const READ = ['kedge.dev/', 'rollout.argoproj.io/', 'argocd.argoproj.io/'] as const

/** Where values lie that end in manifests or in what measures: by the field that they are below. `name`s stay. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  helm: ['parameters', 'values', 'valuesObject'],
  kustomize: ['patches', 'commonAnnotations', 'commonLabels'],
  plugin: ['env', 'parameters', 'config'],
  trafficRouting: ['plugins'],
  jsonnet: ['extVars', 'tlas'],
  // `argocd app sync --local` puts whole manifests there.
  sync: ['manifests'],
}
/** Nothing that a controller reads lies deeper. */
const MOST_DEPTH = 100
/** Those of an AnalysisRun and of what starts one, and of a Rollout what is given to pods and plugins. */
const WHOLE: ReadonlySet<string> = new Set(['provider', 'args', 'canaryMetadata', 'stableMetadata', 'stepPluginStatuses'])
/** The same in objects of one kind alone: what tools said, and what people wrote down; which query was asked in the end. */
const OF_KIND: Readonly<Record<string, readonly string[]>> = { Application: ['message', 'info'], AnalysisRun: ['metadata'] }

/**
 * An object as it is recorded where renderings are recorded with it: the values of pod templates, of Applications' parameters, of metrics'
 * providers and of plugins, Argo CD's messages, and annotations that Kedge does not read are hashed, with the key of this recording. What
 * people read on a card stays as it is: what was measured, what was wanted, what the controller of Rollouts said; and labels.
 */
export function hideValues(object: Json, hash: HashText): Json {
  const kind = String(object['kind'])
  const { metadata, ...rest } = withoutCopies(object, hash)
  const below = Object.hasOwn(OF_KIND, kind) ? (OF_KIND[kind] ?? []) : []
  return { ...(walk({ metadata }, { hash, below: [] }) as Json), ...(walk(rest, { hash, below }) as Json) }
}

interface Hiding {
  hash: HashText
  /** Fields of this kind alone. */
  below: readonly string[]
}

function withoutCopies(object: Json, hash: HashText): Json {
  const { metadata } = object
  if (!isFields(metadata) || !isFields(metadata['annotations'])) return object
  const { [LAST_APPLIED]: _, ...annotations } = metadata['annotations']
  const kept = Object.fromEntries(Object.entries(annotations).map(([name, value]) => [name, annotation(name, value, hash)]))
  return { ...object, metadata: { ...metadata, annotations: kept } }
}

function annotation(name: string, value: unknown, hash: HashText): unknown {
  if (name === EPHEMERAL && typeof value === 'string') return hashEphemeral(value, hash)
  return READ.some((start) => name.startsWith(start)) ? value : hashTexts(value, hash)
}

function walk(value: unknown, hiding: Hiding, depth = 0): unknown {
  if (Array.isArray(value)) return depth > MOST_DEPTH ? [] : value.map((item: unknown) => walk(item, hiding, depth + 1))
  if (!isFields(value)) return value
  if (depth > MOST_DEPTH) return {}
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hidden(name, member, { ...hiding, depth: depth + 1 })]))
}

function hidden(name: string, member: unknown, { depth, ...hiding }: Hiding & { depth: number }): unknown {
  const { hash } = hiding
  if (name === 'template' && isPodTemplate(member)) return hashTemplate(member, hash)
  if (WHOLE.has(name) || hiding.below.includes(name)) return hashed(member, hash)
  const below = Object.hasOwn(VALUES, name) && isFields(member) ? VALUES[name] : undefined
  if (!below || !isFields(member)) return walk(member, hiding, depth)
  return Object.fromEntries(
    Object.entries(member).map(([field, one]) => [field, below.includes(field) ? hashed(one, hash) : walk(one, hiding, depth)]),
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
