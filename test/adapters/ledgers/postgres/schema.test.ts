import { Readable } from 'node:stream'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { FIRST } from '../../../../src/adapters/ledgers/postgres/migrations/0001-first.ts'
import { MIGRATIONS } from '../../../../src/adapters/ledgers/postgres/migrations/index.ts'
import { openPostgresLedger, readPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { canonicalJson } from '../../../../src/domain/canonical-json.ts'
import { entry } from '../../../contract/ledger-documents.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { asRoles } from '../../../postgres/roles.ts'

async function refusal(url: string, sql: string): Promise<unknown> {
  const client = new Client(url)
  await client.connect()
  try {
    return await client.query(sql).then(
      () => 'done',
      (fault: { code?: string }) => fault.code,
    )
  } finally {
    await client.end()
  }
}

describe.runIf(hasPostgres)('the schema in PostgreSQL', () => {
  it('the documented writer can do all that Kedge does, with the documented owner for the migrations', async () => {
    const database = await createDatabase()
    const { options } = await asRoles(database)
    await using ledger = await openPostgresLedger(options)
    await ledger.append(entry('r1'))
    await ledger.append(entry('r1'))
    expect(await ledger.accept({ source: 'github', id: '1', receivedAt: 1, body: '{}' })).toBe(true)
    await ledger.done('github', '1')
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 2 })
    expect(await database.ask(`SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'kedge'`)).toHaveLength(1)
  })

  it.each([
    `UPDATE kedge.record SET event = 'x'`,
    'DELETE FROM kedge.record',
    'TRUNCATE kedge.record',
    'DROP TABLE kedge.record',
    'ALTER TABLE kedge.record DISABLE TRIGGER ALL',
    'DELETE FROM kedge.document',
    'DELETE FROM kedge.name',
    'DELETE FROM kedge.leader',
    'CREATE TABLE kedge.more (id int)',
    `INSERT INTO kedge.migration (version) VALUES (9)`,
    `INSERT INTO kedge.anchor VALUES (1, 'x')`,
  ])('the documented writer may not: %s', async (sql) => {
    const database = await createDatabase()
    const { options, writer } = await asRoles(database)
    await using ledger = await openPostgresLedger(options)
    await ledger.append(entry('r1'))
    expect(await refusal(writer, sql)).toBe('42501')
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 1 })
  })

  it.each([
    `UPDATE kedge.record SET event = 'x'`,
    'DELETE FROM kedge.record',
    'TRUNCATE kedge.record',
    'DELETE FROM kedge.document',
    `INSERT INTO kedge.record SELECT 3, at, kind, key, event, document, hash FROM kedge.record`,
    `INSERT INTO kedge.record SELECT n, at, kind, key, event, document, hash FROM kedge.record, unnest(ARRAY[2, 4]) AS n`,
    `INSERT INTO kedge.record SELECT 0, at, kind, key, event, document, hash FROM kedge.record`,
    `INSERT INTO kedge.anchor SELECT 1, hash FROM kedge.record`,
    'UPDATE kedge.anchor SET sequence = 1',
    'DELETE FROM kedge.anchor',
    'TRUNCATE kedge.anchor',
  ])('the owner may not by mistake: %s', async (sql) => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger(database.options)
    await ledger.append(entry('r1'))
    // One that is below the first is refused by its column already.
    expect(await refusal(database.url, sql)).toMatch(/^23(?:000|514)$/)
  })

  it.each([
    ['what follows the anchor', 'DELETE FROM kedge.record WHERE sequence = 2'],
    ['a document that has a record', 'DELETE FROM kedge.document'],
    ['an anchor behind the one that is there', `INSERT INTO kedge.anchor VALUES (1, 'x')`],
    ['an anchor with another hash', `INSERT INTO kedge.anchor SELECT 2, hash FROM kedge.record WHERE sequence = 3`],
    ['an anchor at the end', `INSERT INTO kedge.anchor SELECT sequence, hash FROM kedge.record WHERE sequence = 3`],
  ])('the owner may not by mistake, once records were archived: %s', async (_what, sql) => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger(database.options)
    await ledger.append([1, 2, 3].map((at) => ({ kind: 'baseline', key: 'east', event: 'baseline', document: { cluster: 'east', at } })))
    const [first] = await Array.fromAsync(ledger.records())
    if (!first) throw new Error('nothing was written')
    await ledger.forget({ sequence: 1, hash: first.hash })
    expect(await refusal(database.url, sql)).toMatch(/^23(?:000|505)$/)
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 2 })
  })

  it('records are archived by the documented roles: the owner removes them, and the writer goes on', async () => {
    const database = await createDatabase()
    const { options, writer } = await asRoles(database)
    await using ledger = await openPostgresLedger(options)
    await ledger.append([...entry('r1'), ...entry('r2'), ...entry('r1')])
    await ledger.append([...entry('r2'), ...entry('r1')])
    const [, , third] = await Array.fromAsync(ledger.records())
    const last = { sequence: 3, hash: third?.hash ?? '' }
    await ledger.forget(last)
    await ledger.append(entry('r3'))
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 3, after: last })
    expect(await refusal(writer, 'DELETE FROM kedge.record WHERE sequence = 4')).toBe('42501')
  })

  it('who was replaced archives nothing', async () => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger(database.options)
    await ledger.append([...entry('r1'), ...entry('r1')])
    await database.ask('UPDATE kedge.leader SET number = number + 1')
    const [first] = await Array.fromAsync(ledger.records())
    await expect(ledger.forget({ sequence: 1, hash: first?.hash ?? '' })).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 2 })
  })

  it('a chain that goes on after an archived record is imported by the documented roles, and goes on', async () => {
    const database = await createDatabase()
    const { options } = await asRoles(database)
    const other = createMemoryLedger({ clock: { now: () => 7 } })
    await other.append([...entry('r1'), ...entry('r2'), ...entry('r3')])
    const [archived, ...rest] = await Array.fromAsync(other.records())
    const after = { sequence: archived?.sequence ?? 0, hash: archived?.hash ?? '' }
    await using ledger = await openPostgresLedger(options)
    await ledger.importChain({ after, records: Readable.from(rest) })
    await ledger.append(entry('r4'))
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 3, after })
    expect(await ledger.head()).toMatchObject({ sequence: 4 })
  })

  it('is made once, by those that start together, and not again', async () => {
    const database = await createDatabase()
    const options = { ...database.options, leaseMs: 200 }
    const opened = await Promise.allSettled([1, 2, 3].map(() => openPostgresLedger(options)))
    const ledgers = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(ledgers).toHaveLength(1)
    const refused = opened.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    expect(refused).toEqual([expect.objectContaining({ code: 'E_LEDGER_LOCKED' }), expect.objectContaining({ code: 'E_LEDGER_LOCKED' })])
    for (const ledger of ledgers) await ledger[Symbol.asyncDispose]()
    await (await openPostgresLedger(options))[Symbol.asyncDispose]()
    expect(await database.ask('SELECT version FROM kedge.migration')).toEqual(MIGRATIONS.map((_, index) => ({ version: index + 1 })))
  })

  it('a ledger of the first schema holds, goes on, and is found by what it names once the service has opened it', async () => {
    const database = await createDatabase()
    const other = createMemoryLedger({ clock: { now: () => 7 } })
    await other.append([...entry('r1'), ...entry('r2'), ...entry('r1')])
    await database.ask(`CREATE SCHEMA kedge; ${FIRST}; CREATE TABLE kedge.migration (version integer, at timestamptz DEFAULT now())`)
    await database.ask('INSERT INTO kedge.migration (version) VALUES (1)')
    for (const { sequence, at, kind, key, event, document, hash } of await Array.fromAsync(other.records())) {
      const values = [sequence, at, kind, key, event, canonicalJson(document), hash]
      await database.ask('INSERT INTO kedge.record VALUES ($1, $2, $3, $4, $5, $6, $7)', values)
    }
    await database.ask(`INSERT INTO kedge.document SELECT kind, key, min(sequence), max(sequence), 'east/shop/web', 1, 1000
      FROM kedge.record GROUP BY kind, key`)
    await using ledger = await openPostgresLedger(database.options)
    expect((await ledger.naming('web:1.8.0', 9)).releases.map(({ key }) => key)).toEqual(['r2', 'r1'])
    await ledger.append(entry('r3'))
    expect((await ledger.naming('1111', 9)).releases.map(({ key }) => key)).toEqual(['r3', 'r2', 'r1'])
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 4 })
  })

  it('a newer one is refused by name, for writing and for reading', async () => {
    const database = await createDatabase()
    await (await openPostgresLedger(database.options))[Symbol.asyncDispose]()
    await database.ask('INSERT INTO kedge.migration (version) VALUES (99)')
    for (const open of [openPostgresLedger, readPostgresLedger]) {
      await expect(open(database.options)).rejects.toMatchObject({
        code: 'E_LEDGER_NEWER',
        message: expect.stringContaining('schema 99') as string,
      })
    }
  })

  it('a migration that fails leaves nothing of itself', async () => {
    const database = await createDatabase()
    await database.ask('CREATE SCHEMA kedge; CREATE VIEW kedge.leader AS SELECT 1 AS number')
    await expect(openPostgresLedger(database.options)).rejects.toMatchObject({ code: 'E_LEDGER_OPEN' })
    expect(await database.ask(`SELECT relname FROM pg_class WHERE relnamespace = 'kedge'::regnamespace`)).toEqual([{ relname: 'leader' }])
  })

  it('a database of something else, one that is empty and only to be read, and one of another encoding are told as that', async () => {
    const other = await createDatabase()
    await expect(readPostgresLedger(other.options)).rejects.toMatchObject({
      code: 'E_LEDGER_OPEN',
      message: expect.stringContaining('no schema yet') as string,
    })
    await other.ask('CREATE SCHEMA kedge; CREATE TABLE kedge.users (name text)')
    await expect(openPostgresLedger(other.options)).rejects.toThrow('tables of something else')
    const latin = `latin_${Date.now()}`
    await other.ask(`CREATE DATABASE ${latin} ENCODING 'LATIN1' TEMPLATE template0`)
    const address = { ...other.address, database: latin }
    await expect(openPostgresLedger({ ...other.options, address })).rejects.toThrow('encoding LATIN1')
  })

  it.each([
    ['a record that was changed', `UPDATE kedge.record SET event = 'x' WHERE sequence = 2`, 2],
    ['a record that is gone', 'DELETE FROM kedge.record WHERE sequence = 2', 2],
    ['a document that points at an older record', 'UPDATE kedge.document SET sequence = 1 WHERE key = $$r1$$', 3],
    ['a document that points at nothing', `INSERT INTO kedge.document VALUES ('release', 'r9', 7, 7, null, 0, 0)`, 7],
    ['a document that begins too late', 'UPDATE kedge.document SET first_sequence = 3 WHERE key = $$r1$$', 1],
    ['a document that begins too early', 'UPDATE kedge.document SET first_sequence = 0 WHERE key = $$r1$$', 3],
    ['a document that is gone', 'DELETE FROM kedge.document WHERE key = $$r2$$', 2],
    ['a document that is not found by what it names', 'DELETE FROM kedge.name WHERE sequence = 2', 2],
    ['an index that says something else', 'UPDATE kedge.document SET open = 0 WHERE key = $$r1$$', 3],
    [
      'records that an anchor would hide',
      `INSERT INTO kedge.anchor SELECT 2, hash FROM kedge.record WHERE sequence = 2; UPDATE kedge.document SET first_sequence = 3`,
      1,
    ],
    ['documents that have changed places', 'UPDATE kedge.document SET sequence = 5 - sequence', 3],
  ])('verify finds %s', async (_what, sql, sequence) => {
    const database = await createDatabase()
    await using ledger = await openPostgresLedger(database.options)
    await ledger.append([...entry('r1'), ...entry('r2'), ...entry('r1')])
    expect(await ledger.verify()).toMatchObject({ intact: true })
    // As somebody who may do anything.
    await database.ask(`SET session_replication_role = replica; ${sql}`)
    expect(await ledger.verify()).toMatchObject({ intact: false, sequence })
  })
})
