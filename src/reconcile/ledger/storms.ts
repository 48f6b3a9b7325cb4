import type { Storm } from '../../domain/storm/storm.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { put, Timeline, type Placed } from './timeline.ts'

/** All storms, in memory: there are few. */
export interface Storms {
  get(key: string): Storm | undefined
  /** @param order see {@link Placed} */
  take(storm: Storm, order: number): void
  list: Ledger['storms']
}

/** See {@link Storms}. */
export function createStorms(): Storms {
  const byKey = new Map<string, Placed<Storm>>()
  const timeline = new Timeline<Storm>()
  return {
    get: (key) => byKey.get(key)?.document,
    take: (storm, order) => put({ byKey, timeline }, { key: storm.key, document: storm, since: Math.round(storm.begunAt), order }),
    list: ({ open }) => timeline.documents().filter(({ state }) => open === undefined || (state !== 'over') === open),
  }
}
