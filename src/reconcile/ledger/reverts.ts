import { isSameRepository } from '../../domain/application/repo-url.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { put, Timeline, type Placed } from './timeline.ts'

/** All reverts, in memory: what people decided on one is terminal for its key for ever. */
export interface Reverts {
  get(key: string): Revert | undefined
  /** @param order see {@link Placed} */
  take(revert: Revert, order: number): void
  list: Ledger['reverts']
  /** Those that have not ended. */
  live: () => Iterable<Revert>
}

/** See {@link Reverts}. */
export function createReverts(): Reverts {
  const byKey = new Map<string, Placed<Revert>>()
  const timeline = new Timeline<Revert>()
  const live = new Map<string, Revert>()
  return {
    get: (key) => byKey.get(key)?.document,
    take(revert, order) {
      put({ byKey, timeline }, { key: revert.key, document: revert, since: Math.round(revert.plannedAt), order })
      if (revert.state === 'ended') live.delete(revert.key)
      else live.set(revert.key, revert)
    },
    list: ({ repository, open, since }) =>
      timeline
        .documents()
        .filter(
          (revert) =>
            (repository === undefined || isSameRepository(revert.repository, repository)) &&
            (open === undefined || live.has(revert.key) === open) &&
            (since === undefined || Math.round(revert.plannedAt) >= since),
        ),
    live: () => live.values(),
  }
}
