import { escapeIdentifier } from 'pg'
import { KedgeError } from '../../../domain/errors.ts'
import { READING, WRITING, type Database, type Query } from './database.ts'
import { MIGRATIONS } from './migrations/index.ts'

/** One at a time: two that start together must not both make the tables. Held to the end of the transaction. */
const LOCK = 'SELECT pg_advisory_xact_lock(7165735)'

/**
 * What the role that Kedge writes with may do. Nothing but adding to the journal, and to what it is found by; the checkpoint is no part of
 * it.
 */
const RIGHTS: readonly string[] = [
  'USAGE ON SCHEMA kedge',
  'SELECT ON ALL TABLES IN SCHEMA kedge',
  'INSERT ON kedge.record',
  'INSERT ON kedge.name',
  'INSERT, UPDATE ON kedge.document',
  'INSERT, UPDATE ON kedge.leader',
  'INSERT, UPDATE, DELETE ON kedge.replica',
  'INSERT, UPDATE, DELETE ON kedge.inbox',
  'INSERT, UPDATE, DELETE ON kedge.checkpoint',
]

/** @throws KedgeError E_LEDGER_NEWER, E_LEDGER_OPEN for a schema that is not the one of this program */
export async function checkSchema(database: Database, name: string): Promise<void> {
  const version = await database.transact(READING, (query) => readVersion(query, name))
  if (version === MIGRATIONS.length) return
  const what = version === 0 ? 'has no schema yet' : `has schema ${version}`
  throw new KedgeError('E_LEDGER_OPEN', `ledger ${name} ${what}; it is brought up to ${MIGRATIONS.length} when the service starts`)
}

/** Whether the schema is the one of this program. @throws KedgeError E_LEDGER_NEWER, E_LEDGER_OPEN */
export async function isUpToDate(database: Database, name: string): Promise<boolean> {
  return (await database.transact(READING, (query) => readVersion(query, name))) === MIGRATIONS.length
}

/** Whether there is a schema that somebody may be writing to, and who does could not bear what is to be done. */
export async function needsWhole(database: Database, name: string): Promise<boolean> {
  return database.transact(READING, async (query) => {
    const [leader] = await query<{ there: boolean }>(LEADERS)
    const version = await readVersion(query, name)
    return leader?.there === true && MIGRATIONS.slice(version).some(({ isBesideOlder }) => !isBesideOlder)
  })
}

const LEADERS = `SELECT to_regclass('kedge.leader') IS NOT NULL AS there`

/**
 * Brings the schema up to this program's in one transaction.
 * @param writer the role that Kedge writes with. Where it is another one than the owner's it gets its rights
 * @throws KedgeError E_LEDGER_NEWER, E_LEDGER_OPEN
 */
export async function migrate(database: Database, name: string, writer: string): Promise<void> {
  await database.transact(WRITING, async (query) => {
    await query(LOCK)
    const version = await readVersion(query, name)
    const [schema] = await query<{ there: boolean }>(`SELECT to_regnamespace('kedge') IS NOT NULL AS there`)
    if (!schema?.there) await query('CREATE SCHEMA kedge')
    if (version === 0) await query('CREATE TABLE kedge.migration (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())')
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < version) continue
      if (typeof migration.run === 'string') await query(migration.run)
      else await migration.run(query)
      await query('INSERT INTO kedge.migration (version) VALUES ($1)', [index + 1])
    }
    const [owner] = await query<{ name: string }>('SELECT current_user::text AS name')
    if (owner?.name === writer) return
    for (const right of RIGHTS) await query(`GRANT ${right} TO ${escapeIdentifier(writer)}`)
  })
}

interface Found {
  encoding: string
  tables: number
  isOurs: boolean
}

/** 0 for a database without our tables. */
async function readVersion(query: Query, name: string): Promise<number> {
  const [found] = await query<Found>(`
    SELECT current_setting('server_encoding') AS encoding, to_regclass('kedge.migration') IS NOT NULL AS "isOurs",
      (SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('kedge') AND relkind IN ('r', 'p')) AS tables`)
  if (found?.encoding !== 'UTF8') {
    throw new KedgeError('E_LEDGER_OPEN', `ledger ${name} has the encoding ${found?.encoding}; Kedge writes UTF8 alone`)
  }
  if (!found.isOurs && found.tables > 0) {
    throw new KedgeError('E_LEDGER_OPEN', `ledger ${name} has a schema "kedge" with tables of something else`)
  }
  if (!found.isOurs) return 0
  const [newest] = await query<{ version: number | null }>('SELECT max(version) AS version FROM kedge.migration')
  const version = newest?.version ?? 0
  if (version > MIGRATIONS.length) {
    const what = `ledger ${name} has schema ${version}, this program knows schemas up to ${MIGRATIONS.length}`
    throw new KedgeError('E_LEDGER_NEWER', what)
  }
  return version
}
