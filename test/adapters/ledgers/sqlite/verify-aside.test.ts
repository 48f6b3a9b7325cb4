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
  expect(turns).toBeGreaterThan(5)
  expect(await ledger.verify()).toMatchObject({ intact: true, records: 3_001 })
})
