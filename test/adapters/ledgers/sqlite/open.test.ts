import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, copyFileSync, existsSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { createSqliteLedger, type SqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { openLedger } from '../../../../src/reconcile/ledger/open-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

const CHILD = new URL('append-forever.ts', import.meta.url).pathname
const { cluster, namespace, rollout } = aRelease({ key: 'any' })
const ROLLOUT = { cluster, namespace, name: rollout }
const FIXTURE = new URL('../../../fixtures/ledger-v1.db', import.meta.url).pathname

async function has(ledger: SqliteLedger, key: string): Promise<boolean> {
  return (await ledger.load('release', { key, limit: 1 })).length > 0
}

function open(path: string, readOnly = false): SqliteLedger {
  return createSqliteLedger({ path, clock: countingClock(), readOnly })
}

it('a second writer on the same file is refused, and let in when the first has closed', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const first = open(path)
  expect(() => open(path)).toThrow(expect.objectContaining({ code: 'E_LEDGER_LOCKED' }))
  await first.close()
  await open(path).close()
})

it('a writer in another process is refused, and let in when that process was killed', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const child = spawn(process.execPath, [CHILD, path, 'child'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(() => open(path)).toThrow(expect.objectContaining({ code: 'E_LEDGER_LOCKED' }))
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using ledger = open(path)
  expect(await ledger.verify()).toMatchObject({ intact: true })
})

it('a reader beside a running writer sees what was appended, also later, and cannot write', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using writer = open(path)
  await writer.append([releaseEntry(aRelease({ key: 'r1' }))])
  await using reader = open(path, true)
  expect(await has(reader, 'r1')).toBe(true)
  await writer.append([releaseEntry(aRelease({ key: 'r2' }))])
  expect(await has(reader, 'r2')).toBe(true)
  expect(await reader.verify()).toEqual(await writer.verify())
  await expect(reader.append([releaseEntry(aRelease({ key: 'r3' }))])).rejects.toMatchObject({ code: 'E_LEDGER_WRITE' })
  await expect(reader.done('github', 'x')).rejects.toMatchObject({ code: 'E_LEDGER_WRITE' })
})

it('a reader that opens while a writer appends takes no append for damage', { timeout: 60_000 }, async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const writer = spawn(process.execPath, [CHILD, path, '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(writer, 'exit')
  await once(writer.stdout, 'data')
  writer.stdout.resume()
  try {
    for (let turn = 0; turn < 300; turn += 1) {
      await using reader = open(path, true)
      expect((await reader.head())?.sequence).toBeGreaterThan(0)
    }
  } finally {
    writer.kill('SIGKILL')
    await exited
  }
})

it('a ledger that nobody writes to can be read', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const writer = open(path)
  await writer.append([releaseEntry(aRelease({ key: 'r1' }))])
  await writer.close()
  await using reader = open(path, true)
  expect(await has(reader, 'r1')).toBe(true)
})

it('what is waiting is committed by close; afterwards nothing is taken', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const ledger = open(path)
  const appended = ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
  await ledger.close()
  await ledger.close()
  await appended
  await expect(ledger.append([releaseEntry(aRelease({ key: 'r2' }))])).rejects.toMatchObject({ code: 'E_LEDGER_WRITE' })
  await using again = open(path)
  expect((await again.load('release', { limit: 9 })).map(({ key }) => key)).toEqual(['r1'])
})

it('a folder that does not exist, and a missing file that is only to be read, are told as what they are', () => {
  using folder = tempFolder()
  expect(() => open(folder.file('nowhere/ledger.db'))).toThrow(expect.objectContaining({ code: 'E_LEDGER_OPEN' }))
  expect(() => open(folder.file('ledger.db'), true)).toThrow(/does not exist/)
  expect(existsSync(folder.file('ledger.db'))).toBe(false)
})

it('a file that is no database, and a database of something else, are refused untouched', () => {
  using folder = tempFolder()
  writeFileSync(folder.file('text.db'), 'these are not the bytes of a database\n'.repeat(200))
  expect(() => open(folder.file('text.db'))).toThrow(expect.objectContaining({ code: 'E_LEDGER_BROKEN' }))
  const other = new DatabaseSync(folder.file('other.db'))
  other.exec('CREATE TABLE users (name TEXT)')
  expect(() => open(folder.file('other.db'))).toThrow(/not a Kedge ledger/)
  expect(other.prepare('SELECT name FROM sqlite_schema').all()).toHaveLength(1)
  other.close()
})

it('damaged pages are found when the ledger is opened, and the lock is given back', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const ledger = open(path)
  await ledger.append(Array.from({ length: 200 }, (_, index) => releaseEntry(aRelease({ key: `r${index}` }))))
  await ledger.close()
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(16_384, 0x5a), 0, 16_384, 40_960)
  closeSync(file)
  expect(() => open(path)).toThrow(expect.objectContaining({ code: 'E_LEDGER_BROKEN' }))
  expect(() => open(path)).toThrow(expect.objectContaining({ code: 'E_LEDGER_BROKEN' }))
})

it('a ledger of a newer schema is refused by name, for writing and for reading', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await open(path).close()
  const database = new DatabaseSync(path)
  database.exec(`UPDATE meta SET value = 99 WHERE name = 'schema'`)
  database.close()
  for (const readOnly of [false, true]) {
    expect(() => open(path, readOnly)).toThrow(
      expect.objectContaining({ code: 'E_LEDGER_NEWER', message: expect.stringContaining('schema 99') as string }),
    )
  }
})

it('a ledger that the first schema wrote opens, holds, and goes on', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  copyFileSync(FIXTURE, path)
  await using ledger = open(path)
  expect(await ledger.verify()).toEqual({
    intact: true,
    records: 5,
    head: '6380a4704909984ea704a02af94e9eb8d96d3fb5f3dfdd1147361105fc474d6f',
  })
  const memory = await openLedger(ledger)
  expect(memory.releasesOf(ROLLOUT).map(({ key, state }) => [key, state])).toEqual([['r1', 'ended']])
  expect(memory.reverts({ open: true }).map(({ key }) => key)).toEqual(['v1'])
  expect(memory.pendingEffects().map(({ key }) => key)).toEqual(['e1'])
  expect((await ledger.pending()).map(({ id }) => id)).toEqual(['delivery-1'])
  await ledger.append([releaseEntry(aRelease({ key: 'r2' }))])
  expect(await ledger.verify()).toMatchObject({ intact: true, records: 6 })
})

it('what a ledger of before there were names holds is found by them once it was opened to write, also at the second try', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  copyFileSync(FIXTURE, path)
  const release = async (ledger: SqliteLedger) => (await ledger.naming('web:1.8.0', 9)).releases.map(({ key }) => key)
  {
    // A process that is killed before it has named anything.
    await using ledger = open(path)
    expect(await release(ledger)).toEqual([])
  }
  {
    await using ledger = open(path)
    await ledger.nameOlder()
    expect(await release(ledger)).toEqual(['r1'])
    await ledger.nameOlder()
  }
  using file = new DatabaseSync(path)
  expect(file.prepare(`SELECT value FROM meta WHERE name = 'named_until'`).all()).toEqual([])
  expect(file.prepare('SELECT count(*) AS names FROM name').get()?.['names']).toBeGreaterThan(3)
})

it('a ledger of before there were buttons takes what people say on cards, verifies, and opens again with it', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  copyFileSync(FIXTURE, path)
  const said = { by: 'ada', user: 'U1', channel: '#deploys', at: 1 }
  const snooze = { ...said, until: 2, pullRequest: null }
  {
    await using ledger = open(path)
    const release = (await openLedger(ledger)).read('release', 'r1')
    if (!release) throw new Error('the ledger has no such release')
    expect([release.onIt, release.snooze]).toEqual([undefined, undefined])
    await ledger.append([
      releaseEntry({ ...release, onIt: said }, 'release-acknowledged'),
      releaseEntry({ ...release, onIt: said, snooze }, 'release-snoozed'),
      {
        kind: 'card',
        key: 'r1',
        event: 'card-published',
        document: { releaseKey: 'r1', ref: { channel: 'C1', timestamp: '1.2' }, contentHash: 'c', hushed: true },
      },
    ])
  }
  await using again = open(path)
  expect(await again.verify()).toMatchObject({ intact: true, records: 8 })
  const memory = await openLedger(again)
  expect(memory.releasesOf(ROLLOUT)).toMatchObject([{ key: 'r1', onIt: said, snooze }])
  expect(memory.read('card', 'r1')?.hushed).toBe(true)
})
