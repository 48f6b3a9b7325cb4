import type { DatabaseSync } from 'node:sqlite'
import type { LedgerKind, LedgerRecord } from '../../../ports/ledger.ts'
import { canonicalJson, type ChainLink } from './chain.ts'

/** A row of `record`. The casts to it hold because the table is STRICT. */
export type StoredLink = ChainLink & { hash: string }

const PAGE = 500

/** All rows, oldest first, read in pages so that no open cursor keeps the write-ahead log from being folded back. */
export function* readLinks(database: DatabaseSync): Generator<StoredLink> {
  const page = database.prepare(
    'SELECT sequence, at, kind, key, event, document, hash FROM record WHERE sequence > ? ORDER BY sequence LIMIT ?',
  )
  let last = -1
  while (true) {
    const links = page.all(last, PAGE) as unknown as readonly StoredLink[]
    yield* links
    const end = links.at(-1)
    if (!end) return
    last = end.sequence
  }
}

/** A row with its document parsed. */
export function toRecord(link: StoredLink): LedgerRecord {
  return { ...link, kind: link.kind as LedgerKind, document: JSON.parse(link.document) as unknown }
}

/**
 * The chain as JSON lines, oldest first, each ending in a line feed: `verifyExport` checks them anywhere, with nothing
 * but SHA-256.
 */
export function* exportLedger(ledger: { records(): Iterable<LedgerRecord> }): Generator<string> {
  for (const record of ledger.records()) yield `${canonicalJson(record)}\n`
}
