import { Counter, Registry } from 'prom-client'
import type { WatchObserver } from '../../ports/cluster-view.ts'

/** Counters of what the watches do, by cluster and kind. They stand before everything else that is measured, as the watches do. */
export interface WatchCounters {
  readonly registry: Registry
  readonly watching: (cluster: string) => WatchObserver
}

/** See {@link WatchCounters}. */
export function createWatchCounters(): WatchCounters {
  const registry = new Registry()
  const registers = [registry]
  const labelNames = ['cluster', 'kind']
  const events = new Counter({ name: 'kedge_watch_events_total', help: 'Events that watches took in.', labelNames, registers })
  const lists = new Counter({ name: 'kedge_watch_lists_total', help: 'Full lists that were taken in.', labelNames, registers })
  const seconds = new Counter({
    name: 'kedge_watch_list_seconds_total',
    help: 'Time that full lists took, from the request to the last object.',
    labelNames,
    registers,
  })
  const ends = new Counter({
    name: 'kedge_watch_ends_total',
    help: 'Watches that ended: `end` when the server closed one, else the kind of the fault.',
    labelNames: [...labelNames, 'why'],
    registers,
  })
  const watching = (cluster: string): WatchObserver => ({
    event: ({ kind }) => events.inc({ cluster, kind }),
    listed({ kind }, _objects, durationMs) {
      lists.inc({ cluster, kind })
      seconds.inc({ cluster, kind }, Math.max(0, durationMs) / 1_000)
    },
    ended: ({ kind }, why) => ends.inc({ cluster, kind, why }),
  })
  return { registry, watching }
}
