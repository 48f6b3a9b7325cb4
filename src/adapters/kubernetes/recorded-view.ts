import type { Clock } from '../../ports/clock.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import { createViewStore, type ViewStore, type WatchEventType } from './store.ts'
import { WATCHED_KINDS } from './tables.ts'

/** A cluster that shows what a recording says, always fresh. */
export interface RecordedView {
  view: ClusterView
  /** Takes in one event. */
  apply(event: { type: WatchEventType; object: Record<string, unknown> }): void
}

/** Uses the same store and the same readers as the live watch. */
export function createRecordedView(
  cluster: string,
  clock: Pick<Clock, 'now'>,
): RecordedView & { relist(objects: Iterable<Record<string, unknown>>): void } {
  const store: ViewStore = createViewStore(cluster)
  const view: ClusterView = {
    ...store,
    freshness: () => ({ fresh: true, asOf: clock.now(), blind: [] }),
    reread: async (namespace, name) => store.rollout(namespace, name),
  }
  return {
    view,
    apply: (event) => store.apply(event.type, event.object),
    relist(objects) {
      const all = [...objects]
      for (const kind of WATCHED_KINDS)
        store.replaceAll(
          kind,
          all.filter((object) => object['kind'] === kind),
        )
    },
  }
}
