import type { Effect } from '../../domain/effect.ts'

/** The pending effects: looked at after every step of every effect, and there may be many. */
export interface Outbox {
  get(key: string): Effect | undefined
  /** @param order of two of one moment, the one with the larger number was made later */
  take(effect: Effect, order: number): void
  /** Oldest first. */
  pending: () => readonly Effect[]
}

/** See {@link Outbox}. */
export function createOutbox(): Outbox {
  const byKey = new Map<string, { effect: Effect; order: number }>()
  let sorted: readonly Effect[] | undefined
  return {
    get: (key) => byKey.get(key)?.effect,
    take(effect, order) {
      sorted = undefined
      if (effect.state !== 'pending') byKey.delete(effect.key)
      else byKey.set(effect.key, { effect, order: byKey.get(effect.key)?.order ?? order })
    },
    pending() {
      sorted ??= [...byKey.values()]
        .toSorted((a, b) => Math.round(a.effect.createdAt) - Math.round(b.effect.createdAt) || a.order - b.order)
        .map(({ effect }) => effect)
      return sorted
    },
  }
}
