import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

it('others get their turns while a long chain is verified, and may write to it', async () => {
  using folder = tempFolder()
  await using ledger = createSqliteLedger({ path: folder.file('ledger.db'), clock: countingClock() })
  await ledger.append(Array.from({ length: 3_000 }, (_, index) => releaseEntry(aRelease({ key: `release-${index}` }))))
  let turns = 0
  let isDone = false
  const others = (): void => {
    turns += 1
    if (!isDone) setImmediate(others)
  }
  setImmediate(others)
  const verifying = ledger.verify().finally(() => (isDone = true))
  await ledger.append([releaseEntry(aRelease({ key: 'meanwhile' }))])
  expect(isDone).toBe(false)
  expect(await verifying).toMatchObject({ intact: true, records: 3_000 })
  // One for each 250 records, and for each 1,000 keys.
  expect(turns).toBeGreaterThanOrEqual(12 + 3)
  expect(await ledger.verify()).toMatchObject({ intact: true, records: 3_001 })
})

it.each([
  ['two point wrong', `UPDATE document SET sequence = 7 WHERE key IN ('release-2', 'release-998')`, 3],
  ['the last of a range', `UPDATE document SET first_sequence = 7 WHERE key = 'release-1898'`, 1_899],
  ['the first of a range', `UPDATE document SET first_sequence = 7 WHERE key = 'release-1899'`, 1_900],
  ['the last of all', `DELETE FROM document WHERE key = 'release-999'`, 1_000],
  ['one without a record', `INSERT INTO document SELECT kind, 'zz', 2500, 2500, subject, open, since FROM document LIMIT 1`, 2_500],
])('of all keys the first record is named whose document does not point at it: %s', async (_, sql, sequence) => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append(Array.from({ length: 2_500 }, (_, index) => releaseEntry(aRelease({ key: `release-${index}` }))))
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  database.exec(`DROP TRIGGER document_is_not_deleted; ${sql}`)
  database.close()
  expect(await ledger.verify()).toEqual({ intact: false, sequence, what: 'the newest document of its key is not this record' })
})
