import { canonicalJson } from '../canonical-json.ts'
import { isFields, own, type Fields } from '../rollout/template-shape.ts'
import { isRenderedAlike } from '../rollout/template.ts'
import { Sealed } from '../sealed.ts'
import type { RenderedObjects } from './rendered-objects.ts'
import type { RenderedParts } from './rendered-parts.ts'
import type { ApplicationSnapshot } from './snapshots.ts'

/** Which Rollout of an Application's manifests is meant. */
export interface RolloutName {
  readonly namespace: string
  readonly name: string
}

/** The one Rollout that was asked for, as an Application renders it. */
export interface RenderedRollout {
  /** Its pod template, or that of the workload that it refers to. */
  readonly template: Sealed
  /** Its whole `spec`, as it stands in the manifest. */
  readonly spec: Sealed
  /** One hash of all that the Application renders and that names an AnalysisTemplate; undefined where that was not told. */
  readonly analysis: string | undefined
  /** What the Application renders and no revert takes back, with a hash of what matters of it; undefined where that was not told. */
  readonly irreversible?: readonly IrreversibleObject[] | undefined
  /** `namespace/name` of every Rollout that the Application renders, within a cap; undefined where that was not told. */
  readonly rollouts?: readonly string[] | undefined
  /** All that is rendered, as hashes; undefined where that was not told, or some of it is shown to nobody. */
  readonly parts?: RenderedParts | undefined
}

/** See `irreversibleOf`. */
export interface IrreversibleObject {
  readonly kind: string
  readonly name: string
  readonly hash: string
}

/**
 * Why it cannot be told what an Application renders.
 * - `unsupported`: this renderer does not read such a source.
 * - `unpublished`: it could, once the revision is where it can read it.
 * - `forbidden`: who renders does not let us ask about this one.
 * - `not-allowed`: the admin's list does not name one of its repositories: Kedge itself does not look into it.
 * - `locked-out`: who renders lets us in no more: it takes no token of ours, or has rendered this very Application before.
 * - `unreachable`: who renders, or the repository, could not be asked, or had no way to answer just now.
 * - `too-large`: more than is read.
 * - `unfetched`: it was asked, and does not find the revision, or not yet.
 * - `failed`: it was asked, and the revision does not render.
 * - `absent`: it renders, and the Rollout (or the workload that it refers to) is not among it.
 * - `several`: more than one object of that name is among it.
 */
export type NotRendered =
  | 'unsupported'
  | 'unpublished'
  | 'forbidden'
  | 'not-allowed'
  | 'locked-out'
  | 'unreachable'
  | 'too-large'
  | 'unfetched'
  | 'failed'
  | 'absent'
  | 'several'

/** Whether that is no answer, and the question is to be asked again. */
export function isUnanswered(why: NotRendered): why is 'unreachable' | 'locked-out' {
  return why === 'unreachable' || why === 'locked-out'
}

/** `detail` is one sentence for people and holds nothing of what was rendered. */
export type Rendering = { result: 'rendered'; rollout: RenderedRollout } | { result: 'unknown'; why: NotRendered; detail: string }

/**
 * All that an Application renders, as one hash: equal where all manifests are, in whatever order they come. `hides`: values of Secrets,
 * which who renders shows nobody, are not in it.
 */
export type RenderedDigest = ({ result: 'rendered'; hides: boolean } & RenderedObjects) | (Rendering & { result: 'unknown' })

/**
 * What of an Application's spec decides what a revision of it renders, under which a recording finds it again: field by field, so that a
 * recording is read by later versions as well.
 */
export function renderedSpec({ project, destinationNamespace, sources }: ApplicationSnapshot): string {
  const read = sources.map((source) => {
    const { repoURL, path, chart, ref, valueFiles, fileParameters, folders, parameters } = source
    return { repoURL, path, chart, ref, valueFiles, fileParameters, folders, parameters }
  })
  return canonicalJson({ project, destinationNamespace, sources: read })
}

/**
 * Whether a sync from the one to the other would leave a release of the Rollout as it is: the same template, the same steps, the same
 * measures. How many pods it has is no part of a release, while it has some.
 */
export function leavesRelease(one: RenderedRollout, other: RenderedRollout): boolean {
  if (one.analysis === undefined || one.analysis !== other.analysis) return false
  // What is compared within bounds first is not nested deeper than the stack is.
  const isSame = (before: Sealed, after: Sealed): boolean =>
    isRenderedAlike(before, after) && canonicalJson(before.open()) === canonicalJson(after.open())
  return isSame(one.template, other.template) && isSame(withoutReplicas(one.spec), withoutReplicas(other.spec))
}

function withoutReplicas(spec: Sealed): Sealed {
  const fields = spec.open()
  const replicas = isFields(fields) ? own(fields, 'replicas') : undefined
  if (!isFields(fields) || typeof replicas !== 'number' || replicas <= 0) return spec
  return new Sealed(Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'replicas')))
}

/** A rendering that could not be told. */
export function notRendered(why: NotRendered, detail: string): Rendering & { result: 'unknown' } {
  return { result: 'unknown', why, detail }
}

/** What a Rollout may take its template from, and where it lies there. Source: argo-rollouts `rollout/templateref.go`. */
const WORKLOADS: Readonly<Record<string, { group: string; path: readonly string[] }>> = {
  Deployment: { group: 'apps', path: ['spec', 'template'] },
  ReplicaSet: { group: 'apps', path: ['spec', 'template'] },
  PodTemplate: { group: '', path: ['template'] },
}

/** A text that holds this word is a part of `RenderedRollout.analysis`: ClusterAnalysisTemplates hold it, too. */
export const ANALYSIS_READ = 'AnalysisTemplate'

/** A manifest whose text holds none of these words (as `"Rollout"`, `kind: Deployment`) cannot be what is looked for. */
export const KINDS_READ: readonly string[] = ['Rollout', ...Object.keys(WORKLOADS)]

/** Whether `pickRollout` looks at a manifest of this kind at all. */
export function isRead(manifest: unknown): manifest is Fields {
  return isFields(manifest) && KINDS_READ.includes(String(own(manifest, 'kind')))
}

/** What of an Application's manifests matters. Objects without a namespace lie in `namespace`, where the Application puts them. */
export interface ReadManifests {
  readonly manifests: readonly unknown[]
  readonly namespace: string | undefined
  /** See `RenderedRollout`. */
  readonly analysis: string
  readonly irreversible: readonly IrreversibleObject[]
  /** A hash of all that is no Rollout, and of each manifest that is one; undefined where that cannot be told. */
  readonly hashes?: { readonly rest: string; readonly of: ReadonlyMap<unknown, string> } | undefined
}

/** More are not named beside one. */
const MOST_ROLLOUTS = 100
/** No name of an object is longer. */
const LONGEST_NAME = 253

/** Finds one Rollout among manifests, and the template that it has. */
export function pickRollout(read: ReadManifests, wanted: RolloutName): Rendering {
  const { manifests, namespace, analysis, irreversible } = read
  const beside = { analysis, irreversible, rollouts: rolloutsIn(manifests, namespace), parts: partsOf(read) }
  const named = (kind: string, group: string, name: string): readonly Fields[] =>
    manifests.filter((manifest): manifest is Fields => isNamed(manifest, { kind, group, name, namespace: wanted.namespace }, namespace))
  const [rollout, ...more] = named('Rollout', 'argoproj.io', wanted.name)
  if (!rollout) return notRendered('absent', 'The Rollout is not among what is rendered.')
  if (more.length > 0) return notRendered('several', 'More than one Rollout of this name is rendered.')
  const spec = own(rollout, 'spec')
  if (!isFields(spec)) return notRendered('absent', 'The Rollout that is rendered has no spec.')
  const reference = own(spec, 'workloadRef')
  if (!isFields(reference)) return withTemplate(spec, own(spec, 'template'), beside)
  const kind = own(reference, 'kind')
  const workload = typeof kind === 'string' ? own(WORKLOADS, kind) : undefined
  const name = own(reference, 'name')
  if (!workload || typeof kind !== 'string' || typeof name !== 'string')
    return notRendered('absent', 'The Rollout takes its template from a workload of a kind that it cannot take it from.')
  const [found, ...others] = named(kind, workload.group, name)
  if (!found) return notRendered('absent', `The ${kind} that the Rollout takes its template from is not among what is rendered.`)
  if (others.length > 0) return notRendered('several', `More than one ${kind} of the name that the Rollout refers to is rendered.`)
  return withTemplate(
    spec,
    workload.path.reduce<unknown>((value, field) => (isFields(value) ? own(value, field) : undefined), found),
    beside,
  )
}

function withTemplate(spec: Fields, template: unknown, beside: Omit<RenderedRollout, 'template' | 'spec'>): Rendering {
  if (!isFields(template)) return notRendered('absent', 'The Rollout that is rendered has no pod template.')
  return { result: 'rendered', rollout: { template: new Sealed(template), spec: new Sealed(spec), ...beside } }
}

function rolloutsIn(manifests: readonly unknown[], namespace: string | undefined): readonly string[] {
  const names = manifests.flatMap((manifest) => (isRollout(manifest) ? (nameIn(manifest, namespace) ?? []) : []))
  return [...new Set(names)].slice(0, MOST_ROLLOUTS)
}

/** Whether a manifest is a Rollout of Argo's. */
export function isRollout(manifest: unknown): manifest is Fields {
  return isFields(manifest) && own(manifest, 'kind') === 'Rollout' && groupOf(manifest) === 'argoproj.io'
}

/** `namespace/name`; undefined where no object can have it. */
function nameIn(manifest: Fields, namespace: string | undefined): string | undefined {
  const metadata = own(manifest, 'metadata')
  const parts = isFields(metadata) ? [own(metadata, 'namespace') || namespace, own(metadata, 'name')] : []
  const isName = parts.length > 0 && parts.every((part) => typeof part === 'string' && part !== '' && part.length <= LONGEST_NAME)
  return isName ? parts.join('/') : undefined
}

function partsOf({ manifests, namespace, hashes }: ReadManifests): RenderedParts | undefined {
  if (!hashes) return undefined
  const all = manifests.filter(isRollout).map((manifest) => [nameIn(manifest, namespace), hashes.of.get(manifest)] as const)
  const told = new Map(all.flatMap(([name, hash]) => (name === undefined || hash === undefined ? [] : [[name, hash] as const])))
  return told.size === all.length && all.length <= MOST_ROLLOUTS ? { rest: hashes.rest, rollouts: told } : undefined
}

function isNamed(
  manifest: unknown,
  wanted: { kind: string; group: string; name: string; namespace: string },
  namespace: string | undefined,
): boolean {
  if (!isFields(manifest) || own(manifest, 'kind') !== wanted.kind || groupOf(manifest) !== wanted.group) return false
  const metadata = own(manifest, 'metadata')
  return (
    isFields(metadata) &&
    own(metadata, 'name') === wanted.name &&
    // Argo CD takes an empty one for none as well.
    (own(metadata, 'namespace') || namespace) === wanted.namespace
  )
}

function groupOf(manifest: Fields): string | undefined {
  const version = own(manifest, 'apiVersion')
  if (typeof version !== 'string') return undefined
  return version.includes('/') ? version.slice(0, version.indexOf('/')) : ''
}
