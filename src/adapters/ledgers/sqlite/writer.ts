import type { DatabaseSync } from 'node:sqlite'
import type { LedgerHead } from '../../../ports/ledger.ts'
import type { Row, StoredLink } from '../chain/row.ts'
import { createNamer } from './names.ts'

/** The newest record, as often as it is asked for. */
export function readHead(database: DatabaseSync): () => LedgerHead | undefined {
  const head = database.prepare('SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1')
  return () => {
    const last = head.get()
    return last && { sequence: Number(last['sequence']), hash: String(last['hash']) }
  }
}

/** Writes one record, that it holds the newest document of its key, and what that names. */
export function createWriter(database: DatabaseSync): (link: StoredLink, row: Pick<Row, 'index' | 'names'>) => void {
  const record = database.prepare('INSERT INTO record (sequence, at, kind, key, event, document, hash) VALUES (?, ?, ?, ?, ?, ?, ?)')
  const newest = database.prepare(`
    INSERT INTO document (kind, key, first_sequence, sequence, subject, open, since) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6)
    ON CONFLICT DO UPDATE SET sequence = ?3, subject = ?4, open = ?5, since = ?6`)
  const name = createNamer(database)
  return ({ sequence, at, kind, key, event, document, hash }, { index, names }) => {
    record.run(sequence, at, kind, key, event, document, hash)
    newest.run(kind, key, sequence, index.subject, index.open, index.since)
    name(names, kind, key)
  }
}
