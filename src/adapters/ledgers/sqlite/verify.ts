import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { LedgerEntry, LedgerVerdict, NewestDocument } from '../../../ports/ledger.ts'
import { createChainWalk, type ChainLink } from '../chain/chain.ts'
import { indexDocument, type DocumentIndex } from '../chain/document-index.ts'
import { createHandOver, type NewestIndex } from '../chain/hand-over.ts'
import { isFatal } from './faults.ts'
import { readLinks } from './links.ts'

/** Records that are looked at before others get their turn: some ten milliseconds. */
const RECORDS_A_TURN = 250

/**
 * Walks the chain and compares the documents with their newest records, in one snapshot of the file, which the connection is in until it
 * has ended: nobody else may use it meanwhile.
 * @param take see `LedgerStore`
 */
export async function verifyDatabase(database: DatabaseSync, take?: (newest: NewestDocument) => void): Promise<LedgerVerdict> {
  const walk = createChainWalk()
  const handOver = take && createHandOver(take)
  database.exec('BEGIN')
  try {
    const newestAt = readNewest(database)
    for (const link of readLinks(database)) {
      const broken = walk.step(link)
      if (broken !== undefined) return { intact: false, sequence: walk.length() + 1, what: broken }
      if (walk.length() % RECORDS_A_TURN === 0) await setImmediate()
      const newest = newestAt(link.sequence)
      if (!newest) continue
      const document = handOver?.(link, newest) ?? (JSON.parse(link.document) as unknown)
      if (!isIndexOf(newest, link, document)) return { intact: false, sequence: link.sequence, what: WRONG_INDEX }
    }
    return findWrongPointer(database) ?? { intact: true, records: walk.length(), head: walk.head() }
  } catch (fault) {
    if (!isFatal(fault)) throw fault
    return { intact: false, sequence: walk.length() + 1, what: 'the file is damaged here' }
  } finally {
    if (database.isTransaction) database.exec('COMMIT')
  }
}

/** The document that a record is the newest of. To be asked in the order of the records: both are walked side by side. */
function readNewest(database: DatabaseSync): (sequence: number) => NewestIndex | undefined {
  const statement = database.prepare('SELECT sequence, first_sequence, subject, open, since FROM document ORDER BY sequence')
  statement.setReturnArrays(true)
  const rows = statement.iterate()
  const next = () => rows.next().value as unknown as [number, number, string | null, 0 | 1, number] | undefined
  let row = next()
  return (wanted) => {
    while (row && row[0] < wanted) row = next()
    if (row?.[0] !== wanted) return undefined
    const [, first, subject, open, since] = row
    return { first, subject, open, since }
  }
}

const WRONG_INDEX = 'the index of its document does not match the record'

function isIndexOf(stored: DocumentIndex, { kind }: ChainLink, document: unknown): boolean {
  const { subject, open, since } = indexDocument({ kind, document } as LedgerEntry)
  return stored.subject === subject && stored.open === open && stored.since === since
}

const WRONG_POINTERS = `
SELECT coalesce(newest.sequence, document.sequence) AS sequence
FROM (
  SELECT kind, key, min(sequence) AS first_sequence, max(sequence) AS sequence FROM record GROUP BY kind, key
) AS newest
FULL JOIN document ON document.kind = newest.kind AND document.key = newest.key
WHERE document.sequence IS NOT newest.sequence OR document.first_sequence IS NOT newest.first_sequence
ORDER BY 1 LIMIT 1`

function findWrongPointer(database: DatabaseSync): LedgerVerdict | undefined {
  const pointer = database.prepare(WRONG_POINTERS).get()
  if (!pointer) return undefined
  return { intact: false, sequence: Number(pointer['sequence']), what: 'the newest document of its key is not this record' }
}
