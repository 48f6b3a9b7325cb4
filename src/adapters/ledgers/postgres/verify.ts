import type { LedgerVerdict, TakeNewest } from '../../../ports/ledger.ts'
import { createChainWalk, type ChainWalk } from '../chain/chain.ts'
import { isIndexOf, WRONG_INDEX } from '../chain/document-index.ts'
import { createHandOver, type NewestIndex } from '../chain/hand-over.ts'
import { namesOf, NOT_NAMED } from '../chain/names.ts'
import { entryOf, type StoredLink } from '../chain/row.ts'
import { verdictOf } from './damage.ts'
import type { Database, Query } from './database.ts'
import { readAnchor } from './reads.ts'

/** Records that are fetched at once: some ten milliseconds of work, then others get their turn. */
const PAGE = 500

/** Each record with what points at its key. */
const PAGE_OF_LINKS = `
SELECT record.*, document.sequence AS newest, document.first_sequence AS first, document.subject, document.open, document.since
FROM kedge.record LEFT JOIN kedge.document USING (kind, key)
WHERE record.sequence > $1 ORDER BY record.sequence LIMIT ${PAGE}`

const STRAY = `
SELECT min(d.sequence) AS sequence FROM kedge.document AS d
WHERE NOT EXISTS (SELECT FROM kedge.record AS r WHERE (r.sequence, r.kind, r.key) = (d.sequence, d.kind, d.key))
OR NOT EXISTS (SELECT FROM kedge.record AS r WHERE (r.sequence, r.kind, r.key) = (d.first_sequence, d.kind, d.key))`

/** The first of these documents, by its newest record, that is not found by all that it names. */
const NOT_FOUND = `
SELECT min(newest) AS sequence FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS asked (term, first, newest)
WHERE NOT EXISTS (SELECT FROM kedge.name WHERE (name.term, name.sequence) = (asked.term, asked.first))`

type PointedLink = StoredLink & NewestIndex & { newest: number | null }

const BEFORE_ALL = 'SELECT min(sequence) AS sequence FROM kedge.record WHERE sequence <= $1'

const NAMING: ReadonlySet<string> = new Set(['release', 'revert'])

const WRONG_POINTER = 'the newest document of its key is not this record'

/**
 * Walks the chain and compares the documents with their newest records, in one snapshot of the database. Whether they are found by what
 * they name is looked for only where nothing is taken: nothing is decided on it, and it takes as long as the rest.
 * @param take see `LedgerStore`
 * @param interrupted ends it before long; its reason is thrown
 */
export function verifyDatabase(database: Database, take?: TakeNewest, interrupted?: AbortSignal): Promise<LedgerVerdict> {
  return database.transact('REPEATABLE READ, READ ONLY', (query) => walkAll(query, take, interrupted))
}

async function walkAll(query: Query, take?: TakeNewest, interrupted?: AbortSignal): Promise<LedgerVerdict> {
  let next = (): number => 0
  try {
    return await walkEach(query, { take, interrupted, begun: (walk) => void (next = () => walk.next()) })
  } catch (fault) {
    const broken = await verdictOf(query, fault, next())
    if (!broken) throw fault
    return broken
  }
}

interface Walking {
  take: TakeNewest | undefined
  interrupted: AbortSignal | undefined
  begun: (walk: ChainWalk) => void
}

async function walkEach(query: Query, { take, interrupted, begun }: Walking): Promise<LedgerVerdict> {
  const after = await readAnchor(query)
  const [early] = after ? await query<{ sequence: number | null }>(BEFORE_ALL, [after.sequence]) : []
  // Nothing would be said of it, and it would still be read.
  if (early && early.sequence !== null)
    return { intact: false, sequence: early.sequence, what: 'the chain is said to begin after this record' }
  const walk = createChainWalk(after)
  begun(walk)
  const handOver = take && createHandOver(take)
  const met = { first: 0, newest: 0 }
  while (true) {
    const page = (await query<PointedLink>(PAGE_OF_LINKS, [walk.next() - 1])) as PointedLink[]
    if (page.length === 0) break
    interrupted?.throwIfAborted()
    const newest: PointedLink[] = []
    for (const link of page) {
      const what = walk.step(link) ?? wrongPointer(link)
      if (what !== undefined) return { intact: false, sequence: Math.min(link.sequence, walk.next()), what }
      if (link.first === link.sequence) met.first += 1
      if (link.newest !== link.sequence) continue
      met.newest += 1
      if (!take) newest.push(link)
      const document = handOver?.(link, link) ?? (JSON.parse(link.document) as unknown)
      if (!isIndexOf(link, link.kind, document)) return { intact: false, sequence: link.sequence, what: WRONG_INDEX }
    }
    const unfound = await findUnnamed(query, newest)
    if (unfound !== undefined) return { intact: false, sequence: unfound, what: NOT_NAMED }
    // The promise of one page leads to that of the next, and one that has grown old keeps what it leads to, dead or not, until all that is
    // old is collected. So the text of the whole ledger would pile up until the heap has doubled.
    page.length = 0
  }
  return (await findStray(query, met)) ?? { intact: true, records: walk.length(), head: walk.head(), ...(after && { after }) }
}

/** @throws KedgeError E_LEDGER_DOCUMENT, E_LEDGER_NEWER for a document that cannot be read */
async function findUnnamed(query: Query, newest: readonly PointedLink[]): Promise<number | undefined> {
  const named = newest.flatMap((link) => (NAMING.has(link.kind) ? namesOf(entryOf(link)).map((term) => ({ term, link })) : []))
  if (named.length === 0) return undefined
  const columns = [named.map(({ term }) => term), named.map(({ link }) => link.first), named.map(({ link }) => link.sequence)]
  return (await query<{ sequence: number | null }>(NOT_FOUND, columns))[0]?.sequence ?? undefined
}

/** A record of a key that nothing points at, or that is newer or older than what points at it says. */
function wrongPointer({ sequence, newest, first }: PointedLink): string | undefined {
  return newest === null || newest < sequence || first > sequence ? WRONG_POINTER : undefined
}

/** Every document has met its first and its newest record on the way, unless it points at none of its own. */
async function findStray(query: Query, met: { first: number; newest: number }): Promise<LedgerVerdict | undefined> {
  const [all] = await query<{ count: number }>('SELECT count(*) AS count FROM kedge.document')
  if (all?.count === met.first && all.count === met.newest) return undefined
  const [stray] = await query<{ sequence: number | null }>(STRAY)
  return { intact: false, sequence: stray?.sequence ?? 0, what: WRONG_POINTER }
}
