import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { sqlite } from '../../../../src/adapters/ledgers/sqlite/manifest.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSystemClock } from '../../../../src/adapters/system/clock.ts'
import { entry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

const NEVER = 3_600_000
const open = (path: string, more: { lookEveryMs?: number; readOnly?: boolean; withoutLog?: boolean } = {}) =>
  createSqliteLedger({ path, clock: countingClock(), lookEveryMs: NEVER, ...more })
it('all files are for their owner alone, also in a folder that is there already, and those that were open to others', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const modes = () =>
    ['', '-wal', '-shm', '.lock'].filter((end) => existsSync(path + end)).map((end) => [end, statSync(path + end).mode & 0o777])
  {
    await using ledger = open(path)
    await ledger.append(entry('r1'))
    expect(modes()).toEqual([
      ['', 0o600],
      ['-wal', 0o600],
      ['-shm', 0o600],
      ['.lock', 0o600],
    ])
  }
  for (const file of [path, `${path}.lock`]) chmodSync(file, 0o644)
  await using _again = open(path)
  expect(modes().map(([, mode]) => mode)).toEqual([0o600, 0o600, 0o600, 0o600])
})

it.each([
  ['removed', (path: string) => rmSync(path)],
  ['renamed', (path: string) => renameSync(path, `${path}.old`)],
  ['replaced', (path: string) => (renameSync(path, `${path}.old`), copyFileSync(`${path}.old`, path))],
  ['without its log', (path: string) => rmSync(`${path}-wal`)],
])('nothing is acknowledged by a ledger that is %s: it is lost, and every write is refused', async (_how, change) => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = open(path)
  await ledger.append(entry('r1'))
  change(path)
  await expect(ledger.append(entry('r2'))).rejects.toMatchObject({ code: 'E_LEDGER_LOST' })
  expect(await ledger.lost).toMatchObject({ code: 'E_LEDGER_LOST' })
  await expect(ledger.append(entry('r3'))).rejects.toMatchObject({ code: 'E_LEDGER_LOST' })
})

it('a ledger that is removed while nothing is written is noticed all the same', async () => {
  using folder = tempFolder()
  await using ledger = open(folder.file('ledger.db'), { lookEveryMs: 5 })
  rmSync(folder.file('ledger.db'))
  expect(await ledger.lost).toMatchObject({ code: 'E_LEDGER_LOST', message: expect.stringContaining('was removed') as string })
})

it('a start that has to write comes again while somebody else holds the database', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  copyFileSync(new URL('../../../fixtures/ledger-v1.db', import.meta.url), path)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const clock = createSystemClock()
  let waited = 0
  // Held until it has come twice, and has waited twice to come again.
  const after: typeof clock.after = (ms, call) => {
    waited += 1
    if (waited === 2) other.close()
    return clock.after(ms, call)
  }
  await using ledger = await sqlite.open({ path }, 'none', { ...clock, after, random: () => 0 })
  expect(waited).toBeGreaterThanOrEqual(2)
  expect(await ledger.verify()).toMatchObject({ intact: true })
})

it('a copy of a ledger in use without its log is told as that, never as new and never as whole; with its log it opens', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = open(path)
  const [first, later, both] = ['first', 'later', 'both'].map((name) => folder.file(`${name}.db`)) as [string, string, string]
  copyFileSync(path, first)
  await ledger.append(entry('r1'))
  copyFileSync(path, later)
  for (const end of ['', '-wal']) copyFileSync(path + end, both + end)
  for (const copy of [first, later])
    for (const readOnly of [true, false])
      expect(() => open(copy, { readOnly })).toThrow(expect.objectContaining({ code: 'E_LEDGER_NO_LOG' }))
  await using whole = open(both)
  expect(await whole.verify()).toEqual(await ledger.verify())
  await using accepted = open(later, { withoutLog: true })
  expect(await accepted.verify()).toMatchObject({ intact: true, records: 0 })
})

it('a copy of an older ledger without its log is told as that each time it is opened, also beside a reader', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = open(path)
  await ledger.append(entry('r1'))
  const copy = folder.file('copy.db')
  copyFileSync(path, copy)
  {
    using older = new DatabaseSync(copy)
    older.exec(`PRAGMA journal_mode = DELETE; DROP TABLE checkpoint; UPDATE meta SET value = value - 1 WHERE name = 'schema'`)
    older.exec('PRAGMA journal_mode = WAL')
  }
  using reader = new DatabaseSync(copy, { readOnly: true })
  reader.prepare('SELECT count(*) FROM record').get()
  for (const _time of [1, 2]) expect(() => open(copy)).toThrow(expect.objectContaining({ code: 'E_LEDGER_NO_LOG' }))
})

it('a log that a restore renamed before it was killed is named', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = open(folder.file('used.db'))
  await ledger.append(entry('r1'))
  copyFileSync(folder.file('used.db'), path)
  copyFileSync(folder.file('used.db-wal'), `${path}.2026-11-29T101500000Z-wal`)
  expect(() => open(path)).toThrow(/did not end has left .*ledger\.db\.2026-11-29T101500000Z-wal: that may be it/)
})

it('a file without a table is no new ledger, but a copy without its log', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const made = new DatabaseSync(path)
  made.exec('PRAGMA journal_mode = WAL')
  made.close()
  expect(() => open(path)).toThrow(expect.objectContaining({ code: 'E_LEDGER_NO_LOG' }))
  writeFileSync(folder.file('empty.db'), '')
  await using ledger = open(folder.file('empty.db'))
  expect(await ledger.head()).toBeUndefined()
})

it('a backup of a ledger in use is whole by itself, one file, and a ledger that was closed needs no log', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  mkdirSync(folder.file('backups'))
  {
    await using ledger = open(path)
    await ledger.append(entry('r1'))
    await ledger.backup(folder.file('backups/1'))
  }
  copyFileSync(path, folder.file('copy.db'))
  for (const file of [folder.file('backups/1'), folder.file('copy.db')]) {
    await using copy = open(file, { readOnly: true })
    expect(await copy.verify()).toMatchObject({ intact: true, records: 1 })
  }
  expect(existsSync(folder.file('backups/1-wal'))).toBe(false)
})
