import type { Raw } from '../../simulation/objects.ts'

export type Kind = 'Rollout' | 'ReplicaSet' | 'AnalysisRun' | 'Application'
export const KINDS: readonly Kind[] = ['Rollout', 'ReplicaSet', 'AnalysisRun', 'Application']

export interface Told {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: Raw
}

/** What Kedge hears of one cluster. */
export interface Listener {
  hear(told: Told): void
  /** The whole of a kind, as it is now. */
  list(kind: Kind): void
}

/** The watches of one cluster: each kind has its own, each may lag, and within one order holds. */
export interface Watches {
  listener: Listener | undefined
  tell(told: Told): void
  /** Nothing is heard of these kinds for so long; then all of it in order, or with `lost` the list of what is there by then. */
  hush(kinds: readonly Kind[], ms: number, lost: boolean): void
}

export interface WatchOptions {
  now: () => number
  after: (ms: number, call: () => void) => void
  /** How long each kind is behind, milliseconds. */
  lags: Readonly<Record<Kind, number>>
  /** Whether an event comes twice. */
  isTwice: () => boolean
}

/** See {@link Watches}. */
export function createWatches({ now, after, lags, isTwice }: WatchOptions): Watches {
  const freeAt = new Map<Kind, number>()
  const hushed = new Map<Kind, { until: number; lost: boolean; held: Told[] }>()

  function deliver(told: Told): void {
    watches.listener?.hear(told)
    if (isTwice()) watches.listener?.hear(told)
  }

  const watches: Watches = {
    listener: undefined,
    tell(told) {
      const kind = told.object['kind'] as Kind
      const quiet = hushed.get(kind)
      if (quiet) return void (quiet.lost || quiet.held.push(told))
      const at = Math.max(now() + lags[kind], freeAt.get(kind) ?? 0)
      freeAt.set(kind, at)
      after(at - now(), () => deliver(told))
    },
    hush(kinds, ms, lost) {
      for (const kind of kinds) {
        if (hushed.has(kind)) continue
        const quiet = { until: now() + ms, lost, held: [] as Told[] }
        hushed.set(kind, quiet)
        after(ms, () => {
          hushed.delete(kind)
          if (lost) watches.listener?.list(kind)
          else for (const told of quiet.held) watches.tell(told)
        })
      }
    },
  }
  return watches
}
