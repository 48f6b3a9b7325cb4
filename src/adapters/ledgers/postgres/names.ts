import type { LedgerEntry, LedgerStore } from '../../../ports/ledger.ts'
import { parseDocument } from '../chain/documents.ts'
import { askedName, namesOf, revertName, type NameRange } from '../chain/names.ts'
import type { Query } from './database.ts'

/** Commits that begin with the digits that were asked for, and reverts of them: with more, they have to be named more closely. */
const MOST_COMMITS = 100

/** Each number of a range that stands for something, by one step in the index for each, however many documents have it. */
const eachOf = (asked: string): string => `
WITH RECURSIVE asked (low, high) AS (${asked}),
each (term, high) AS (
  SELECT (SELECT min(name.term) FROM kedge.name WHERE name.term >= low AND name.term < high), high FROM asked
  UNION ALL
  SELECT (SELECT min(name.term) FROM kedge.name WHERE name.term > each.term AND name.term < each.high), high FROM each
  WHERE each.term IS NOT NULL
)`

const TERMS = `${eachOf('VALUES ($1::bigint, $2::bigint), ($3, $4)')}
SELECT term FROM each WHERE term IS NOT NULL LIMIT ${2 * (MOST_COMMITS + 1)}`

/**
 * The newest first records of what has one of these numbers. Each is asked for as a range, and so in the order of the index, from its end:
 * for one number the server reckons with the few rows that most have, and reads and sorts the million that one image may have.
 * @param terms a table with the column `term` @param most a parameter
 */
const newestOf = (terms: string, most: string): string => `
SELECT DISTINCT found.sequence FROM ${terms} AS wanted (term)
CROSS JOIN LATERAL (
  SELECT sequence FROM kedge.name WHERE name.term BETWEEN wanted.term AND wanted.term ORDER BY name.term DESC, sequence DESC LIMIT ${most}
) AS found
ORDER BY found.sequence DESC LIMIT ${most}`

const KEYS = `SELECT record.key FROM (${newestOf('unnest($1::bigint[])', '$2')}) AS newest JOIN kedge.record USING (sequence)`

/** What has one of the numbers $1, or of the range from $2 to below $3. An array, so that the server makes no plan for joining it. */
const RELEASES = `
SELECT document.key, record.document FROM kedge.document JOIN kedge.record USING (sequence)
WHERE document.kind = 'release' AND document.first_sequence = ANY (ARRAY(
${eachOf('VALUES ($2::bigint, $3::bigint)')},
wanted AS (SELECT unnest($1::bigint[]) UNION ALL (SELECT term FROM each WHERE term IS NOT NULL LIMIT ${MOST_COMMITS}))
${newestOf('wanted', '$4')}))
ORDER BY document.first_sequence DESC`

/** Finds releases by what they name, in a transaction that is under way. @returns see `LedgerStore.naming` */
export async function findNaming(query: Query, name: string, limit: number): ReturnType<LedgerStore['naming']> {
  const { commits, revertCommits, image } = askedName(name)
  const releasesOf = (numbers: readonly number[]) =>
    query<{ key: string; document: string }>(RELEASES, [numbers, commits?.from, commits?.to, limit + 1])
  const ranges = commits && revertCommits && [commits.from, commits.to, revertCommits.from, revertCommits.to]
  // Both are sent at once: to a server that is busy, each way costs more than what it does.
  const [terms, own] = await Promise.all([ranges ? query<{ term: number }>(TERMS, ranges) : [], releasesOf([image])])
  const asked = terms.filter(({ term }) => isIn(commits, term))
  const taken = terms.map(({ term }) => term).filter((term) => isIn(revertCommits, term))
  const reverts = taken.length === 0 ? [] : await query<{ key: string }>(KEYS, [taken, MOST_COMMITS + 1])
  const keys = reverts.slice(0, MOST_COMMITS).map(({ key }) => revertName(key))
  const found = keys.length === 0 ? own : await releasesOf([image, ...keys])
  const releases = found.slice(0, limit).map(({ key, document }) => parseDocument('release', key, document))
  const most = Math.max(asked.length, taken.length, reverts.length)
  return { releases, complete: most <= MOST_COMMITS && found.length <= limit }
}

function isIn(range: NameRange | undefined, term: number): boolean {
  return range !== undefined && term >= range.from && term < range.to
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
