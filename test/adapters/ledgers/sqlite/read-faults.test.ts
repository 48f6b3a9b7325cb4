import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { createSqliteLedger, type SqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

const PAGE = 4_096
const RECORDS = 100
const entry = (key: string) => releaseEntry(aRelease({ key, images: [`web:${key}`] }))
/** As the service does: what SQLite has read of the file to check its pages it would not read again. */
const open = (path: string) => createSqliteLedger({ path, clock: countingClock(), arePagesSound: true })

async function fill(ledger: SqliteLedger): Promise<void> {
  await ledger.append(Array.from({ length: RECORDS }, (_, index) => entry(`r${index}`)))
  await ledger.accept({ source: 'github', id: 'd1', receivedAt: 1, body: '{}' })
}

const READS: readonly (readonly [string, (ledger: SqliteLedger) => Promise<unknown>])[] = [
  ['the history of a release', (ledger) => ledger.history('release', 'r70')],
  ['a release', (ledger) => ledger.load('release', { key: 'r70', limit: 1 })],
  ['the newest records', (ledger) => ledger.newest({ limit: 100 })],
  ['what names a release', (ledger) => ledger.naming('web:r70', 9)],
  ['what waits in the inbox', (ledger) => ledger.pending()],
  ['all records', (ledger) => Array.fromAsync(ledger.records())],
]

/** What a read says, why the ledger is lost then, though nothing was written meanwhile, and what an append is refused with. */
async function endBy(ledger: SqliteLedger, read: (ledger: SqliteLedger) => Promise<unknown>): Promise<readonly unknown[]> {
  const fault = await read(ledger).catch((thrown: unknown) => thrown)
  const lost = await Promise.race([ledger.lost, Promise.resolve('goes on')])
  return [fault, lost, await ledger.append([entry('later')]).catch((thrown: unknown) => thrown)]
}

const three = (code: string) => [1, 2, 3].map(() => expect.objectContaining({ code, retryable: false }) as unknown)

/** Closes what can be closed of it. */
async function abandon(ledger: SqliteLedger): Promise<void> {
  await ledger.close().catch(() => undefined)
}

it.each(READS)('a file that is found damaged while %s is read ends the ledger as a failed write does', async (_what, read) => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  {
    await using filled = open(path)
    await fill(filled)
  }
  const ledger = open(path)
  writeFileSync(path, readFileSync(path).fill(0x5a, PAGE), { flag: 'r+' })
  expect(await endBy(ledger, read)).toEqual(three('E_LEDGER_BROKEN'))
  await abandon(ledger)
})

/** A ledger whose newest records stand in the log alone, as somebody reads the file as it was before; and then the log is cut off. */
async function withoutPages(path: string): Promise<SqliteLedger & Disposable> {
  const other = new DatabaseSync(path)
  {
    await using filled = open(path)
    other.exec('BEGIN; SELECT count(*) FROM record')
    await fill(filled)
  }
  const ledger = open(path)
  // SQLite is told of pages there that are not: to it that is a disk that cannot read them.
  truncateSync(`${path}-wal`, PAGE)
  return Object.assign(ledger, { [Symbol.dispose]: () => other.close() })
}

it.each(READS)('an input/output error while %s is read ends the ledger as one of a write does', async (_what, read) => {
  using folder = tempFolder()
  using ledger = await withoutPages(folder.file('ledger.db'))
  expect(await endBy(ledger, read)).toEqual(three('E_LEDGER_DISK'))
  await abandon(ledger)
})

it('an input/output error while the chain is walked ends the ledger, and is no verdict on the chain', async () => {
  using folder = tempFolder()
  using ledger = await withoutPages(folder.file('ledger.db'))
  expect(await endBy(ledger, () => ledger.verify())).toEqual(three('E_LEDGER_DISK'))
  await abandon(ledger)
})

it('what waits to be written when a read ends the ledger is not written, though its own pages are sound', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  {
    await using filled = open(path)
    await fill(filled)
  }
  const bytes = readFileSync(path)
  const at = bytes.indexOf('"images":["web:r70"]')
  const ledger = open(path)
  writeFileSync(path, bytes.fill(0x5a, at - (at % PAGE), at - (at % PAGE) + PAGE), { flag: 'r+' })
  await ledger.append([entry('before')])
  const waiting = ledger.append([entry('meanwhile')])
  await expect(ledger.history('release', 'r70')).rejects.toMatchObject({ code: 'E_LEDGER_BROKEN' })
  await expect(waiting).rejects.toMatchObject({ code: 'E_LEDGER_BROKEN' })
  await abandon(ledger)
  await using again = open(path)
  expect((await again.newest({ limit: 1 })).map(({ key }) => key)).toEqual(['before'])
})
