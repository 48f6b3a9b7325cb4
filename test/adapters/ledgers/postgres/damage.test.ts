import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openPostgresLedger, readPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { anEffect, effectEntry, entry } from '../../../contract/ledger-documents.ts'
import { addressOf, createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { startProxy, type Cut } from '../../../postgres/proxy.ts'
import { refusal } from '../../../postgres/refusal.ts'
import { startPostgres } from '../../../postgres/server.ts'

const taking = { take: () => undefined, wanted: () => [] }

/** 1 and 2 are history; 3 is decided on. A lease is long: what is sent is what the test does. */
async function filled(server?: string) {
  const database = await createDatabase(server)
  const ledger = await openPostgresLedger({ ...database.options, leaseMs: 60_000 })
  await ledger.append(['pending', 'done'].map((state) => effectEntry(anEffect({ key: 'e', state: state as 'done' }))))
  await ledger.append(entry('open'))
  await ledger.keepCheckpoint(await ledger.head())
  return { database, ledger }
}

const tamper = ({ ask }: TestDatabase, sql: string) => ask(`SET session_replication_role = replica; SET search_path = kedge; ${sql}`)

/** What the tables say by way of a view in which the document of a record cannot be had. */
const failing = (sequence: number, state: string, words: string) => `
ALTER TABLE record RENAME TO kept;
CREATE FUNCTION kedge.fails() RETURNS text LANGUAGE plpgsql STABLE AS
  $$ BEGIN RAISE EXCEPTION '${words}' USING ERRCODE = '${state}'; END $$;
CREATE VIEW record AS SELECT sequence, at, kind, key, event,
  CASE WHEN sequence = ${sequence} THEN kedge.fails() ELSE document END AS document, hash FROM kept`

/** The connection ends with this answer. */
const endWith =
  (answer: Buffer): Cut =>
  (send, end) => {
    send(answer)
    end()
  }

describe.runIf(hasPostgres)('damage that the server reports', () => {
  it('of a page on the disk is a verdict, and a ledger that meets it writes no more and is lost', { timeout: 60_000 }, async () => {
    await using server = await startPostgres(['fsync = on'])
    const { database, ledger } = await filled(server.url())
    await using _ledger = ledger
    const [place] = await database.ask(`SELECT current_setting('data_directory') AS folder, pg_relation_filepath('kedge.record') AS file`)
    await server.stop()
    const file = join(String(place?.['folder']), String(place?.['file']))
    writeFileSync(file, readFileSync(file).fill(0xa5, 0, 4_096))
    await server.start()
    await expect.poll(() => ledger.archived().catch((fault: unknown) => fault), { timeout: 10_000 }).toBeUndefined()
    const damaged = {
      intact: false,
      what: expect.stringMatching(/^the database reports damage \(XX001: invalid page in block 0 of relation/) as string,
    }
    expect(await ledger.verify()).toMatchObject({ ...damaged, sequence: 1 })
    expect(await ledger.resume(taking)).toMatchObject({ ...damaged, sequence: 0 })
    const broken = { code: 'E_LEDGER_BROKEN', retryable: false, message: expect.stringContaining('invalid page') as string }
    await expect(ledger.append(entry('next'))).rejects.toMatchObject(broken)
    expect(await ledger.lost).toMatchObject(broken)
    await expect(ledger.append(entry('next'))).rejects.toMatchObject(broken)
    await using read = await readPostgresLedger(database.options)
    await expect(read.head()).rejects.toMatchObject(broken)
  })

  it.each([
    ['XX001', 'invalid page in block 7 of relation base/5/1234'],
    ['XX002', 'right sibling of block 3 is not there'],
  ])('as %s ends a walk of the whole chain, a start, and a read', async (state, words) => {
    const { database, ledger } = await filled()
    await using _ledger = ledger
    await tamper(database, failing(3, state, words))
    const what = `the database reports damage (${state}: ${words})`
    expect(await ledger.verify(() => undefined)).toEqual({ intact: false, sequence: 1, what })
    expect(await ledger.resume(taking)).toEqual({ intact: false, sequence: 0, what })
    await expect(ledger.history('release', 'open')).rejects.toMatchObject({ code: 'E_LEDGER_BROKEN', retryable: false })
    expect(await ledger.lost).toMatchObject({ code: 'E_LEDGER_BROKEN' })
  })

  it.each([
    ['58P01', 'E_LEDGER_DISK', 'a file of the server is missing'],
    ['XX000', 'E_LEDGER_WRITE', 'the server reports a fault of its own'],
  ])(
    'as %s, which it does not call so, is no verdict, and a walk that meets it is not told as one that goes through later',
    async (state, code, words) => {
      const { database, ledger } = await filled()
      await using _ledger = ledger
      await tamper(database, failing(3, state, 'no'))
      const standing = { code, retryable: false, message: expect.stringContaining(`${words} (${state}: no)`) as string }
      await expect(ledger.verify()).rejects.toMatchObject(standing)
      await expect(ledger.resume(taking)).rejects.toMatchObject(standing)
      // A read alone may have met what passes.
      await expect(ledger.history('release', 'open')).rejects.toMatchObject({ code, retryable: true })
    },
  )

  it('as XX000, and the connection ends with it, is a fault of a pooler in between: the walk goes through later', async () => {
    const { database, ledger: direct } = await filled()
    await direct[Symbol.asyncDispose]()
    await using proxy = await startProxy(database.address.port)
    const address = addressOf(proxy.through(database.url))
    await using ledger = await openPostgresLedger({ ...database.options, address, leaseMs: 60_000 })
    proxy.cut = (sent) => (/FROM kedge\.record|FROM kedge\.checkpoint/.test(sent) ? endWith(refusal('XX000', 'FATAL')) : undefined)
    const passing = { code: 'E_LEDGER_UNREACHABLE', retryable: true }
    const words = 'the server reports a fault of its own (XX000: no)'
    await expect(ledger.verify()).rejects.toMatchObject({ ...passing, message: expect.stringContaining(words) as string })
    await expect(ledger.resume(taking)).rejects.toMatchObject(passing)
    proxy.cut = () => undefined
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 3 })
  })

  it('as XX000 to who signs in is the same: a pooler has no connection left', async () => {
    const { database, ledger: direct } = await filled()
    await direct[Symbol.asyncDispose]()
    await using proxy = await startProxy(database.address.port)
    const address = addressOf(proxy.through(database.url))
    await using ledger = await openPostgresLedger({ ...database.options, address, leaseMs: 60_000, poolSize: 1 })
    proxy.cut = () => endWith(refusal('XX000', 'FATAL'))
    const passing = { code: 'E_LEDGER_UNREACHABLE', retryable: true }
    await expect(ledger.verify()).rejects.toMatchObject(passing)
    await expect(ledger.verify()).rejects.toMatchObject(passing)
    proxy.cut = () => undefined
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 3 })
  })

  it('is no verdict where a walk did not get there', async () => {
    const { database, ledger } = await filled()
    await using _ledger = ledger
    await tamper(database, failing(3, '53200', 'no'))
    await expect(ledger.verify()).rejects.toMatchObject({ code: 'E_LEDGER_WRITE', retryable: true })
    await expect(ledger.resume(taking)).rejects.toMatchObject({ code: 'E_LEDGER_WRITE', retryable: true })
  })
})

describe.runIf(hasPostgres)('a number that no Kedge has written', () => {
  const BEYOND = '9007199254740993'

  it.each([
    ['the time of a record', `UPDATE record SET at = ${BEYOND} WHERE sequence = 2`, 2],
    ['the time of one that is decided on', `UPDATE record SET at = -${BEYOND} WHERE sequence = 3`, 3],
    ['where a document stands', `UPDATE document SET since = ${BEYOND} WHERE key = 'open'`, 3],
    ['the first record of a document', `UPDATE document SET first_sequence = -${BEYOND} WHERE key = 'open'`, 3],
    ['the newest record of a document', `UPDATE document SET sequence = ${BEYOND} WHERE key = 'e'`, 1],
    ['the number of a record', `UPDATE record SET sequence = ${BEYOND} WHERE sequence = 3`, 1],
  ])('is a broken record: %s', async (_, sql, sequence) => {
    const { database, ledger } = await filled()
    await using _ledger = ledger
    await tamper(database, sql)
    const broken = { intact: false, sequence, what: expect.stringMatching(/^its number cannot be read: .*9007199254740993/) as string }
    expect(await ledger.verify()).toMatchObject(broken)
    expect(await ledger.verify(() => undefined)).toMatchObject(broken)
  })

  it('in what is decided on refuses a start by its record; elsewhere a start does not read it', async () => {
    const { database, ledger } = await filled()
    await using _ledger = ledger
    await tamper(database, `UPDATE record SET at = ${BEYOND} WHERE sequence = 1`)
    expect(await ledger.resume(taking)).toMatchObject({ intact: true })
    await tamper(database, `UPDATE record SET at = ${BEYOND} WHERE sequence = 3; UPDATE record SET at = 1 WHERE sequence = 1`)
    expect(await ledger.resume(taking)).toMatchObject({ intact: false, sequence: 3 })
  })

  it('in the checkpoint makes it none', async () => {
    const { database, ledger } = await filled()
    await using _ledger = ledger
    await tamper(database, `UPDATE checkpoint SET sequence = ${BEYOND}`)
    expect(await ledger.resume(taking)).toBeUndefined()
  })

  it('that a read meets is told as a broken ledger, which writes no more', async () => {
    const { database, ledger } = await filled()
    await using _ledger = ledger
    await tamper(database, `UPDATE record SET at = ${BEYOND} WHERE sequence = 1`)
    await expect(ledger.history('effect', 'e')).rejects.toMatchObject({ code: 'E_LEDGER_BROKEN', retryable: false })
    await expect(ledger.append(entry('next'))).rejects.toMatchObject({ code: 'E_LEDGER_BROKEN' })
    expect(await ledger.lost).toMatchObject({ code: 'E_LEDGER_BROKEN' })
  })
})

describe.runIf(hasPostgres)('a fault of this program', () => {
  it('in what takes the documents is told as that, and the connection is used again', async () => {
    const { database, ledger } = await filled()
    await using _ledger = ledger
    const ours = `application_name = 'kedge' AND datname = current_database()`
    const backends = () => database.ask(`SELECT pid FROM pg_stat_activity WHERE ${ours} ORDER BY pid`)
    const before = await backends()
    const take = (): void => (undefined as unknown as { read: () => void }).read()
    const internal = { code: 'E_INTERNAL', retryable: false, cause: expect.any(TypeError) as TypeError }
    await expect(ledger.verify(take)).rejects.toMatchObject(internal)
    await expect(ledger.resume({ ...taking, take })).rejects.toMatchObject(internal)
    expect(await backends()).toEqual(before)
    await ledger.append(entry('next'))
  })
})
