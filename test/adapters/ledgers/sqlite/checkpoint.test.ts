import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { resume } from '../../../contract/ledger-checkpoint.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { describeTampered, type TamperedPlace } from '../../../contract/ledger-tampered.ts'
import { killWriter, lostOf } from './kill-writer.ts'
import { countingClock, tempFolder } from './temp.ts'

const DISARM = ['record_is_not_changed', 'record_is_not_deleted', 'document_is_not_deleted']
  .map((trigger) => `DROP TRIGGER IF EXISTS ${trigger};`)
  .join('')

async function inFile(): Promise<TamperedPlace> {
  const folder = tempFolder()
  const path = folder.file('ledger.db')
  return {
    open: async () => createSqliteLedger({ path, clock: countingClock() }),
    async tamper(sql) {
      using database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
      database.exec(DISARM + sql)
    },
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  }
}

describeTampered('a ledger in SQLite', inFile)

it('a process that is killed between an append and the checkpoint leaves a good one, six times', { timeout: 120_000 }, async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const program = new URL('checkpoint-forever.ts', import.meta.url).pathname
  const acked: string[] = []
  for (let round = 0; round < 6; round += 1) {
    acked.push(...(await killWriter(path, { round, acks: 1 + ((round * 37) % 101), program })))
    await using ledger = createSqliteLedger({ path, clock: { now: () => 0 } })
    const verdict = await ledger.resume({ take: () => undefined, wanted: () => [] })
    // The first process may have been killed before it raised the one of an empty ledger; each later one has found records.
    expect(verdict ?? (round === 0 ? { intact: true } : undefined)).toMatchObject({ intact: true })
    expect(await ledger.verify()).toMatchObject({ intact: true })
    expect(await lostOf(ledger, acked)).toEqual([])
  }
})

it('a ledger of before there were checkpoints is walked as a whole, and has one then', async () => {
  await using place = await inFile()
  {
    await using store = await place.open()
    await store.append([releaseEntry(aRelease({ key: 'a' }))])
  }
  await place.tamper(`DROP TABLE checkpoint; UPDATE meta SET value = 4 WHERE name = 'schema'`)
  for (const began of [undefined, 1]) {
    await using store = await place.open()
    await using resumed = await resume(store)
    expect(resumed.began).toBe(began)
  }
})

it('what is only read keeps none', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await createSqliteLedger({ path, clock: countingClock() }).close()
  await using ledger = createSqliteLedger({ path, clock: countingClock(), readOnly: true })
  for (const refused of [ledger.keepCheckpoint(undefined), ledger.raiseCheckpoint(), ledger.dropCheckpoint()])
    await expect(refused).rejects.toMatchObject({ code: 'E_LEDGER_WRITE' })
  expect(await ledger.resume({ take: () => undefined, wanted: () => [] })).toBeUndefined()
})

it('a backup has none, whatever the ledger has: nobody has walked that file', async () => {
  using folder = tempFolder()
  await using ledger = createSqliteLedger({ path: folder.file('ledger.db'), clock: countingClock() })
  await ledger.append([releaseEntry(aRelease({ key: 'a' }))])
  await ledger.keepCheckpoint(await ledger.head())
  await ledger.backup(folder.file('backup.db'))
  for (const began of [undefined, 1]) {
    await using copy = createSqliteLedger({ path: folder.file('backup.db'), clock: countingClock() })
    await using resumed = await resume(copy)
    expect(resumed.began).toBe(began)
  }
  await using resumed = await resume(ledger)
  expect(resumed.began).toBe(1)
})
