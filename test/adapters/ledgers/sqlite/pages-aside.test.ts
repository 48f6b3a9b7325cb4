import { closeSync, openSync, writeSync } from 'node:fs'
import { expect, it } from 'vitest'
import { sqlite } from '../../../../src/adapters/ledgers/sqlite/manifest.ts'
import { arePagesSound } from '../../../../src/adapters/ledgers/sqlite/pages-aside.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSystemClock } from '../../../../src/adapters/system/clock.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

async function writeLedger(path: string): Promise<void> {
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append(Array.from({ length: 200 }, (_, index) => releaseEntry(aRelease({ key: `r${index}` }))))
}

function damage(path: string, at = 40_960): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(16_384, 0x5a), 0, 16_384, at)
  closeSync(file)
}

const openForService = (path: string) => sqlite.open({ path }, 'none', { ...createSystemClock(), random: () => 0 })

it('others get their turns while the pages of a ledger are checked', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await writeLedger(path)
  let turns = 0
  let isDone = false
  const others = (): void => {
    turns += 1
    if (!isDone) setImmediate(others)
  }
  setImmediate(others)
  expect(await arePagesSound(path).finally(() => (isDone = true))).toBe(true)
  expect(turns).toBeGreaterThan(5)
})

it('pages that were found sound are not checked once more in the way of others', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await writeLedger(path)
  damage(path, 102_400)
  expect(await arePagesSound(path)).toBe(false)
  await createSqliteLedger({ path, clock: countingClock(), arePagesSound: true }).close()
})

it('damaged pages, and what cannot be read, are not sound, and the start says what they are', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await writeLedger(path)
  damage(path)
  expect([await arePagesSound(path), await arePagesSound(folder.file('none.db'))]).toEqual([false, false])
  await expect(openForService(path)).rejects.toMatchObject({ code: 'E_LEDGER_BROKEN' })
})

it('a ledger is checked with what its write-ahead log still has', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append([releaseEntry(aRelease({ key: 'r' }))])
  expect(await arePagesSound(path)).toBe(true)
})
