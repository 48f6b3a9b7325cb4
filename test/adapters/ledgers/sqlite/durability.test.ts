import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { openFault } from '../../../../src/adapters/ledgers/sqlite/faults.ts'
import { createGroupCommit } from '../../../../src/adapters/ledgers/sqlite/group-commit.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

/**
 * Transactions in a write-ahead log: frames that carry a database size (https://www.sqlite.org/fileformat.html, 4.1)
 * and the log's salt.
 */
function countCommits(path: string): number {
  const log = readFileSync(path)
  const frame = 24 + log.readUInt32BE(8)
  let commits = 0
  for (let at = 32; at + frame <= log.length; at += frame) {
    if (log.readUInt32BE(at + 4) > 0 && log.compare(log, 16, 24, at + 8, at + 16) === 0) commits += 1
  }
  return commits
}

it('appends of one turn share one transaction; the next turn has its own', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  // The first one begins the log anew.
  await ledger.append([releaseEntry(aRelease({ key: 'first' }))])
  const before = countCommits(`${path}-wal`)
  await Promise.all(Array.from({ length: 50 }, (_, index) => ledger.append([releaseEntry(aRelease({ key: `r${index}` }))])))
  expect(countCommits(`${path}-wal`)).toBe(before + 1)
  await ledger.append([releaseEntry(aRelease({ key: 'next' }))])
  expect(countCommits(`${path}-wal`)).toBe(before + 2)
})

it('nothing is acknowledged before its transaction is in the log', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append([releaseEntry(aRelease({ key: 'first' }))])
  const before = countCommits(`${path}-wal`)
  let acked = false
  const appended = ledger.append([releaseEntry(aRelease({ key: 'r1' }))]).then(() => (acked = true))
  await Promise.resolve()
  expect([acked, countCommits(`${path}-wal`)]).toEqual([false, before])
  await appended
  expect(countCommits(`${path}-wal`)).toBe(before + 1)
})

function smallDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE note (text TEXT) STRICT; PRAGMA max_page_count = 8')
  return database
}

it('on a full disk nothing of the group is kept, all are told, and writing goes on when there is room', async () => {
  const database = smallDatabase()
  const commits = createGroupCommit({ database, path: 'ledger.db', isGone: () => undefined, fold: () => false })
  const insert = database.prepare('INSERT INTO note VALUES (?)')
  const small = commits.run(() => insert.run('small'))
  const large = commits.run(() => insert.run('x'.repeat(100_000)))
  for (const write of [small, large]) {
    await expect(write).rejects.toMatchObject({
      code: 'E_LEDGER_WRITE',
      retryable: true,
      message: expect.stringContaining('disk is full') as string,
    })
  }
  expect(database.prepare('SELECT count(*) AS count FROM note').get()).toEqual({ count: 0 })
  database.exec('PRAGMA max_page_count = 1000')
  await commits.run(() => insert.run('x'.repeat(100_000)))
  expect(database.prepare('SELECT count(*) AS count FROM note').get()).toEqual({ count: 1 })
})

it('a volume that has become read-only is named as that', async () => {
  const database = smallDatabase()
  const commits = createGroupCommit({ database, path: 'ledger.db', isGone: () => undefined, fold: () => false })
  database.exec('PRAGMA query_only = 1')
  const write = commits.run(() => database.exec(`INSERT INTO note VALUES ('x')`))
  await expect(write).rejects.toMatchObject({
    code: 'E_LEDGER_WRITE',
    message: expect.stringContaining('read-only') as string,
  })
})

it.each([
  ['no room for the index of the log', 4_874, 'the disk is full'],
  ['no memory', 3_082, 'there is no memory for it'],
])('%s is called an input/output error by SQLite alone: it goes on once that is over', async (_what, errcode, said) => {
  const database = smallDatabase()
  const commits = createGroupCommit({ database, path: 'ledger.db', isGone: () => undefined, fold: () => false })
  const full = commits.run(() => {
    throw Object.assign(new Error('disk I/O error'), { errcode })
  })
  await expect(full).rejects.toMatchObject({ code: 'E_LEDGER_WRITE', message: expect.stringContaining(said) as string })
  await commits.run(() => database.exec(`INSERT INTO note VALUES ('x')`))
  expect(openFault('ledger.db', Object.assign(new Error('disk I/O error'), { errcode }))).toMatchObject({ code: 'E_LEDGER_OPEN' })
})

it('after an input/output error nothing more is written: a later fsync may lie', async () => {
  const database = smallDatabase()
  const commits = createGroupCommit({ database, path: 'ledger.db', isGone: () => undefined, fold: () => false })
  const broken = commits.run(() => {
    throw Object.assign(new Error('disk I/O error'), { errcode: 10 + 256 * 4 })
  })
  await expect(broken).rejects.toMatchObject({ code: 'E_LEDGER_DISK', retryable: false })
  await expect(commits.run(() => database.exec(`INSERT INTO note VALUES ('x')`))).rejects.toMatchObject({
    code: 'E_LEDGER_DISK',
    retryable: false,
  })
  expect(await commits.lost).toMatchObject({ code: 'E_LEDGER_DISK' })
  expect(database.prepare('SELECT count(*) AS count FROM note').get()).toEqual({ count: 0 })
})

it('after an input/output error no append is taken, and what was acknowledged outlives it', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  // The kernel refuses to let any file of the child grow beyond the limit, which SQLite sees as an I/O error of
  // write(2).
  const script = new URL('append-until-refused.ts', import.meta.url).pathname
  const child = spawn('sh', ['-c', `trap '' XFSZ; ulimit -f 600; exec "$0" "$@"`, process.execPath, script, path])
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  expect(errors).toBe('')
  const { acked, first, second } = JSON.parse(output) as { acked: number; first: unknown; second: unknown }
  expect(first).toEqual({
    code: 'E_LEDGER_DISK',
    retryable: false,
    what: expect.stringContaining('input/output error') as string,
  })
  expect(second).toEqual(first)
  expect(acked).toBeGreaterThan(0)
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  expect(await ledger.verify()).toMatchObject({ intact: true, records: acked })
})
