import type { LedgerHead } from '../../../ports/ledger.ts'
import { linkAfter, type Row, type StoredLink } from '../chain/row.ts'
import type { Query } from './database.ts'
import { WHOLE } from './leadership.ts'

/** What one call of `append` adds. */
export interface Addition {
  rows: readonly Row[]
  /** Epoch ms, whole. */
  at: number
}

/** A row in its place. */
export interface LinkedRow {
  link: StoredLink
  row: Row
}

export interface Batch {
  links: readonly StoredLink[]
  /** The newest row of each key, by the sequences of its first and its last link here. */
  documents: readonly { row: Row; first: number; last: number }[]
}

/** Links what is added to the chain. */
export function toBatch(group: readonly Addition[], head: LedgerHead | undefined): Batch {
  const linked: LinkedRow[] = []
  let last: Pick<StoredLink, 'sequence' | 'hash'> | undefined = head
  for (const { rows, at } of group) {
    for (const row of rows) {
      const link = linkAfter(last, row, at)
      linked.push({ link, row })
      last = link
    }
  }
  return batchOf(linked)
}

/** Rows that have their places in the chain. */
export function batchOf(linked: readonly LinkedRow[]): Batch {
  const documents = new Map<string, Batch['documents'][number]>()
  for (const { link, row } of linked) {
    const name = `${row.kind} ${row.key}`
    documents.set(name, { row, first: documents.get(name)?.first ?? link.sequence, last: link.sequence })
  }
  return { links: linked.map(({ link }) => link), documents: [...documents.values()] }
}

/** Writes a batch, in a transaction that is under way. False where the number is not that of the present leader: nothing was written. */
export async function insertBatch(query: Query, number: number, { links, documents }: Batch): Promise<boolean> {
  const rows = await query(INSERT, [WHOLE, number, ...columnsOf(links), ...indexOf(documents)])
  return rows.length > 0
}

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
