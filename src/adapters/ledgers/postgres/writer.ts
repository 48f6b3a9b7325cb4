import { backOff, type BackOff } from '../../../domain/back-off.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { LedgerHead } from '../../../ports/ledger.ts'
import { linkAfter, type Row, type StoredLink } from '../chain/row.ts'
import { READING, WRITING, type Database } from './database.ts'
import { isTaken, UnknownOutcome, workFault } from './faults.ts'
import { WHOLE, type Leadership } from './leadership.ts'

export interface WriterOptions {
  database: Database
  leadership: Leadership
  /** Of the ledger, for messages. */
  name: string
  clock: Clock
  /** In [0, 1). */
  random: () => number
  /** The newest record when the right to write was taken. */
  head: LedgerHead | undefined
  /** Ends what waits for the database. */
  closing: AbortSignal
}

/** What one call of `append` adds. */
export interface Addition {
  rows: readonly Row[]
  /** Epoch ms, whole. */
  at: number
}

interface Batch {
  links: readonly StoredLink[]
  /** The newest row of each key, by the sequences of its first and its last link here. */
  documents: readonly { row: Row; first: number; last: number }[]
}

const SETTLING: BackOff = { firstMs: 100, longestMs: 5_000 }

/**
 * Writes one group of additions after the other, each in one transaction; not to be called before the one before has ended.
 * @throws KedgeError E_LEDGER_WRITE, E_LEDGER_UNREACHABLE, E_LEDGER_FENCED: nothing of the group was kept, unless it says otherwise
 */
export function createWriter(options: WriterOptions): (group: readonly Addition[]) => Promise<void> {
  const { leadership, name, clock, random, closing } = options
  let newest = options.head

  return async (group) => {
    const lost = leadership.lost()
    if (lost) throw lost
    const batch = toBatch(group, newest)
    for (let fault = 1; ; fault += 1) {
      try {
        await insert(options, batch)
        newest = batch.links.at(-1)
        return
      } catch (thrown) {
        if (thrown instanceof KedgeError) throw thrown
        // Once it may have been kept, nothing else is written until that is known: else it could be there twice.
        if (fault === 1 && !(thrown instanceof UnknownOutcome)) throw workFault(name, thrown)
        if (closing.aborted) throw neverKnown(name, batch.links.length, thrown)
      }
      await pause(clock, backOff(fault, SETTLING, random()), closing)
    }
  }
}

/** Sent again, the same rows meet themselves: the sequence is the key, and the hash says whose they are. */
async function insert({ database, leadership }: WriterOptions, { links, documents }: Batch): Promise<void> {
  const values = [WHOLE, leadership.number, ...columnsOf(links), ...indexOf(documents)]
  const isAdded = await database
    .transact(WRITING, async (query) => (await query(INSERT, values)).length > 0)
    .catch((fault: unknown) => {
      if (isTaken(fault)) return false
      throw fault
    })
  if (isAdded || (await isKept(database, links.at(-1)))) return
  throw leadership.lose()
}

async function isKept(database: Database, last: StoredLink | undefined): Promise<boolean> {
  const [found] = await database.transact(READING, (query) => query<{ hash: string }>(HASH, [last?.sequence]))
  return found !== undefined && found.hash === last?.hash
}

function pause(clock: Clock, ms: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, resolve)
    const end = (): void => {
      timer[Symbol.dispose]()
      resolve()
    }
    if (closing.aborted) end()
    else closing.addEventListener('abort', end, { once: true })
  })
}

function neverKnown(name: string, records: number, cause: unknown): KedgeError {
  const what = `ledger ${name}: the connection broke while ${records} record(s) were committed, and it is not known whether they were`
  return new KedgeError('E_LEDGER_UNREACHABLE', what, { cause, retryable: false })
}

function toBatch(group: readonly Addition[], head: LedgerHead | undefined): Batch {
  const links: StoredLink[] = []
  const documents = new Map<string, Batch['documents'][number]>()
  let last: Pick<StoredLink, 'sequence' | 'hash'> | undefined = head
  for (const { rows, at } of group) {
    for (const row of rows) {
      const link = linkAfter(last, row, at)
      const name = `${row.kind} ${row.key}`
      documents.set(name, { row, first: documents.get(name)?.first ?? link.sequence, last: link.sequence })
      links.push(link)
      last = link
    }
  }
  return { links, documents: [...documents.values()] }
}

const HASH = 'SELECT hash FROM kedge.record WHERE sequence = $1'

/**
 * One statement, so that it is one way to the server and back. Without the number of the present leader it adds nothing and gives no row;
 * a takeover waits for it, and one that came first is seen by it.
 */
const INSERT = `
WITH leader AS MATERIALIZED (SELECT 1 FROM kedge.leader WHERE cluster = $1 AND number = $2 FOR SHARE),
added AS (
  INSERT INTO kedge.record (sequence, at, kind, key, event, document, hash)
  SELECT * FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
  WHERE EXISTS (SELECT FROM leader)
),
pointed AS (
  INSERT INTO kedge.document (kind, key, first_sequence, sequence, subject, open, since)
  SELECT * FROM unnest($10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::text[], $15::smallint[], $16::bigint[])
  WHERE EXISTS (SELECT FROM leader)
  ON CONFLICT (kind, key) DO UPDATE
  SET sequence = excluded.sequence, subject = excluded.subject, open = excluded.open, since = excluded.since
)
SELECT 1 FROM leader`

function columnsOf(links: readonly StoredLink[]): readonly unknown[][] {
  return [
    links.map(({ sequence }) => sequence),
    links.map(({ at }) => at),
    links.map(({ kind }) => kind),
    links.map(({ key }) => key),
    links.map(({ event }) => event),
    links.map(({ document }) => document),
    links.map(({ hash }) => hash),
  ]
}

function indexOf(documents: Batch['documents']): readonly unknown[][] {
  return [
    documents.map(({ row }) => row.kind),
    documents.map(({ row }) => row.key),
    documents.map(({ first }) => first),
    documents.map(({ last }) => last),
    documents.map(({ row }) => row.index.subject),
    documents.map(({ row }) => row.index.open),
    documents.map(({ row }) => row.index.since),
  ]
}
