import type { DatabaseSync } from 'node:sqlite'
import type { StoredLink } from '../chain/row.ts'

const PAGE = 500

/**
 * All rows of `record`, oldest first, read in pages so that no open cursor keeps the write-ahead log from being folded back. The casts
 * hold because the table is STRICT.
 */
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
