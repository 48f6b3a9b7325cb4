import { describe, expect, it } from 'vitest'
import { examinePostgres } from '../../../../src/adapters/ledgers/postgres/doctor.ts'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { asRoles } from '../../../postgres/roles.ts'
import { startPostgres } from '../../../postgres/server.ts'

/** A database with one record, written by the documented roles. */
async function filled(server?: string) {
  const database = await createDatabase(server)
  const { options } = await asRoles(database)
  await using ledger = await openPostgresLedger(options)
  await ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
  return { database, options }
}

describe.runIf(hasPostgres)('the doctor on a ledger in PostgreSQL', () => {
  it('finds one that the documented roles keep in order, and writes nothing', async () => {
    await using server = await startPostgres(['fsync = on'])
    const { database, options } = await filled(server.url())
    const before = await database.ask('SELECT * FROM kedge.leader')
    expect(await examinePostgres(() => options)).toMatchObject({
      level: 'ok',
      says: expect.stringMatching(/is intact: 1 record\(s\), head \w{12}; PostgreSQL 127\.0\.0\.1:\d+\/\w+, by loopback/) as string,
    })
    expect(await database.ask('SELECT * FROM kedge.leader')).toEqual(before)
    await database.ask(`GRANT INSERT ON kedge.anchor TO ${options.address.user}`)
    expect(await examinePostgres(() => options)).toMatchObject({ level: 'warn', says: expect.stringContaining('may change') as string })
  })

  it('says that there is no schema yet', async () => {
    const { options, ask } = await createDatabase()
    expect(await examinePostgres(() => options)).toMatchObject({ level: 'ok', says: expect.stringContaining('no schema') as string })
    expect(await ask(`SELECT nspname FROM pg_namespace WHERE nspname = 'kedge'`)).toEqual([])
  })

  it('warns of a server that may forget what is written', async () => {
    const database = await createDatabase()
    await (await openPostgresLedger(database.options))[Symbol.asyncDispose]()
    expect(await examinePostgres(() => database.options)).toMatchObject({
      level: 'warn',
      says: expect.stringContaining('forget') as string,
    })
  })

  it('fails where rights are missing, the chain is broken, the schema is newer, or nobody answers', async () => {
    const { database, options } = await filled()
    const ofCheckpoint = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((right) => `${right} ON kedge.checkpoint`)
    const others = ['INSERT ON kedge.record', 'INSERT ON kedge.leader', 'UPDATE ON kedge.replica', 'INSERT ON kedge.inbox']
    for (const right of [...others, ...ofCheckpoint]) {
      await database.ask(`REVOKE ${right} FROM ${options.address.user}`)
      expect(await examinePostgres(() => options)).toMatchObject({ level: 'fail', says: expect.stringContaining('lacks rights') as string })
      await database.ask(`GRANT ${right} TO ${options.address.user}`)
    }
    await database.ask('SET session_replication_role = replica; UPDATE kedge.record SET at = 1')
    expect(await examinePostgres(() => options)).toMatchObject({
      level: 'fail',
      says: expect.stringContaining('broken at record 1') as string,
    })
    await database.ask('INSERT INTO kedge.migration VALUES (99)')
    expect(await examinePostgres(() => options)).toMatchObject({ level: 'fail', says: expect.stringContaining('schema 99') as string })
    const away = { ...options, address: { ...options.address, port: 1 } }
    expect(await examinePostgres(() => away)).toMatchObject({ level: 'fail', unseen: true })
  })
})
