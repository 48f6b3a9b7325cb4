import type { LedgerHead, LedgerKind, LedgerQuery, LedgerStore } from '../../../ports/ledger.ts'
import { parseDocument } from '../chain/documents.ts'
import { toRecord, type StoredLink } from '../chain/row.ts'
import { READING, type Database, type Query, type TransactionMode } from './database.ts'
import { workFault } from './faults.ts'
import { findNaming } from './names.ts'

const COLUMNS = 'sequence, at, kind, key, event, document, hash'
const PAGE = 500

const HEAD = 'SELECT sequence, hash FROM kedge.record ORDER BY sequence DESC LIMIT 1'
const ANCHOR = 'SELECT sequence, hash FROM kedge.anchor ORDER BY sequence DESC LIMIT 1'
const HISTORY = `SELECT ${COLUMNS} FROM kedge.record WHERE kind = $1 AND key = $2 ORDER BY sequence`
const NEWEST = `SELECT ${COLUMNS} FROM kedge.record WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2`
const PAGE_OF_RECORDS = `SELECT ${COLUMNS} FROM kedge.record WHERE sequence > $1 ORDER BY sequence LIMIT ${PAGE}`

/**
 * Planned for its values each time, so that a condition that is not asked for costs nothing. Where both a subject and openness are asked
 * for, the index is that of the one that leaves few over, however far the ledger has grown: that of openness where it is what is open ($3,
 * with $7), else that of the subject ($6, with what is not open as $8). No index serves the other condition, as it is written.
 */
const FIND = `
SELECT document.key, record.document, document.since, document.first_sequence AS first
FROM kedge.document JOIN kedge.record USING (sequence)
WHERE document.kind = $1 AND ($2::text IS NULL OR document.key = $2) AND ($3::smallint IS NULL OR document.open = $3)
  AND ($4::bigint IS NULL OR (document.since, document.first_sequence) < ($4, $5::bigint))
  AND ($6::text IS NULL OR document.subject = $6) AND ($7::text IS NULL OR document.subject || '' = $7)
  AND ($8::smallint IS NULL OR document.open <> $8)
ORDER BY document.since DESC, document.first_sequence DESC LIMIT $9`

function findValues(kind: LedgerKind, { key, subject, open, before, limit }: LedgerQuery): readonly unknown[] {
  const place = [before?.since, before?.sequence]
  const most = Math.trunc(limit)
  if (subject === undefined)
    return [kind, key, open === undefined ? undefined : Number(open), ...place, undefined, undefined, undefined, most]
  if (open) return [kind, key, 1, ...place, undefined, subject, undefined, most]
  return [kind, key, undefined, ...place, subject, undefined, open === undefined ? undefined : 1, most]
}

interface FoundDocument {
  key: string
  document: string
  since: number
  first: number
}

/** The newest record, in a transaction that is under way. */
export async function readHead(query: Query): Promise<LedgerHead | undefined> {
  return (await query<{ sequence: number; hash: string }>(HEAD))[0]
}

/** Some of what follows a record, in a transaction that is under way; nothing where that is the end. */
export function readLinks(query: Query, after: number): Promise<readonly StoredLink[]> {
  return query<StoredLink>(PAGE_OF_RECORDS, [after])
}

/** The last record that was archived, in a transaction that is under way. */
export async function readAnchor(query: Query): Promise<LedgerHead | undefined> {
  return (await query<{ sequence: number; hash: string }>(ANCHOR))[0]
}

/** The reading half of the store. @param name for messages */
export function createReads(
  database: Database,
  name: string,
): Pick<LedgerStore, 'load' | 'naming' | 'history' | 'newest' | 'archived' | 'head' | 'records'> {
  const read = async <T>(work: (query: Query) => Promise<T>, mode: TransactionMode = READING): Promise<T> => {
    try {
      return await database.transact(mode, work)
    } catch (fault) {
      throw workFault(name, fault)
    }
  }
  return {
    async load<K extends LedgerKind>(kind: K, asked: LedgerQuery) {
      // No text of this database has one, and it takes no question with one.
      if (asked.subject?.includes('\0')) return []
      const found = await read((query) => query<FoundDocument>(FIND, findValues(kind, asked)))
      return found.map((row) => ({
        key: row.key,
        document: parseDocument(kind, row.key, row.document),
        place: { since: row.since, sequence: row.first },
      }))
    },
    naming: (asked, limit) => read((query) => findNaming(query, asked, limit)),
    history: async (kind, key) => (await read((query) => query<StoredLink>(HISTORY, [kind, key]))).map(toRecord),
    newest: async ({ before = Number.MAX_SAFE_INTEGER, limit }) =>
      (await read((query) => query<StoredLink>(NEWEST, [before, Math.trunc(limit)]))).map(toRecord),
    archived: () => read(readAnchor),
    head: () => read(readHead),
    async *records() {
      let last = 0
      while (true) {
        const page = await read((query) => readLinks(query, last))
        for (const link of page) yield toRecord(link)
        const end = page.at(-1)
        if (!end) return
        last = end.sequence
      }
    },
  }
}
