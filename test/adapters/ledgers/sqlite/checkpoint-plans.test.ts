import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { resumeDatabase } from '../../../../src/adapters/ledgers/sqlite/checkpoint.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { resume } from '../../../contract/ledger-checkpoint.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

const ENDED = { state: 'ended', outcome: 'restored', endedAt: 9 } as const

async function fill(path: string): Promise<void> {
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append([
    releaseEntry(aRelease({ key: 'open' })),
    releaseEntry(aRelease({ key: 'over', ...ENDED })),
    effectEntry(anEffect({ key: 'done', state: 'done' })),
    effectEntry(anEffect({ key: 'due' })),
  ])
  await ledger.keepCheckpoint(await ledger.head())
}

/** The plan of each statement that a start from the checkpoint asks. */
async function plansOf(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  using database = new DatabaseSync(path)
  const asked = new Set<string>()
  const watching = new Proxy(database, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => (asked.add(sql), target.prepare(sql))
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const verdict = await resumeDatabase(watching, { take: () => undefined, wanted: () => [] })
  expect(verdict).toMatchObject({ intact: true, after: { sequence: 4 } })
  return new Map(
    [...asked].map((sql) => {
      const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
      return [sql, steps.map(({ detail }) => String(detail))] as const
    }),
  )
}

it('a start from the checkpoint looks for what is pending and open by index, however much has been over for long', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await fill(path)
  const plans = await plansOf(path)
  const open = [...plans].filter(([sql]) => sql.includes('open = 1'))
  expect(open.map(([, [first]]) => first)).toEqual(open.map(() => 'SEARCH document USING INDEX document_by_open (kind=? AND open=?)'))
  expect(open).toHaveLength(2)
})

it('one bit of that index that hides what is pending is found by the walk', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await fill(path)
  let place: { root: number; size: number }
  {
    using database = new DatabaseSync(path)
    const root = database.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'document_by_open'`).get()?.['rootpage']
    place = { root: Number(root), size: Number(database.prepare('PRAGMA page_size').get()?.['page_size']) }
  }
  const bytes = readFileSync(path)
  const at = bytes.indexOf('due', (place.root - 1) * place.size)
  expect(at).toBeLessThan(place.root * place.size)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(path, bytes)
  await using store = createSqliteLedger({ path, clock: countingClock() })
  await using resumed = await resume(store)
  expect(resumed.began).toBe(4)
  expect(await resumed.broken).toMatchObject({ message: expect.stringContaining('the index hides effect due') as string })
})
