import { toTimestamp } from '../clock.ts'
import { asObject, isObject, sameJson } from '../json.ts'
import type { KubeObject, ObjectMeta } from './object.ts'
import type { ResourceType } from './resources.ts'

/** What a write may touch: the object without its status, its status alone, or everything as given. */
export type WriteScope = 'main' | 'status' | 'all'

export interface Admission {
  previous: KubeObject | undefined
  scope: WriteScope
  resource: ResourceType
  /** Milliseconds since the epoch. */
  now: number
  newUid: () => string
}

/** Fills in metadata by the API server's rules and keeps what the write's scope may not touch. */
export function admit(object: KubeObject, admission: Admission): KubeObject {
  const { previous, scope, resource, now, newUid } = admission
  const kept = confine(object, previous, resource.statusSubresource ? scope : 'all')
  const { resourceVersion: _, ...rest } = kept.metadata
  // Only a test's raw write may set the generation; a client's is the server's to count.
  const given: ObjectMeta =
    scope === 'all' ? rest : { ...rest, ...(previous?.metadata.generation !== undefined && { generation: previous.metadata.generation }) }
  kept.metadata = {
    ...given,
    uid: given.uid ?? previous?.metadata.uid ?? newUid(),
    creationTimestamp: given.creationTimestamp ?? previous?.metadata.creationTimestamp ?? toTimestamp(now),
    ...(previous?.metadata.resourceVersion !== undefined && { resourceVersion: previous.metadata.resourceVersion }),
    generation: generationOf(given.generation, kept, { previous, resource }),
  }
  return kept
}

function confine(object: KubeObject, previous: KubeObject | undefined, scope: WriteScope): KubeObject {
  if (scope === 'status' && previous !== undefined) return { ...structuredClone(previous), status: object.status }
  if (scope === 'main') {
    const { status: _, ...rest } = object
    return {
      ...rest,
      ...(previous?.status !== undefined && { status: structuredClone(previous.status) }),
    } as KubeObject
  }
  return object
}

function generationOf(
  given: number | undefined,
  object: KubeObject,
  existing: { previous: KubeObject | undefined; resource: ResourceType },
): number {
  const { previous, resource } = existing
  const before = previous?.metadata.generation ?? 1
  if (previous === undefined || (given !== undefined && given !== before)) return given ?? 1
  return sameJson(counted(object, resource), counted(previous, resource)) ? before : before + 1
}

/** The part of an object whose change raises its generation. */
function counted(object: KubeObject, resource: ResourceType): unknown {
  const { metadata: _, status, ...rest } = object
  return resource.statusSubresource || !isObject(status) ? rest : { ...rest, status: asObject(status) }
}
