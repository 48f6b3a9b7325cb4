import type { Effect } from '../../../domain/effect.ts'
import type { LedgerEntry } from '../../../ports/ledger.ts'

/** The pending effects, kept in memory: the outbox is looked at after every step of every effect, and may be long. */
export interface Outbox {
  /** Oldest first. */
  pending(): readonly Effect[]
  /** Takes over what has just become durable. */
  note(entries: readonly LedgerEntry[]): void
}

/** @param load reads the file, once */
export function createOutbox(load: () => readonly Effect[]): Outbox {
  let kept: Map<string, Effect> | undefined
  let sorted: readonly Effect[] | undefined

  return {
    pending() {
      kept ??= new Map(load().map((effect) => [effect.key, effect]))
      sorted ??= [...kept.values()].toSorted((a, b) => a.createdAt - b.createdAt)
      return sorted
    },
    note(entries) {
      for (const entry of entries) {
        if (entry.kind !== 'effect' || !kept) continue
        if (entry.document.state === 'pending') kept.set(entry.key, entry.document)
        else kept.delete(entry.key)
        sorted = undefined
      }
    },
  }
}
