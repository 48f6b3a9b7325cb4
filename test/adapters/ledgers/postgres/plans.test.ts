import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { spellDocument } from '../../../../src/adapters/ledgers/chain/documents.ts'
import { askedName, revertName } from '../../../../src/adapters/ledgers/chain/names.ts'
import { resumeDatabase } from '../../../../src/adapters/ledgers/postgres/checkpoint.ts'
import type { Database, Query } from '../../../../src/adapters/ledgers/postgres/database.ts'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createReads } from '../../../../src/adapters/ledgers/postgres/reads.ts'
import { RELEASES_OF_EACH } from '../../../../src/ports/ledger-checkpoint.ts'
import type { LedgerQuery } from '../../../../src/ports/ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'

const RELEASES = 60_000
const LIMIT = 100
/** What any step of a plan may read: the most commits of two ranges, one more of each, and the end of each. */
const MOST_ROWS = 2 * (LIMIT + 2)

/** Rollouts that share the releases: each has many more than a page. */
const ROLLOUTS = 10
const ROLLOUT = 'east/shop/web-7'
/** The newest releases, which are open. */
const OPEN = 60

/** Has every third release. */
const SHARED = 'registry.example/mesh/proxy:v1'
/** Begins another third of the commits, each of its own. */
const DIGITS = 'abcd'
/** Takes back the last third. */
const REVERT = 'revert-1'
const REVERT_COMMIT = 'eeee'

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: readonly Node[]
}

/** More releases than a plan by chance reads all of. */
async function fill(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, pipeline: true })
  await client.connect()
  const text = spellDocument(releaseEntry(aRelease({ key: 'k' }))).replaceAll(`'`, `''`)
  const from = (name: string, which: 'commits' | 'revertCommits'): number => askedName(name)[which]?.from ?? 0
  await client.query(`
    SET session_replication_role = replica;
    INSERT INTO kedge.record SELECT n, n, 'release', 'k' || n, 'ended', '${text}', 'h' FROM generate_series(1, ${RELEASES}) AS n;
    INSERT INTO kedge.record VALUES (${RELEASES + 1}, 1, 'revert', '${REVERT}', 'opened', '{}', 'h');
    INSERT INTO kedge.document SELECT 'release', 'k' || n, n, n, 'east/shop/web-' || n % ${ROLLOUTS},
      CASE WHEN n > ${RELEASES - OPEN} THEN 1 ELSE 0 END, n FROM generate_series(1, ${RELEASES}) AS n;
    INSERT INTO kedge.name SELECT CASE n % 3 WHEN 0 THEN ${askedName(SHARED).image} WHEN 1 THEN ${from(DIGITS, 'commits')} + n
      ELSE ${revertName(REVERT)} END, n FROM generate_series(1, ${RELEASES}) AS n;
    INSERT INTO kedge.name VALUES (${from(REVERT_COMMIT, 'revertCommits')}, ${RELEASES + 1})`)
  return client
}

type Reads = ReturnType<typeof createReads>

/** Every step of all plans by which the server answers a question. */
async function stepsOf(client: Client, ask: (database: Database) => Promise<unknown>): Promise<readonly Node[]> {
  const steps: Node[] = []
  const walk = (node: Node): void => {
    steps.push(node)
    node.Plans?.forEach(walk)
  }
  const query: Query = async (sql, values) => {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, values && [...values])
    if (rows[0]) walk(rows[0]['QUERY PLAN'][0].Plan)
    return (await client.query(sql, values && [...values])).rows as never
  }
  await ask({ transact: (_mode, work) => work(query), [Symbol.asyncDispose]: async () => undefined })
  return steps
}

const traceOf = (name: string) => async (reads: Reads) => {
  const { releases, complete } = await reads.naming(name, LIMIT)
  expect({ found: releases.length, complete }).toEqual({ found: LIMIT, complete: false })
}

const pageOf =
  (query: Partial<LedgerQuery>, rows = LIMIT) =>
  async (reads: Reads) => {
    expect(await reads.load('release', { limit: LIMIT, ...query })).toHaveLength(rows)
  }

const HALFWAY = { since: RELEASES / 2, sequence: RELEASES / 2 }

const QUESTIONS: readonly (readonly [what: string, ask: (reads: Reads) => Promise<unknown>])[] = [
  ['a trace of four digits', traceOf(DIGITS)],
  ['a trace of an image of many', traceOf(SHARED)],
  ['a trace of a commit of a revert', traceOf(REVERT_COMMIT)],
  ['a page of releases', pageOf({})],
  ['a page of those that are over', pageOf({ open: false })],
  ['a later page of them', pageOf({ open: false, before: HALFWAY })],
  ["a Rollout's page", pageOf({ subject: ROLLOUT })],
  ["a Rollout's later page", pageOf({ subject: ROLLOUT, before: HALFWAY })],
  ["a Rollout's last page", pageOf({ subject: ROLLOUT, before: { since: 1_000, sequence: 1_000 } })],
  ['those of a Rollout that are over', pageOf({ subject: ROLLOUT, open: false, before: HALFWAY })],
  ['those of a Rollout that are open', pageOf({ subject: ROLLOUT, open: true }, OPEN / ROLLOUTS)],
  ['a Rollout that is nowhere', pageOf({ subject: 'west/shop/web-7' }, 0)],
  ['what is open of a Rollout that is nowhere', pageOf({ subject: 'west/shop/web-7', open: true }, 0)],
  ['a release', pageOf({ key: 'k77' }, 1)],
  ['its history', (reads) => reads.history('release', 'k77')],
  ['the newest records', (reads) => reads.newest({ limit: LIMIT })],
]

const rowsOf = (step: Node): number => (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops']

const isTooMuch =
  (most: number) =>
  (step: Node): boolean =>
    step['Node Type'] === 'Seq Scan' || rowsOf(step) > most

const toldOf =
  (what: string) =>
  (step: Node): string =>
    `${what}: ${step['Node Type']} ${step['Relation Name'] ?? ''} of ${rowsOf(step)} rows`

describe.runIf(hasPostgres)('what a question costs does not grow with the ledger', () => {
  it.each([
    ['the server has statistics', 'ANALYZE'],
    ['it has none yet', 'SELECT 1'],
  ])(
    'no step of a plan reads a table as a whole, or more than is answered at most, where %s',
    { timeout: 120_000 },
    async (_when, before) => {
      const { url, options } = await createDatabase()
      await (await openPostgresLedger(options))[Symbol.asyncDispose]()
      const client = await fill(url)
      await client.query(before)
      for (const [what, ask] of QUESTIONS) {
        const tooMuch = (await stepsOf(client, (database) => ask(createReads(database, 'test')))).filter(isTooMuch(MOST_ROWS))
        expect(tooMuch.map(toldOf(what))).toEqual([])
      }
      await client.end()
    },
  )

  it.each([
    ['the server has statistics', 'ANALYZE'],
    ['it has none yet', 'SELECT 1'],
  ])('nor does a start from a checkpoint, of what is kept in memory, where %s', { timeout: 60_000 }, async (_when, before) => {
    const { url, options } = await createDatabase()
    await (await openPostgresLedger(options))[Symbol.asyncDispose]()
    const client = await fill(url)
    await client.query(`
      UPDATE kedge.document SET subject = 'web-' || sequence % 3 WHERE kind = 'release';
      INSERT INTO kedge.document VALUES ('revert', '${REVERT}', ${RELEASES + 1}, ${RELEASES + 1}, NULL, 1, 1);
      INSERT INTO kedge.checkpoint VALUES (1, ${RELEASES + 1}, 'h')`)
    await client.query(before)
    await client.query('BEGIN')
    const steps = await stepsOf(client, async (database) => {
      // No hash of these is right: it ends at the first page that is proven, all of which has been looked for by then.
      expect(await resumeDatabase(database, { take: () => undefined, wanted: () => [] })).toMatchObject({ intact: false })
    })
    // Each is asked for with its card.
    const kept = 2 * 3 * RELEASES_OF_EACH
    // Of those there is one row at most.
    const others = steps.filter((step) => step['Relation Name'] !== 'checkpoint' && step['Relation Name'] !== 'anchor')
    expect(others.filter(isTooMuch(kept)).map(toldOf('a start'))).toEqual([])
    await client.end()
  })
})
