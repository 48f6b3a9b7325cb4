import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { until } from '../until.ts'
import { copyProgram, giveTo, serveIn, type PostgresServer } from './server.ts'

/** A second instance that follows a primary by streaming replication. */
export interface Standby extends PostgresServer {
  /** Takes over: it is a primary from then on. */
  promote(): Promise<void>
}

/**
 * Copies a primary while it runs, as a base backup does, and lets the copy follow it. From then on the primary acknowledges nothing that
 * the standby has not got on its disk.
 */
export async function startStandby(primary: PostgresServer): Promise<Standby> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-standby-'))
  try {
    await copyProgram(join(folder, 'native'))
    await copyData(primary, join(folder, 'data'))
    await giveAll(folder)
    const from = `host=127.0.0.1 port=${primary.port} user=kedge_admin application_name=standby`
    const server = await serveIn(folder, primary.password, [`primary_conninfo = '${from}'`])
    await ask(primary, `ALTER SYSTEM SET synchronous_standby_names = 'standby'`)
    await ask(primary, 'SELECT pg_reload_conf()')
    await untilFollowed(primary)
    return { ...server, promote: async () => void (await ask(server, 'SELECT pg_promote(true, 30)')) }
  } catch (fault) {
    await rm(folder, { recursive: true, force: true })
    throw fault
  }
}

async function copyData(primary: PostgresServer, to: string): Promise<void> {
  const client = new Client(primary.url())
  await client.connect()
  await client.query(`SELECT pg_backup_start('standby', true)`)
  const isOfThatServer = /\/(?:postmaster\.(?:pid|opts)|pg_wal\/\w{24})$/
  await cp(join(primary.folder, 'data'), to, { recursive: true, filter: (path) => !isOfThatServer.test(path) })
  const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)')
  await client.end()
  await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '')
  await writeFile(join(to, 'standby.signal'), '')
}

async function giveAll(path: string): Promise<void> {
  await giveTo(path)
  for (const name of await readdir(path, { recursive: true })) if (!name.startsWith('native')) await giveTo(join(path, name))
}

async function untilFollowed(primary: PostgresServer): Promise<void> {
  const following = `SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'`
  await until(async () => (await ask(primary, following))[0], { what: 'the standby follows the primary', timeoutMs: 15_000, everyMs: 50 })
}

async function ask(server: PostgresServer, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(server.url())
  await client.connect()
  try {
    return (await client.query(sql)).rows as readonly Record<string, unknown>[]
  } finally {
    await client.end()
  }
}
