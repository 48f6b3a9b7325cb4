import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { createReads } from '../../../../src/adapters/ledgers/sqlite/reads.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import type { LedgerQuery } from '../../../../src/ports/ledger.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

type Reads = ReturnType<typeof createReads>

/** Every step of the plans of all statements that a question runs. SQLite has no statistics here, so they are those of any ledger. */
async function stepsOf(ask: (reads: Reads) => Promise<unknown>): Promise<readonly string[]> {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append([
    revertEntry(aRevert({ key: 'revert-1' })),
    ...[1, 2, 3].map((startedAt) => releaseEntry(aRelease({ key: `r${startedAt}`, startedAt, revertKey: 'revert-1' }))),
  ])
  await ledger.close()
  using database = new DatabaseSync(path, { readOnly: true })
  const asked: string[] = []
  // A statement counts from when it is run: some are prepared for questions that others ask.
  const watching = {
    prepare(sql: string) {
      const statement = database.prepare(sql)
      const run =
        (what: 'all' | 'get') =>
        (...values: readonly (string | number)[]) => {
          asked.push(sql)
          return statement[what](...values)
        }
      return { all: run('all'), get: run('get'), setReturnArrays: (isOn: boolean) => statement.setReturnArrays(isOn) }
    },
  } as unknown as DatabaseSync
  await ask(createReads(watching, (read) => read()))
  expect(asked).not.toEqual([])
  return [...new Set(asked)].flatMap((sql) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail)),
  )
}

const SUBJECT = 'east/shop/web'
const BEFORE = { since: 3, sequence: 3 }

const pageOf = (query: Partial<LedgerQuery>) => async (reads: Reads) => {
  expect(await reads.load('release', { limit: 9, ...query })).not.toEqual([])
}

const PAGES: readonly (readonly [what: string, query: Partial<LedgerQuery>, bound: string])[] = [
  ['a page of releases', {}, 'document_by_since (kind=?)'],
  ['a later page', { before: BEFORE }, 'document_by_since (kind=? AND (since,first_sequence)<(?,?))'],
  [
    'a later page of those that are open',
    { open: true, before: BEFORE },
    'document_by_open (kind=? AND open=? AND (since,first_sequence)<(?,?))',
  ],
  ["a Rollout's page", { subject: SUBJECT }, 'document_by_subject (kind=? AND subject=?)'],
  [
    "a Rollout's later page",
    { subject: SUBJECT, before: BEFORE },
    'document_by_subject (kind=? AND subject=? AND (since,first_sequence)<(?,?))',
  ],
  ['those of a Rollout that are open', { subject: SUBJECT, open: true }, 'document_by_open (kind=? AND open=?)'],
]

describe('what a question costs does not grow with the file', () => {
  it.each(PAGES)('%s comes in the order of the index that bounds it', async (_what, query, bound) => {
    const [first, ...rest] = await stepsOf(pageOf(query))
    expect(first).toMatch(/^SEARCH document USING (COVERING )?INDEX /)
    expect(first).toContain(bound)
    expect(rest).toEqual(['SEARCH record USING INTEGER PRIMARY KEY (rowid=?)'])
  })

  it('those of a Rollout that are over come by its index, not by that of all that are over', async () => {
    const over = async (reads: Reads) => expect(await reads.load('release', { limit: 9, subject: SUBJECT, open: false })).toEqual([])
    expect((await stepsOf(over))[0]).toContain('document_by_subject (kind=? AND subject=?)')
  })

  it.each<[string, (reads: Reads) => Promise<unknown>]>([
    ['a release', pageOf({ key: 'r2' })],
    ['its history', async (reads) => expect(await reads.history('release', 'r2')).toHaveLength(1)],
    ['the newest records', async (reads) => expect(await reads.newest({ limit: 9 })).toHaveLength(4)],
    ['a trace of four digits', async (reads) => expect((await reads.naming('1111', 9)).releases).toHaveLength(3)],
    ['a trace of an image', async (reads) => expect((await reads.naming('web:1.8.0', 9)).releases).toHaveLength(3)],
  ])('no step of %s reads a table as a whole', async (_what, ask) => {
    const steps = await stepsOf(ask)
    expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
    expect(steps.filter((step) => step.startsWith('SCAN ') && !step.startsWith('SCAN asked VIRTUAL TABLE'))).toEqual([])
  })
})
