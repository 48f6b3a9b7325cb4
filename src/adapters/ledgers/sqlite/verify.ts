import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { LedgerVerdict, TakeNewest } from '../../../ports/ledger.ts'
import { createChainWalk, type ChainWalk } from '../chain/chain.ts'
import { isIndexOf, WRONG_INDEX } from '../chain/document-index.ts'
import { createHandOver, type NewestIndex } from '../chain/hand-over.ts'
import { NOT_NAMED } from '../chain/names.ts'
import { isDamage } from './faults.ts'
import { readAnchor, readLinks } from './links.ts'
import { createIsNamed } from './names.ts'

/** Records that are looked at before others get their turn: some ten milliseconds. */
const RECORDS_A_TURN = 250

/**
 * Walks the chain and compares the documents with their newest records, in one snapshot of the file, which the connection is in until it
 * has ended: nobody else may use it meanwhile. Whether documents are found by what they name is looked for only where nothing is taken:
 * nothing is decided on it.
 * @param take see `LedgerStore`
 * @param interrupted ends it before long; its reason is thrown
 */
export async function verifyDatabase(database: DatabaseSync, take?: TakeNewest, interrupted?: AbortSignal): Promise<LedgerVerdict> {
  let next = (): number => 0
  try {
    return await walkAll(database, { take, interrupted, begun: (walk) => void (next = () => walk.next()) })
  } catch (fault) {
    if (!isDamage(fault)) throw fault
    return { intact: false, sequence: next(), what: 'the file is damaged here' }
  } finally {
    if (database.isTransaction) database.exec('COMMIT')
  }
}

interface Walking {
  take: TakeNewest | undefined
  interrupted: AbortSignal | undefined
  begun: (walk: ChainWalk) => void
}

async function walkAll(database: DatabaseSync, { take, interrupted, begun }: Walking): Promise<LedgerVerdict> {
  const after = readAnchor(database)
  const walk = createChainWalk(after)
  begun(walk)
  const handOver = take && createHandOver(take)
  const isNamed = take ? () => true : createIsNamed(database)
  database.exec('BEGIN')
  const newestDocuments = readNewest(database)
  try {
    for (const link of readLinks(database)) {
      const broken = walk.step(link)
      if (broken !== undefined) return { intact: false, sequence: walk.next(), what: broken }
      if (walk.length() % RECORDS_A_TURN === 0) await turn(interrupted)
      const newest = newestDocuments.at(link.sequence)
      if (!newest) continue
      const document = handOver?.(link, newest) ?? (JSON.parse(link.document) as unknown)
      if (!isIndexOf(newest, link.kind, document)) return { intact: false, sequence: link.sequence, what: WRONG_INDEX }
      if (!isNamed(link, newest.first)) return { intact: false, sequence: link.sequence, what: NOT_NAMED }
    }
    return (
      (await findWrongPointer(database, interrupted)) ?? {
        intact: true,
        records: walk.length(),
        head: walk.head(),
        ...(after && { after }),
      }
    )
  } finally {
    newestDocuments.end()
  }
}

/** Others get their turn. */
async function turn(interrupted: AbortSignal | undefined): Promise<void> {
  await setImmediate()
  interrupted?.throwIfAborted()
}

interface NewestDocuments {
  /** The document that a record is the newest of. To be asked in the order of the records: both are walked side by side. */
  at(sequence: number): NewestIndex | undefined
  /** Ends the statement, which else is under way until it is collected. */
  end(): void
}

function readNewest(database: DatabaseSync): NewestDocuments {
  const statement = database.prepare('SELECT sequence, first_sequence, subject, open, since FROM document ORDER BY sequence')
  statement.setReturnArrays(true)
  const rows = statement.iterate()
  const next = () => rows.next().value as unknown as [number, number, string | null, 0 | 1, number] | undefined
  let row = next()
  return {
    at(wanted) {
      while (row && row[0] < wanted) row = next()
      if (row?.[0] !== wanted) return undefined
      const [, first, subject, open, since] = row
      return { first, subject, open, since }
    },
    end: () => void rows.return?.(),
  }
}

/** Keys that are looked at before others get their turn: some ten milliseconds. */
const KEYS_A_TURN = 1_000

/** Where a range of keys begins, or ends. A blob sorts after every text. */
type Bound = readonly [kind: string | Uint8Array, key: string | Uint8Array]

const FIRST_KEY: Bound = ['', '']
const PAST_THE_LAST_KEY: Bound = [new Uint8Array(), new Uint8Array()]

const NEXT_RANGE = `SELECT kind, key FROM document WHERE (kind, key) >= (?, ?) ORDER BY kind, key LIMIT 1 OFFSET ${KEYS_A_TURN}`

// Not one FULL JOIN: SQLite would compare every key of the range with every other.
const WRONG_POINTERS = `
SELECT min(sequence) AS sequence FROM (
  SELECT newest.sequence FROM (
    SELECT kind, key, min(sequence) AS first_sequence, max(sequence) AS sequence
    FROM record WHERE (kind, key) >= (?1, ?2) AND (kind, key) < (?3, ?4) GROUP BY kind, key
  ) AS newest
  LEFT JOIN document USING (kind, key)
  WHERE document.sequence IS NOT newest.sequence OR document.first_sequence IS NOT newest.first_sequence
  UNION ALL
  SELECT sequence FROM document WHERE (kind, key) >= (?1, ?2) AND (kind, key) < (?3, ?4)
  AND NOT EXISTS (SELECT 1 FROM record WHERE record.kind = document.kind AND record.key = document.key)
)`

/** The first record, of all keys, that a document should point at and does not, or does and should not. */
async function findWrongPointer(database: DatabaseSync, interrupted: AbortSignal | undefined): Promise<LedgerVerdict | undefined> {
  const nextRange = database.prepare(NEXT_RANGE)
  nextRange.setReturnArrays(true)
  const wrongPointers = database.prepare(WRONG_POINTERS)
  let first = Infinity
  for (let from: Bound | undefined = FIRST_KEY; from; await turn(interrupted)) {
    const to: Bound | undefined = nextRange.get(...from) as [string, string] | undefined
    const wrong = wrongPointers.get(...from, ...(to ?? PAST_THE_LAST_KEY))?.['sequence']
    if (typeof wrong === 'number') first = Math.min(first, wrong)
    from = to
  }
  if (first === Infinity) return undefined
  return { intact: false, sequence: first, what: 'the newest document of its key is not this record' }
}
