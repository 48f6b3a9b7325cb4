import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { resume } from '../../../contract/ledger-checkpoint.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

/** Turns over one bit of what an index has for a key. */
function damageIndex(path: string, index: string, key: string): void {
  let place: { root: number; size: number }
  {
    using database = new DatabaseSync(path)
    const root = database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(index)?.['rootpage']
    place = { root: Number(root), size: Number(database.prepare('PRAGMA page_size').get()?.['page_size']) }
  }
  const bytes = readFileSync(path)
  const at = bytes.indexOf(key, (place.root - 1) * place.size)
  expect(at).toBeLessThan(place.root * place.size)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(path, bytes)
}

it('one bit of an index that hides a release is found by the walk, and the next start does without the index', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const open = () => createSqliteLedger({ path, clock: countingClock() })
  {
    await using store = open()
    await store.append(['hidden', 'other'].map((key) => releaseEntry(aRelease({ key, state: 'ended', outcome: 'restored', endedAt: 9 }))))
    await store.keepCheckpoint(await store.head())
  }
  damageIndex(path, 'document_by_subject', 'hidden')
  {
    await using store = open()
    await using resumed = await resume(store)
    expect(await resumed.broken).toMatchObject({ message: expect.stringContaining('the index hides release hidden') as string })
  }
  await using store = open()
  await using resumed = await resume(store)
  expect([resumed.began, resumed.ledger.read('release', 'hidden')?.key]).toEqual([undefined, 'hidden'])
})
