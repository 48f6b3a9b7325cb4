import type { LedgerEntry, LedgerStore } from '../../../ports/ledger.ts'
import { parseDocument } from '../chain/documents.ts'
import { askedName, namesOf, revertName, type NameRange } from '../chain/names.ts'
import type { Query } from './database.ts'

/** Commits that begin with the digits that were asked for, and reverts of them: with more, they have to be named more closely. */
const MOST_COMMITS = 100

/** Each number of a range that stands for something, by one step in the index for each, however many documents have it. */
const TERMS = `
WITH RECURSIVE each (term) AS (
  SELECT min(term) FROM kedge.name WHERE term >= $1 AND term < $2
  UNION ALL
  SELECT (SELECT min(name.term) FROM kedge.name WHERE name.term > each.term AND name.term < $2) FROM each WHERE each.term IS NOT NULL
)
SELECT term FROM each WHERE term IS NOT NULL LIMIT $3`

/** The newest first records of what has one of these numbers. */
const NEWEST = `
SELECT DISTINCT found.sequence FROM unnest($1::bigint[]) AS asked (term)
CROSS JOIN LATERAL (SELECT sequence FROM kedge.name WHERE name.term = asked.term ORDER BY sequence DESC LIMIT $2) AS found
ORDER BY found.sequence DESC LIMIT $2`

const KEYS = 'SELECT key FROM kedge.record WHERE sequence = ANY ($1::bigint[])'

const RELEASES = `
SELECT document.key, record.document FROM unnest($1::bigint[]) AS asked (sequence)
JOIN kedge.record AS first ON first.sequence = asked.sequence
JOIN kedge.document ON document.kind = 'release' AND document.key = first.key
JOIN kedge.record ON record.sequence = document.sequence
ORDER BY asked.sequence DESC`

/** Finds releases by what they name, in a transaction that is under way. @returns see `LedgerStore.naming` */
export async function findNaming(query: Query, name: string, limit: number): ReturnType<LedgerStore['naming']> {
  const termsIn = async (range: NameRange | undefined): Promise<readonly number[]> => {
    if (!range) return []
    return (await query<{ term: number }>(TERMS, [range.from, range.to, MOST_COMMITS + 1])).map(({ term }) => term)
  }
  const sequencesOf = async (terms: readonly number[], most: number): Promise<readonly number[]> => {
    if (terms.length === 0) return []
    return (await query<{ sequence: number }>(NEWEST, [terms, most])).map(({ sequence }) => sequence)
  }
  const asked = askedName(name)
  const commits = await termsIn(asked.commits)
  const revertCommits = await termsIn(asked.revertCommits)
  const reverts = await sequencesOf(revertCommits, MOST_COMMITS + 1)
  const keys = reverts.length === 0 ? [] : await query<{ key: string }>(KEYS, [reverts.slice(0, MOST_COMMITS)])
  const terms = [...commits.slice(0, MOST_COMMITS), asked.image, ...keys.map(({ key }) => revertName(key))]
  const sequences = await sequencesOf(terms, limit + 1)
  const found = sequences.length === 0 ? [] : await query<{ key: string; document: string }>(RELEASES, [sequences.slice(0, limit)])
  const releases = found.map(({ key, document }) => parseDocument('release', key, document))
  const most = Math.max(commits.length, revertCommits.length, reverts.length)
  return { releases, complete: most <= MOST_COMMITS && sequences.length <= limit }
}

/** Documents that are named by one statement. */
const DOCUMENTS_A_PAGE = 500

const OLDER = `
SELECT document.key, document.first_sequence AS first, record.document FROM kedge.document JOIN kedge.record USING (sequence)
WHERE document.kind = $1 AND document.key > $2 ORDER BY document.key LIMIT ${DOCUMENTS_A_PAGE}`

const NAME = 'INSERT INTO kedge.name (term, sequence) SELECT * FROM unnest($1::bigint[], $2::bigint[])'

/** Names what was written before documents were named. */
export async function nameOlder(query: Query): Promise<void> {
  for (const kind of ['release', 'revert'] as const) {
    let last = ''
    while (true) {
      const page = await query<{ key: string; first: number; document: string }>(OLDER, [kind, last])
      const named = page.flatMap(({ key, first, document }) =>
        namesOf({ kind, document: parseDocument(kind, key, document) } as LedgerEntry).map((term) => [term, first]),
      )
      await query(NAME, [named.map(([term]) => term), named.map(([, first]) => first)])
      const end = page.at(-1)
      if (!end) break
      last = end.key
    }
  }
}
