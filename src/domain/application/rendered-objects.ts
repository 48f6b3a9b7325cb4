import { isFields, own, type Fields } from '../rollout/template-shape.ts'
import { plainText } from '../words/plain-text.ts'

/** All that an Application renders, as hashes. Those of one renderer can be compared, at any revisions. */
export interface RenderedObjects {
  /** Of all of it. */
  readonly digest: string
  /** Of what of each object is a release, by its id: how many pods a workload has is none. Absent where `whole` is. */
  readonly objects?: ReadonlyMap<string, string> | undefined
  /**
   * Of all of each object, by its id: see `ReleasedPart`. Equal hashes are equal objects, in every field; values of Secrets may be hidden
   * from them. Absent where not all objects can be told apart, as two have one id or one has no name, and where they were not all read.
   */
  readonly whole?: ReadonlyMap<string, string> | undefined
  /** By id, the AnalysisTemplates that an object refers to, see `namedTemplates`: those alone that refer to one. */
  readonly templates?: ReadonlyMap<string, readonly string[]> | undefined
}

/** `isRendered`: the revert is. `isOwn`: of the Application whose Rollout fails; each of its Rollouts is asked about by its template. */
export interface BuiltUponOptions {
  isRendered: boolean
  isOwn: boolean
}

/**
 * An object, in words, that somebody has built upon. `changed`: it would go back, and is not as the release left it. `needs`: it is not,
 * and may need as it is what would go back. `new`: it would become what was never asked for.
 */
export interface BuiltUpon {
  readonly why: 'changed' | 'needs' | 'new'
  readonly object: string
  readonly id: string
  /** What would go back, where it is something else. */
  readonly goesBack?: string
}

/**
 * What a revert changes of an Application that is not as the release left it: an object that it changes and somebody has changed since,
 * or that it brings to no state that was asked for at N. Where anything else than workloads goes back, some workload may need it as it is:
 * all of them have to be as the release left them. How many pods there are is no part of a release. Where the revert is not rendered yet,
 * N stands for it: what the release did not change is taken for left alone.
 */
export function findBuiltUpon(
  { good, left, head, revert }: Record<'good' | 'left' | 'head' | 'revert', RenderedObjects>,
  { isRendered, isOwn }: BuiltUponOptions,
): BuiltUpon | 'untold' | undefined {
  if (left.digest === head.digest) return undefined
  if (!good.objects || !left.objects || !head.objects || !revert.objects)
    return isRendered || left.digest !== good.digest ? 'untold' : undefined
  const [before, then, now, after] = [good.objects, left.objects, head.objects, revert.objects]
  const isLeft = (id: string): boolean => now.get(id) === then.get(id)
  const isChanged = (id: string): boolean => (isRendered ? now.get(id) !== after.get(id) : then.get(id) !== before.get(id))
  const ids = [...new Set([...before.keys(), ...then.keys(), ...now.keys(), ...after.keys()])].sort()
  const changed = ids.filter((id) => isChanged(id) && !(isOwn && isRollout(id)))
  const found = changed.find((id) => !isLeft(id))
  if (found !== undefined) return { why: 'changed', id: found, object: nameOfObject(found) }
  const odd = changed.find((id) => after.get(id) !== before.get(id))
  if (odd !== undefined) return { why: 'new', id: odd, object: nameOfObject(odd) }
  const needed = changed.find((id) => !isWorkload(id))
  const needs = needed === undefined ? undefined : ids.find((id) => mayRun(id) && !isLeft(id))
  if (needed === undefined || needs === undefined) return undefined
  return { why: 'needs', id: needs, object: nameOfObject(needs), goesBack: nameOfObject(needed) }
}

/** An object for people, as its manifest calls it: strangers' text. */
export function nameOfObject(id: string): string {
  const [, kind, namespace, name] = JSON.parse(id) as readonly unknown[]
  const isThere = typeof namespace === 'string' && namespace !== ''
  return plainText(`${String(kind)} ${isThere ? `${plainText(namespace, 63)}/` : ''}${String(name)}`, 120)
}

const WORKLOADS: readonly unknown[] = [
  'Rollout',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Pod',
  'ReplicationController',
]

const isWorkload = (id: string): boolean => WORKLOADS.includes(readId(id).kind)

const isRollout = (id: string): boolean => readId(id).kind === 'Rollout' && readId(id).version.startsWith('argoproj.io/')

/** Whether it may run pods: what is of a group that is not Kubernetes' own may, whatever it is called. */
export const mayRun = (id: string): boolean => isWorkload(id) || /^[^/]*(?<!\.k8s)\.[^./]+\//.test(readId(id).version)

const readId = (id: string): { version: string; kind: unknown } => {
  const [version, kind] = JSON.parse(id) as readonly unknown[]
  return { version: String(version), kind }
}

const SCALED: readonly unknown[] = ['Rollout', 'Deployment', 'ReplicaSet', 'StatefulSet']

/** One object that is rendered, and what of it is a release. */
export interface ReleasedPart {
  /** What tells it from others: `apiVersion`, `kind`, `namespace` (empty where it names none) and `name`, as JSON. */
  readonly id: string
  readonly part: Fields
  /** The same where it only lends a Rollout its template: how many pods it has itself is nothing to that. */
  readonly lent?: Fields
  /** The id of what it takes its own template from (`spec.workloadRef`). */
  readonly borrows?: string
}

/** What tells an object from others, and what of it is a release; undefined where it has no name. */
export function releasedPart(manifest: unknown): ReleasedPart | undefined {
  if (!isFields(manifest)) return undefined
  const [kind, version, metadata, spec] = ['kind', 'apiVersion', 'metadata', 'spec'].map((field) => own(manifest, field))
  const [namespace, name] = isFields(metadata) ? [own(metadata, 'namespace') ?? '', own(metadata, 'name')] : []
  if (typeof kind !== 'string' || typeof version !== 'string' || typeof name !== 'string') return undefined
  const id = JSON.stringify([version, kind, namespace, name])
  if (!SCALED.includes(kind) || !isFields(spec)) return { id, part: manifest }
  const borrows = kind === 'Rollout' ? borrowedBy(spec, namespace) : undefined
  const { replicas = 1, ...rest } = spec
  // The API server makes one of none.
  const one = { ...manifest, spec: { ...rest, replicas: 1 } }
  if (typeof replicas === 'number' && replicas > 0) return { id, part: one, ...(borrows !== undefined && { borrows }) }
  return { id, part: manifest, ...(LENDING.includes(kind) && { lent: one }), ...(borrows !== undefined && { borrows }) }
}

const LENDING: readonly unknown[] = ['Deployment', 'ReplicaSet']

function borrowedBy(spec: Fields, namespace: unknown): string | undefined {
  const reference = own(spec, 'workloadRef')
  return isFields(reference)
    ? JSON.stringify([own(reference, 'apiVersion'), own(reference, 'kind'), namespace, own(reference, 'name')])
    : undefined
}

/** The same as hashes. */
export interface ReleasedHash {
  readonly id: string
  readonly hash: string
  /** Of all of it. */
  readonly whole: string
  /** See `namedTemplates`. */
  readonly templates: readonly string[]
  readonly lent?: string | undefined
  readonly borrows?: string | undefined
}

/**
 * A hash of what is a release, for each object of an Application; undefined where one has no name, or two have the same.
 * @param namespace where objects lie that name none
 */
export function releasedObjects(
  objects: readonly (Omit<ReleasedHash, 'whole' | 'templates'> | undefined)[],
  namespace: string | undefined,
): ReadonlyMap<string, string> | undefined {
  const placed = (id: string): string => {
    const [version, kind, its, name] = JSON.parse(id) as readonly unknown[]
    return JSON.stringify([version, kind, its === '' ? (namespace ?? '') : its, name])
  }
  const borrowed = new Set(objects.flatMap((object) => (object?.borrows === undefined ? [] : placed(object.borrows))))
  const known = new Map<string, string>()
  for (const object of objects) {
    if (!object || known.has(object.id)) return undefined
    const { id, hash, lent = hash } = object
    known.set(id, borrowed.size > 0 && borrowed.has(placed(id)) ? lent : hash)
  }
  return known
}

/** See `RenderedObjects.whole`. `objects`: all that the Application renders, undefined for one of which nothing is told. */
export function wholeObjects(objects: readonly (ReleasedHash | undefined)[]): Pick<RenderedObjects, 'whole' | 'templates'> {
  const whole = new Map<string, string>()
  const templates = new Map<string, readonly string[]>()
  for (const object of objects) {
    if (!object || whole.has(object.id)) return {}
    whole.set(object.id, object.whole)
    if (object.templates.length > 0) templates.set(object.id, object.templates)
  }
  return { whole, templates }
}
