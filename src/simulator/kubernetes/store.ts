import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { mergePatch, sameJson } from '../json.ts'
import { admit, type WriteScope } from './admission.ts'
import { createHistory, type StoreEvent } from './history.ts'
import { ApiError, type KubeObject, type ObjectRef } from './object.ts'
import { typeOf } from './resources.ts'

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
   * Creates or replaces an object. Metadata that is given (uid, generation, creationTimestamp) is kept, so a recorded
   * object
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

/** An empty store that keeps the last `historyLimit` events. `newUid`: of objects that come without one; random by default. */
export function createObjectStore(clock: Clock, historyLimit = 10_000, newUid: () => string = randomUUID): ObjectStore {
  const objects = new Map<string, Map<string, KubeObject>>()
  const history = createHistory(historyLimit)

  function bucket(plural: string): Map<string, KubeObject> {
    const existing = objects.get(plural) ?? new Map<string, KubeObject>()
    objects.set(plural, existing)
    return existing
  }

  function find(ref: ObjectRef): KubeObject {
    const object = bucket(ref.plural).get(keyOf(ref))
    if (object === undefined) throw new ApiError(404, 'NotFound', `${ref.plural} "${ref.name}" not found`)
    return object
  }

  function write(next: KubeObject, scope: WriteScope): KubeObject {
    const resource = typeOf(next)
    const key = keyOf(next.metadata)
    const previous = bucket(resource.plural).get(key)
    const object = admit(structuredClone(next), { previous, scope, resource, now: clock.now(), newUid })
    if (previous !== undefined && sameJson(object, previous)) return structuredClone(previous)
    const version = history.nextVersion()
    object.metadata.resourceVersion = String(version)
    bucket(resource.plural).set(key, object)
    history.record({
      version,
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      resource,
      object,
      ...(previous && { previous }),
    })
    return structuredClone(object)
  }

  return {
    version: () => history.version(),
    oldestVersion: () => history.oldest(),
    since: (version) => history.since(version),
    subscribe: (listener) => history.subscribe(listener),
    compact: () => history.compact(),
    get(ref) {
      const object = bucket(ref.plural).get(keyOf(ref))
      return object && structuredClone(object)
    },
    list(plural, namespace) {
      const all = [...bucket(plural).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
      return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)
    },
    apply: (object, scope = 'all') => write(object, scope),
    patch: (ref, patch, scope = 'all') => write(mergePatch(find(ref), patch) as KubeObject, scope),
    delete(ref) {
      const previous = find(ref)
      bucket(ref.plural).delete(keyOf(ref))
      const version = history.nextVersion()
      const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(version) } }
      history.record({ version, type: 'DELETED', resource: typeOf(previous), object, previous })
      return structuredClone(object)
    },
  }
}

function keyOf(named: { namespace: string; name: string }): string {
  return `${named.namespace}/${named.name}`
}
