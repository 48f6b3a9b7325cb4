import type { Quarantine } from '../../domain/quarantine/quarantine.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { put, Timeline, type Placed } from './timeline.ts'

/** All quarantines, in memory: one for each version that failed. */
export interface Quarantines {
  get(key: string): Quarantine | undefined
  /** @param order see {@link Placed} */
  take(quarantine: Quarantine, order: number): void
  list: Ledger['quarantines']
}

interface Shelf {
  byKey: Map<string, Placed<Quarantine>>
  timeline: Timeline<Quarantine>
}

/** See {@link Quarantines}. */
export function createQuarantines(): Quarantines {
  const all = newShelf()
  /** By Rollout: each look asks for those of one. */
  const own = new Map<string, Shelf>()

  function shelfOf(rollout: string): Shelf {
    const shelf = own.get(rollout) ?? newShelf()
    own.set(rollout, shelf)
    return shelf
  }

  return {
    get: (key) => all.byKey.get(key)?.document,
    take(quarantine, order) {
      const { key, cluster, namespace, rollout: name, since } = quarantine
      const rollout = rolloutKey({ cluster, namespace, name })
      for (const shelf of [all, shelfOf(rollout)]) put(shelf, { key, document: quarantine, since: Math.round(since), order })
    },
    list({ rollout, standing }) {
      const documents = (rollout ? own.get(rolloutKey(rollout)) : all)?.timeline.documents() ?? []
      return standing === undefined ? documents : documents.filter(({ state }) => (state === 'standing') === standing)
    },
  }
}

function newShelf(): Shelf {
  return { byKey: new Map(), timeline: new Timeline() }
}
