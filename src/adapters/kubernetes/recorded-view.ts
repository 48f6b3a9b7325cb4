import type { LiveTemplate } from '../../domain/rollout/template.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import { fields } from './snapshots/fields.ts'
import { readLiveTemplate } from './snapshots/live-template.ts'
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
  const templates = new Map<string, LiveTemplate>()
  const view: ClusterView = {
    ...store,
    freshness: () => ({ fresh: true, asOf: clock.now(), blind: [] }),
    reread: async (namespace, name) => store.rollout(namespace, name),
    rereadApplication: async (namespace, name) => store.application(namespace, name),
    rereadExperiment: async (namespace, name) => store.standaloneExperiment(namespace, name),
    template: async ({ uid }) => templates.get(uid),
  }

  function keepTemplate(type: WatchEventType, object: Record<string, unknown>): void {
    const { uid } = fields(object['metadata'])
    if (object['kind'] !== 'ReplicaSet' || typeof uid !== 'string') return
    const template = type === 'DELETED' ? undefined : readLiveTemplate(object, uid)
    if (template) templates.set(uid, template)
    else templates.delete(uid)
  }

  return {
    view,
    apply(event) {
      keepTemplate(event.type, event.object)
      store.apply(event.type, event.object)
    },
    relist(objects) {
      const all = [...objects]
      templates.clear()
      for (const object of all) keepTemplate('ADDED', object)
      for (const kind of WATCHED_KINDS)
        store.replaceAll(
          kind,
          all.filter((object) => object['kind'] === kind),
        )
    },
  }
}
