import type { Clock } from '../../../ports/clock.ts'
import { apiVersionOf } from '../resources.ts'
import { createViewStore, type ViewStore, type WatchEventType } from '../store.ts'
import type { WatchedKind } from '../tables.ts'

/** One line of `events.jsonl`: `t` in seconds since the start. */
export interface RecordedLine {
  t: number
  type: WatchEventType
  object: Record<string, unknown>
}

interface Seen {
  resourceVersion: string
  kind: WatchedKind
  namespace: string
  name: string
}

/**
 * A store that tells every change it is shown, as a watch would have: the first list as ADDED, a later list (after a
 * lost watch) as what differs from before. `write` gets whole objects, only without `managedFields`.
 */
export function createRecordingStore(cluster: string, clock: Clock, write: (line: RecordedLine) => void): ViewStore {
  const store = createViewStore(cluster)
  const startedAt = clock.now()
  const seen = new Map<string, Seen>()

  function tell(type: WatchEventType, object: Record<string, unknown>): void {
    write({ t: Math.round(clock.now() - startedAt) / 1_000, type, object })
  }

  function take(type: WatchEventType, given: unknown, kind: WatchedKind): string | undefined {
    const object = completed(given, kind)
    const { uid, resourceVersion, namespace, name } = textsOf(object?.['metadata'])
    if (!object || uid === '') return undefined
    const before = seen.get(uid)
    if (type === 'DELETED') seen.delete(uid)
    else if (before?.resourceVersion === resourceVersion) return uid
    else seen.set(uid, { kind, resourceVersion, namespace, name })
    // A watch says MODIFIED of what a list has already shown.
    tell(type === 'ADDED' && before ? 'MODIFIED' : type, object)
    return uid
  }

  return {
    ...store,
    apply(type, object, kind) {
      if (kind !== undefined) take(type, object, kind)
      store.apply(type, object, kind)
    },
    beginList(kind, namespace) {
      const list = store.beginList(kind, namespace)
      const listed = new Set<string | undefined>()
      return {
        add(object) {
          listed.add(take('ADDED', object, kind))
          list.add(object)
        },
        finish(listVersion) {
          list.finish(listVersion)
          for (const [uid, gone] of seen) {
            if (gone.kind !== kind || listed.has(uid) || (namespace !== undefined && gone.namespace !== namespace)) continue
            seen.delete(uid)
            tell('DELETED', {
              apiVersion: apiVersionOf(kind),
              kind,
              metadata: {
                name: gone.name,
                namespace: gone.namespace,
                uid,
                resourceVersion: listVersion ?? gone.resourceVersion,
              },
            })
          }
        },
      }
    },
  }
}

/** The members that say which object it is; empty where there is none. */
function textsOf(metadata: unknown): Record<'uid' | 'resourceVersion' | 'namespace' | 'name', string> {
  const members = (metadata ?? {}) as Record<string, unknown>
  const text = (name: string): string => (typeof members[name] === 'string' ? members[name] : '')
  return {
    uid: text('uid'),
    resourceVersion: text('resourceVersion'),
    namespace: text('namespace'),
    name: text('name'),
  }
}

/** Items of a list do not say what they are, and `managedFields` is most of them and of no use. */
function completed(given: unknown, kind: WatchedKind): Record<string, unknown> | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const { metadata, ...rest } = given as Record<string, unknown>
  if (typeof metadata !== 'object' || metadata === null) return undefined
  const { managedFields: _, ...kept } = metadata as Record<string, unknown>
  return { apiVersion: apiVersionOf(kind), kind, ...rest, metadata: kept }
}
