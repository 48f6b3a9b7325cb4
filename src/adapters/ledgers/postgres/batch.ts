import type { LedgerHead } from '../../../ports/ledger.ts'
import { linkAfter, type Row, type StoredLink } from '../chain/row.ts'
import type { Query } from './database.ts'
import type { HeldRow } from './fence.ts'

/** What one call of `append` adds. */
export interface Addition {
  rows: readonly Row[]
  /** Epoch ms, whole. */
  at: number
  /** In whose name. */
  as: HeldRow
}

/** A row in its place. */
export interface LinkedRow {
  link: StoredLink
  row: Row
}

export interface Batch {
  /** The record that it follows. */
  after: LedgerHead | undefined
  links: readonly StoredLink[]
  /** The newest row of each key, by the sequences of its first and its last link here. */
  documents: readonly { row: Row; first: number; last: number }[]
  /** What all rows name, each once. */
  names: readonly { term: number; row: Row }[]
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
  return batchOf(linked, head)
}

/** Rows that have their places in the chain, after this record. */
export function batchOf(linked: readonly LinkedRow[], after: LedgerHead | undefined): Batch {
  const documents = new Map<string, Batch['documents'][number]>()
  const names = new Map<string, Batch['names'][number]>()
  for (const { link, row } of linked) {
    const name = `${row.kind} ${row.key}`
    documents.set(name, { row, first: documents.get(name)?.first ?? link.sequence, last: link.sequence })
    for (const term of row.names) names.set(`${term} ${name}`, { term, row })
  }
  return { after, links: linked.map(({ link }) => link), documents: [...documents.values()], names: [...names.values()] }
}

/** `fenced`: a number is not that of the present leader. `elsewhere`: the chain does not end where the batch begins. */
export type Inserted = 'added' | 'fenced' | 'elsewhere'

/** Writes a batch, in a transaction that is under way. Nothing of it was written unless it says so. */
export function insertBatch(query: Query, rows: readonly HeldRow[], batch: Batch): Promise<Inserted> {
  return insert(query, INSERT, rows, batch)
}

/**
 * The same for one of many in a transaction that takes minutes: whoever leads goes on renewing meanwhile. What was written counts only
 * where {@link leads} says so at the end.
 */
export function insertPart(query: Query, rows: readonly HeldRow[], batch: Batch): Promise<Inserted> {
  return insert(query, INSERT_PART, rows, batch)
}

/** Whether the numbers are still those of the present leaders. From then on until the transaction ends nobody takes over. */
export async function leads(query: Query, rows: readonly HeldRow[]): Promise<boolean> {
  const found = await query(`SELECT FROM kedge.leader ${HELD} ORDER BY cluster FOR SHARE OF leader`, numbersOf(rows))
  return found.length === rows.length
}

async function insert(query: Query, sql: string, rows: readonly HeldRow[], { after, links, documents, names }: Batch): Promise<Inserted> {
  const values = [...numbersOf(rows), ...columnsOf(links), ...indexOf(documents), after?.sequence, after?.hash, ...namesOf(names)]
  const [place] = await query<{ leads: boolean; follows: boolean }>(sql, values)
  if (!place?.leads) return 'fenced'
  return place.follows ? 'added' : 'elsewhere'
}

const numbersOf = (rows: readonly HeldRow[]): readonly unknown[][] => [rows.map(({ cluster }) => cluster), rows.map(({ number }) => number)]

const HELD = 'JOIN unnest($1::text[], $2::bigint[]) AS held (cluster, number) USING (cluster, number)'

/**
 * One statement, so that it is one way to the server and back. Without the numbers of the present leaders it adds nothing; a takeover waits
 * for it, and one that came first is seen by it. Nor where the chain ends elsewhere: a server that took over from another may have less
 * than that one acknowledged, and a memory that knows more must not write on.
 */
const INSERT = insertHolding('FOR SHARE OF leader')
const INSERT_PART = insertHolding('')

function insertHolding(lock: string): string {
  return `
WITH leader AS MATERIALIZED (SELECT 1 FROM kedge.leader ${HELD} ORDER BY cluster ${lock}),
last AS (
  (SELECT sequence, hash FROM kedge.record ORDER BY sequence DESC LIMIT 1)
  UNION ALL (SELECT sequence, hash FROM kedge.anchor ORDER BY sequence DESC LIMIT 1)
  ORDER BY sequence DESC LIMIT 1
),
place AS MATERIALIZED (
  SELECT (SELECT count(*) FROM leader) = cardinality($1::text[]) AS leads,
    coalesce((SELECT sequence = $17::bigint AND hash = $18::text FROM last), $17::bigint IS NULL) AS follows
),
added AS (
  INSERT INTO kedge.record (sequence, at, kind, key, event, document, hash)
  SELECT * FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
  WHERE (SELECT leads AND follows FROM place)
),
pointed AS (
  INSERT INTO kedge.document (kind, key, first_sequence, sequence, subject, open, since)
  SELECT * FROM unnest($10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::text[], $15::smallint[], $16::bigint[])
  WHERE (SELECT leads AND follows FROM place)
  ON CONFLICT (kind, key) DO UPDATE
  SET sequence = excluded.sequence, subject = excluded.subject, open = excluded.open, since = excluded.since
  RETURNING kind, key, first_sequence
),
named AS (
  INSERT INTO kedge.name (term, sequence)
  SELECT named.term, pointed.first_sequence FROM unnest($19::bigint[], $20::text[], $21::text[]) AS named (term, kind, key)
  JOIN pointed USING (kind, key)
  ON CONFLICT DO NOTHING
)
SELECT leads, follows FROM place`
}

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

function namesOf(names: Batch['names']): readonly unknown[][] {
  return [names.map(({ term }) => term), names.map(({ row }) => row.kind), names.map(({ row }) => row.key)]
}
