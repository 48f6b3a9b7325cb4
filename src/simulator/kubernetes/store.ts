import { randomUUID } from 'node:crypto'
import { toTimestamp, type Clock } from '../clock.ts'
import { asObject, isObject, mergePatch, sameJson } from '../json.ts'
import { ApiError, type KubeObject, type ObjectRef, type WatchEventType } from './object.ts'
import { typeOf, type ResourceType } from './resources.ts'

/** One change, as a watch tells it. `previous` lets a selector see an object leave. */
export interface StoreEvent {
  version: number
  type: WatchEventType
  resource: ResourceType
  object: KubeObject
  previous?: KubeObject
}

/** What a write may touch: the object without its status, its status alone, or everything as given. */
export type WriteScope = 'main' | 'status' | 'all'

/**
 * The objects of the stand-in's cluster, with one resourceVersion counter and the history that watches resume from.
 * Objects handed in and out are copies.
 */
export interface ObjectStore {
  /** The newest resourceVersion. */
  version(): number
  /** The oldest resourceVersion that a watch can still resume from. */
  oldestVersion(): number
  get(ref: ObjectRef): KubeObject | undefined
  /** All objects of a resource, sorted by namespace and name; of one namespace where given. Do not change them. */
  list(plural: string, namespace?: string): KubeObject[]
  /**
   * Creates or replaces an object. Metadata that is given (uid, generation, creationTimestamp) is kept, so a recorded object
   * can be put as it was; what is not given follows the API server's rules. Writing what is already there is no event.
   */
  apply(object: KubeObject, scope?: WriteScope): KubeObject
  /** RFC 7396 merge patch, by the same rules. Throws ApiError 404. */
  patch(ref: ObjectRef, patch: unknown, scope?: WriteScope): KubeObject
  /** Throws ApiError 404. */
  delete(ref: ObjectRef): KubeObject
  /** Events after `version`, oldest first. */
  since(version: number): StoreEvent[]
  /** Tells of each change as it happens. Returns the way to stop. */
  subscribe(listener: (event: StoreEvent) => void): () => void
  /** Forgets the history, as etcd's compaction does: older resourceVersions are Gone. */
  compact(): void
}

/** An empty store that keeps the last `historyLimit` events. */
export function createObjectStore(clock: Clock, historyLimit = 10_000): ObjectStore {
  const objects = new Map<string, Map<string, KubeObject>>()
  const listeners = new Set<(event: StoreEvent) => void>()
  let history: StoreEvent[] = []
  let version = 1
  let oldest = 1

  const bucket = (plural: string): Map<string, KubeObject> => objects.get(plural) ?? objects.set(plural, new Map()).get(plural) ?? new Map()
  const find = (ref: ObjectRef): KubeObject | undefined => bucket(ref.plural).get(`${ref.namespace}/${ref.name}`)

  function record(event: StoreEvent): void {
    history.push(event)
    if (history.length > historyLimit * 2) {
      history = history.slice(-historyLimit)
      oldest = (history[0]?.version ?? version + 1) - 1
    }
    for (const listener of [...listeners]) listener(event)
  }

  function write(next: KubeObject, scope: WriteScope): KubeObject {
    const resource = typeOf(next)
    const ref = { plural: resource.plural, namespace: next.metadata.namespace, name: next.metadata.name }
    const previous = find(ref)
    const object = admit(structuredClone(next), { previous, scope, resource, now: clock.now() })
    if (previous !== undefined && sameJson(object, previous)) return structuredClone(previous)
    object.metadata.resourceVersion = String(++version)
    bucket(ref.plural).set(`${ref.namespace}/${ref.name}`, object)
    record({ version, type: previous === undefined ? 'ADDED' : 'MODIFIED', resource, object, ...(previous && { previous }) })
    return structuredClone(object)
  }

  return {
    version: () => version,
    oldestVersion: () => oldest,
    get(ref) {
      const object = find(ref)
      return object && structuredClone(object)
    },
    list(plural, namespace) {
      const all = [...bucket(plural).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
      return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)
    },
    apply: (object, scope = 'all') => write(object, scope),
    patch(ref, patch, scope = 'all') {
      const merged = mergePatch(existing(find(ref), ref), patch)
      return write(merged as KubeObject, scope)
    },
    delete(ref) {
      const previous = existing(find(ref), ref)
      bucket(ref.plural).delete(`${ref.namespace}/${ref.name}`)
      const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(++version) } }
      record({ version, type: 'DELETED', resource: typeOf(previous), object, previous })
      return structuredClone(object)
    },
    since: (from) => history.filter((event) => event.version > from),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    compact() {
      history = []
      oldest = version
    },
  }
}

function existing(object: KubeObject | undefined, ref: ObjectRef): KubeObject {
  if (object === undefined) throw new ApiError(404, 'NotFound', `${ref.plural} "${ref.name}" not found`)
  return object
}

interface Admission {
  previous: KubeObject | undefined
  scope: WriteScope
  resource: ResourceType
  now: number
}

/** Fills in metadata and keeps what the write's scope may not touch. */
function admit(object: KubeObject, admission: Admission): KubeObject {
  const { previous, scope, resource, now } = admission
  const kept = previous === undefined ? object : confine(object, previous, resource.statusSubresource ? scope : 'all')
  const { resourceVersion: _, ...given } = kept.metadata
  kept.metadata = {
    ...given,
    uid: given.uid ?? previous?.metadata.uid ?? randomUUID(),
    creationTimestamp: given.creationTimestamp ?? previous?.metadata.creationTimestamp ?? toTimestamp(now),
    ...(previous?.metadata.resourceVersion !== undefined && { resourceVersion: previous.metadata.resourceVersion }),
    generation: generationOf(kept, previous, resource),
  }
  return kept
}

function confine(object: KubeObject, previous: KubeObject, scope: WriteScope): KubeObject {
  if (scope === 'status') return { ...structuredClone(previous), status: object.status }
  if (scope === 'main') {
    const { status: _, ...rest } = object
    return { ...rest, ...(previous.status !== undefined && { status: structuredClone(previous.status) }) } as KubeObject
  }
  return object
}

function generationOf(object: KubeObject, previous: KubeObject | undefined, resource: ResourceType): number {
  const before = previous?.metadata.generation ?? 1
  const given = object.metadata.generation
  if (previous === undefined || (given !== undefined && given !== before)) return given ?? 1
  return sameJson(counted(object, resource), counted(previous, resource)) ? before : before + 1
}

/** The part of an object whose change raises its generation. */
function counted(object: KubeObject, resource: ResourceType): unknown {
  const { metadata: _, status, ...rest } = object
  return resource.statusSubresource || !isObject(status) ? rest : { ...rest, status: asObject(status) }
}
