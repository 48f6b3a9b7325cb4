import type { KubeObject, WatchEventType } from './object.ts'
import type { ResourceType } from './resources.ts'

/** One change, as a watch tells it. `previous` lets a selector see an object leave. */
export interface StoreEvent {
  version: number
  type: WatchEventType
  resource: ResourceType
  object: KubeObject
  previous?: KubeObject
}

/** The one counter of resourceVersions and the events that a watch can resume from. */
export interface History {
  version(): number
  oldest(): number
  nextVersion(): number
  record(event: StoreEvent): void
  since(version: number): StoreEvent[]
  subscribe(listener: (event: StoreEvent) => void): () => void
  compact(): void
}

/** A history that keeps at least the last `limit` events. */
export function createHistory(limit: number): History {
  const listeners = new Set<(event: StoreEvent) => void>()
  let events: StoreEvent[] = []
  let version = 1
  let oldest = 1
  return {
    version: () => version,
    oldest: () => oldest,
    nextVersion: () => ++version,
    record(event) {
      events.push(event)
      // Cut back in strides, so that a busy store does not copy its history on every write.
      if (events.length > limit * 2) {
        events = events.slice(-limit)
        oldest = (events[0]?.version ?? version) - 1
      }
      for (const listener of Array.from(listeners)) listener(event)
    },
    since: (from) => events.filter((event) => event.version > from),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    compact() {
      events = []
      oldest = version
    },
  }
}
