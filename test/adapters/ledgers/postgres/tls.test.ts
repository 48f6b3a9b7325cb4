import { chown, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAddress } from '../../../../src/adapters/ledgers/postgres/address.ts'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { addressOf, createDatabase, hasPostgres, optionsFor, type TestDatabase } from '../../../postgres/database.ts'
import { startPostgres, type PostgresServer } from '../../../postgres/server.ts'
import { makeSelfSigned } from '../../kubernetes/faults/self-signed.ts'

const own = makeSelfSigned('the database')

async function startWithTls(): Promise<PostgresServer> {
  const server = await startPostgres()
  const { uid, gid } = await stat(server.folder)
  const [key, cert] = [join(server.folder, 'server.key'), join(server.folder, 'server.crt')]
  await writeFile(key, own.key, { mode: 0o600 })
  await writeFile(cert, own.cert)
  await chown(key, uid, gid)
  const { ask } = await createDatabase(server.url())
  for (const setting of [`ssl_key_file = '${key}'`, `ssl_cert_file = '${cert}'`, 'ssl = on']) await ask(`ALTER SYSTEM SET ${setting}`)
  await server.stop()
  await server.start()
  return server
}

describe.runIf(hasPostgres)('TLS to PostgreSQL', () => {
  let server: PostgresServer
  let database: TestDatabase
  beforeAll(async () => {
    server = await startWithTls()
    database = await createDatabase(server.url())
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const openBy = async (url: string, authority: string | undefined) => {
    const address = readAddress(url, authority)
    if ('wrong' in address) throw new Error(address.wrong)
    return openPostgresLedger(optionsFor(address))
  }

  it.each(['require', 'verify-ca', 'verify-full'])('sslmode=%s goes by TLS to a server whose authority is named', async (mode) => {
    await using ledger = await openBy(`${database.url}?sslmode=${mode}`, own.cert)
    expect(await ledger.head()).toBeUndefined()
    const used = await database.ask(`SELECT bool_and(ssl) AS all FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
      WHERE application_name = 'kedge' AND datname = current_database()`)
    expect(used).toEqual([{ all: true }])
  })

  it.each([
    ['an authority that is not known', '?sslmode=require', undefined, /self-signed certificate/],
    ['another authority', '?sslmode=require', makeSelfSigned('another').cert, /self-signed certificate/],
  ])('%s is refused, and nothing is sent', async (_what, query, authority, words) => {
    await expect(openBy(database.url + query, authority)).rejects.toMatchObject({
      code: 'E_LEDGER_UNREACHABLE',
      message: expect.stringMatching(words) as string,
    })
  })

  it('a certificate for another name is refused', async () => {
    const url = `${database.url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full`
    await expect(openBy(url, own.cert)).rejects.toThrow(/does not match certificate/)
  })

  it('a server without TLS is refused where TLS is asked for', async () => {
    const plain = await createDatabase()
    await expect(openBy(`${plain.url}?sslmode=require`, own.cert)).rejects.toThrow(/does not support SSL/)
  })

  it('is asked for wherever the server is not this machine, unless the URL says otherwise', () => {
    expect(addressOf('postgresql://me:x@db.example/kedge').ssl).toMatchObject({ host: 'db.example', rejectUnauthorized: true })
    expect(addressOf('postgresql://me:x@db.example/kedge?sslmode=disable').ssl).toBe(false)
    expect(addressOf('postgresql://me:x@[::1]:6432/kedge')).toMatchObject({ host: '::1', port: 6432, ssl: false })
    expect(addressOf('postgres://m%40e:p%2Fw@db.example/ke%20dge')).toMatchObject({
      user: 'm@e',
      password: 'p/w',
      database: 'ke dge',
      port: 5432,
    })
  })
})
