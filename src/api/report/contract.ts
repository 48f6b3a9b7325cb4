import type { ReportRow } from '../../domain/report/row.ts'

/** A record of the chain by which a report can be held against the ledger. */
export interface ChainPlace {
  sequence: number
  hash: string
}

/** One release in a report: see `ReportRow`. `id`: for `/api/v1/releases/{id}`. */
export interface ReportItem extends ReportRow {
  id: string
}

/** `/api/v1/report`: releases as auditors ask for them, newest first. */
export interface ReportPage {
  items: readonly ReportItem[]
  /** Where the next page begins; null where there is none. A page may be short, or empty, and have one. */
  continue: string | null
  /** The chain's newest record when this page was made; null while it has none. */
  head: ChainPlace | null
  /** The last record that was archived: of what had ended before it, the archive alone tells. Null while the chain is whole. */
  archived: ChainPlace | null
  /** Epoch milliseconds. */
  madeAt: number
}
