import type { DatabaseSync } from 'node:sqlite'
import type { LedgerEntry, LedgerVerdict } from '../../../ports/ledger.ts'
import { createChainWalk } from '../chain/chain.ts'
import { indexDocument } from '../chain/document-index.ts'
import { isFatal } from './faults.ts'
import { readLinks } from './links.ts'

/** Walks the chain and compares the documents with their newest records, in one snapshot of the file. */
export function verifyDatabase(database: DatabaseSync): LedgerVerdict {
  const walk = createChainWalk()
  database.exec('BEGIN')
  try {
    for (const link of readLinks(database)) {
      const what = walk.step(link)
      if (what !== undefined) return { intact: false, sequence: walk.length() + 1, what }
    }
    return findWrongDocument(database) ?? { intact: true, records: walk.length(), head: walk.head() }
  } catch (fault) {
    if (!isFatal(fault)) throw fault
    return { intact: false, sequence: walk.length() + 1, what: 'the file is damaged here' }
  } finally {
    if (database.isTransaction) database.exec('COMMIT')
  }
}

const WRONG_POINTERS = `
SELECT coalesce(newest.sequence, document.sequence) AS sequence
FROM (
  SELECT kind, key, min(sequence) AS first_sequence, max(sequence) AS sequence FROM record GROUP BY kind, key
) AS newest
FULL JOIN document ON document.kind = newest.kind AND document.key = newest.key
WHERE document.sequence IS NOT newest.sequence OR document.first_sequence IS NOT newest.first_sequence
ORDER BY 1 LIMIT 1`

const DOCUMENTS = `
SELECT record.kind, record.document, document.sequence, document.subject, document.open, document.since
FROM document JOIN record ON record.sequence = document.sequence`

function findWrongDocument(database: DatabaseSync): LedgerVerdict | undefined {
  const pointer = database.prepare(WRONG_POINTERS).get()
  if (pointer)
    return {
      intact: false,
      sequence: Number(pointer['sequence']),
      what: 'the newest document of its key is not this record',
    }
  for (const row of database.prepare(DOCUMENTS).iterate()) {
    const entry = { kind: row['kind'], document: JSON.parse(String(row['document'])) } as LedgerEntry
    const { subject, open, since } = indexDocument(entry)
    if (row['subject'] === subject && row['open'] === open && row['since'] === since) continue
    return {
      intact: false,
      sequence: Number(row['sequence']),
      what: 'the index of its document does not match the record',
    }
  }
  return undefined
}
