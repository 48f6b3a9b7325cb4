import type { DatabaseSync } from 'node:sqlite'
import type { LedgerHead } from '../../../ports/ledger.ts'
import type { StoredLink } from '../chain/row.ts'
import type { Guard } from './guard.ts'

const PAGE = 500

type Cells = [sequence: number, at: number, kind: string, key: string, event: string, document: string, hash: string]

/** The last record that was archived: the chain goes on after it. */
export function readAnchor(database: DatabaseSync): LedgerHead | undefined {
  // Not so in a file of an older schema that is only read.
  if (!database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'anchor'`).get()) return undefined
  const anchor = database.prepare('SELECT sequence, hash FROM anchor ORDER BY sequence DESC LIMIT 1').get()
  return anchor && { sequence: Number(anchor['sequence']), hash: String(anchor['hash']) }
}

/**
 * All rows of `record`, oldest first, read in pages so that no open cursor keeps the write-ahead log from being folded back. Rows come as
 * arrays, which are made in half the time of objects. The casts hold because the table is STRICT.
 */
export function* readLinks(database: DatabaseSync, guard: Guard = (read) => read()): Generator<StoredLink> {
  const page = database.prepare(
    'SELECT sequence, at, kind, key, event, document, hash FROM record WHERE sequence > ? ORDER BY sequence LIMIT ?',
  )
  page.setReturnArrays(true)
  let last = -1
  while (true) {
    const rows = guard(() => page.all(last, PAGE)) as unknown as readonly Cells[]
    for (const [sequence, at, kind, key, event, document, hash] of rows) yield { sequence, at, kind, key, event, document, hash }
    const end = rows.at(-1)
    if (!end) return
    last = end[0]
  }
}
