import type { Effect } from '../../domain/effect.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'

/** How an effect came out. `entries`: what else changed, written with the receipt in one transaction. */
export interface Delivered {
  state: 'done' | 'abandoned'
  event: string
  receipt?: Effect['receipt']
  entries?: () => readonly LedgerEntry[]
}
