import type { DatabaseSync } from 'node:sqlite'
import type { StoredLink } from '../chain/row.ts'

const PAGE = 500

type Cells = [sequence: number, at: number, kind: string, key: string, event: string, document: string, hash: string]

/**
 * All rows of `record`, oldest first, read in pages so that no open cursor keeps the write-ahead log from being folded back. Rows come as
 * arrays, which are made in half the time of objects. The casts hold because the table is STRICT.
 */
export function* readLinks(database: DatabaseSync): Generator<StoredLink> {
  const page = database.prepare(
    'SELECT sequence, at, kind, key, event, document, hash FROM record WHERE sequence > ? ORDER BY sequence LIMIT ?',
  )
  page.setReturnArrays(true)
  let last = -1
  while (true) {
    const rows = page.all(last, PAGE) as unknown as readonly Cells[]
    for (const [sequence, at, kind, key, event, document, hash] of rows) yield { sequence, at, kind, key, event, document, hash }
    const end = rows.at(-1)
    if (!end) return
    last = end[0]
  }
}
