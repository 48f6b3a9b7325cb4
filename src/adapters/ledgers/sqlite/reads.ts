import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerKind, LedgerQuery, LedgerStore } from '../../../ports/ledger.ts'
import { parseDocument } from '../chain/documents.ts'
import { toRecord, type StoredLink } from '../chain/row.ts'
import type { Guard } from './guard.ts'
import { createNaming } from './names.ts'

/** The reading half of the store, all of it through indices. */
export function createReads(database: DatabaseSync, guard: Guard): Pick<LedgerStore, 'load' | 'naming' | 'history' | 'newest'> {
  const find = createFind(database)
  const history = database.prepare(
    'SELECT sequence, at, kind, key, event, document, hash FROM record WHERE kind = ? AND key = ? ORDER BY sequence',
  )
  const newest = database.prepare(
    'SELECT sequence, at, kind, key, event, document, hash FROM record WHERE sequence < ? ORDER BY sequence DESC LIMIT ?',
  )
  return {
    newest: async ({ before = Number.MAX_SAFE_INTEGER, limit }) =>
      (guard(() => newest.all(before, Math.trunc(limit))) as unknown as readonly StoredLink[]).map(toRecord),
    load: async <K extends LedgerKind>(kind: K, query: LedgerQuery) =>
      guard(() => find(kind, query)).map(([key, document, since, sequence]) => ({
        key,
        document: parseDocument(kind, key, document),
        place: { since, sequence },
      })),
    naming: createNaming(database, guard),
    history: async (kind, key) => (guard(() => history.all(kind, key)) as unknown as readonly StoredLink[]).map(toRecord),
  }
}

const SELECT = `
SELECT document.key, record.document, document.since, document.first_sequence
FROM document JOIN record ON record.sequence = document.sequence`

type Found = readonly [key: string, document: string, since: number, firstSequence: number]

/** One statement for each set of conditions in use, so that SQLite can pick the index for it. */
function createFind(database: DatabaseSync): (kind: LedgerKind, query: LedgerQuery) => readonly Found[] {
  const statements = new Map<string, StatementSync>()
  return (kind, { key, subject, open, before, limit }) => {
    // Of both, the index of the one that leaves few over, however far the ledger has grown: a plus before a column bars its index.
    const barred = subject === undefined || open === undefined ? undefined : open ? 'subject' : 'open'
    const conditions = [
      'document.kind = ?',
      ...(key === undefined ? [] : ['document.key = ?']),
      ...(subject === undefined ? [] : [`${barred === 'subject' ? '+' : ''}document.subject = ?`]),
      ...(open === undefined ? [] : [`${barred === 'open' ? '+' : ''}document.open = ?`]),
      ...(before ? ['(document.since, document.first_sequence) < (?, ?)'] : []),
    ]
    const sql = `${SELECT} WHERE ${conditions.join(' AND ')} ORDER BY document.since DESC, document.first_sequence DESC LIMIT ?`
    const statement = statements.get(sql) ?? database.prepare(sql)
    statement.setReturnArrays(true)
    statements.set(sql, statement)
    const values = [
      ...(key === undefined ? [] : [key]),
      ...(subject === undefined ? [] : [subject]),
      ...(open === undefined ? [] : [Number(open)]),
      ...(before ? [before.since, before.sequence] : []),
    ]
    return statement.all(kind, ...values, Math.trunc(limit)) as unknown as readonly Found[]
  }
}
