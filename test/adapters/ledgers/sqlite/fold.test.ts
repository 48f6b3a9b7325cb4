import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { createGroupCommit } from '../../../../src/adapters/ledgers/sqlite/group-commit.ts'
import { createFold } from '../../../../src/adapters/ledgers/sqlite/in-use.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

/** Somebody else takes the database when its log has been folded in, as often as is asked for. */
class Contended extends DatabaseSync {
  readonly other: DatabaseSync
  take = 0
  constructor(path: string) {
    super(path, { timeout: 0 })
    this.exec('PRAGMA journal_mode = WAL; CREATE TABLE note (n); CREATE TABLE meta (name TEXT PRIMARY KEY, value)')
    this.other = new DatabaseSync(path)
  }
  override exec(sql: string): void {
    super.exec(sql)
    if (sql.includes('wal_checkpoint') && this.take-- > 0) this.other.exec('BEGIN IMMEDIATE')
  }
  needsLog(): unknown {
    return this.prepare(`SELECT value FROM meta WHERE name = 'needs_log'`).get()?.['value']
  }
}

const open = (path: string, more: { readOnly?: boolean } = {}) => createSqliteLedger({ path, clock: countingClock(), ...more })

it('work that was committed is not done again where somebody takes the database while the log is folded', async () => {
  using folder = tempFolder()
  using database = new Contended(folder.file('ledger.db'))
  database.take = 1
  const commits = createGroupCommit({ database, path: 'ledger.db', isGone: () => undefined, fold: createFold(database) })
  let runs = 0
  const work = (): number => {
    database.exec('INSERT INTO note VALUES (1)')
    return (runs += 1)
  }
  expect(await commits.run(work)).toBe(1)
  expect(database.needsLog()).toBe(1)
  database.other.exec('COMMIT')
  expect(await commits.run(work)).toBe(2)
  expect([runs, database.prepare('SELECT count(*) AS count FROM note').get()]).toEqual([2, { count: 2 }])
  expect(database.needsLog()).toBe(0)
  database.other.close()
})

it('a fold that somebody keeps from ending ends later by itself, and before the ledger is closed', async () => {
  using folder = tempFolder()
  using database = new Contended(folder.file('ledger.db'))
  database.take = 1
  const commits = createGroupCommit({ database, path: 'ledger.db', isGone: () => undefined, fold: createFold(database) })
  await commits.run(() => database.exec('INSERT INTO note VALUES (1)'))
  const closing = commits.close()
  expect(database.needsLog()).toBe(1)
  database.other.exec('COMMIT')
  await closing
  expect(database.needsLog()).toBe(0)
  database.other.close()
})

it('a ledger that is closed while a fold has not ended keeps its log, and opens again', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const ledger = open(path)
  await ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
  {
    using other = new DatabaseSync(path)
    other.exec(`INSERT OR REPLACE INTO meta (name, value) VALUES ('needs_log', 1)`)
  }
  await ledger.close()
  await using again = open(path)
  expect(await again.verify()).toMatchObject({ intact: true, records: 1 })
})

it('a start whose fold fails is told as that, and gives the right to write back', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await open(path).close()
  using other = new DatabaseSync(path)
  other.exec(`CREATE TRIGGER refused BEFORE INSERT ON meta BEGIN SELECT raise(ABORT, 'no room'); END`)
  expect(() => open(path)).toThrow(
    expect.objectContaining({ code: 'E_LEDGER_OPEN', message: expect.stringContaining('no room') as string }),
  )
  other.exec('DROP TRIGGER refused')
  await using _again = open(path)
})

it('a backup that was taken while the log is folded is whole by itself', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = open(path)
  await ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
  using other = new DatabaseSync(path)
  other.exec(`INSERT OR REPLACE INTO meta (name, value) VALUES ('needs_log', 1)`)
  await ledger.backup(folder.file('backup'))
  await using copy = open(folder.file('backup'), { readOnly: true })
  expect(await copy.verify()).toMatchObject({ intact: true, records: 1 })
})

it('a ledger opens again of which one record is left after those that were archived', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  {
    await using ledger = open(path)
    for (const at of [1, 2]) await ledger.append([{ kind: 'baseline', key: 'east', event: 'baseline', document: { cluster: 'east', at } }])
    const [first] = await Array.fromAsync(ledger.records())
    if (first) await ledger.forget(first)
  }
  await using again = open(path)
  expect(await again.verify()).toMatchObject({ intact: true, records: 1, after: { sequence: 1 } })
})
