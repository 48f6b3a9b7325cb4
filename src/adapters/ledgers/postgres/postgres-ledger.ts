import { writeFile } from 'node:fs/promises'
import { KedgeError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { HeldLedger } from '../../../ports/ledger.ts'
import { exportLedger } from '../chain/export.ts'
import { toRow } from '../chain/row.ts'
import { nameOf, type Address } from './address.ts'
import { createAppender, type Appender } from './appender.ts'
import { READING, openDatabase, type Database, type DatabaseOptions } from './database.ts'
import { openFault, workFault } from './faults.ts'
import { createInbox } from './inbox.ts'
import { takeLeadership, type Leadership } from './leadership.ts'
import { checkSchema, isUpToDate, migrate } from './migrate.ts'
import { createReads, readHead } from './reads.ts'
import { verifyDatabase } from './verify.ts'

export interface PostgresLedgerOptions extends DatabaseOptions {
  /** Signs in as the owner of the tables, when there is something to migrate. The address itself where nothing is said. */
  owner?: Address | undefined
  /** For how long the right to write is taken. */
  leaseMs: number
  /** Who this is, for people. */
  holder: string
  clock: Clock
  /** In [0, 1). */
  random: () => number
}

/** The ledger and the inbox in one database. */
export type PostgresLedger = HeldLedger

/** What a ledger that is open for writing has more. */
interface Writing {
  leadership: Leadership
  appender: Appender
}

/**
 * Brings the schema up to date, takes the right to write and keeps it. What `append` returned for is durable as far as the server says so.
 * @throws KedgeError E_LEDGER_OPEN, E_LEDGER_UNREACHABLE, E_LEDGER_LOCKED, E_LEDGER_NEWER
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<PostgresLedger> {
  const { address, clock } = options
  const name = nameOf(address)
  return opened(options, async (database) => {
    if (!(await isUpToDate(database, name))) await migrateAs(options, name)
    const leadership = await takeLeadership({ ...options, database, name })
    const head = await database.transact(READING, readHead)
    const appender = createAppender({ ...options, database, leadership, name, head })
    return createLedger(database, name, { appender, leadership, now: () => clock.now() })
  })
}

/**
 * Opens it beside a running service: nothing can be appended.
 * @throws KedgeError E_LEDGER_OPEN, E_LEDGER_UNREACHABLE, E_LEDGER_NEWER
 */
export async function readPostgresLedger(options: DatabaseOptions): Promise<PostgresLedger> {
  const name = nameOf(options.address)
  return opened(options, async (database) => {
    await checkSchema(database, name)
    return createLedger(database, name, undefined)
  })
}

async function opened(options: DatabaseOptions, open: (database: Database) => Promise<PostgresLedger>): Promise<PostgresLedger> {
  const database = openDatabase(options)
  try {
    return await open(database)
  } catch (fault) {
    await database[Symbol.asyncDispose]()
    throw openFault(nameOf(options.address), fault)
  }
}

async function migrateAs(options: PostgresLedgerOptions, name: string): Promise<void> {
  await using database = openDatabase({ ...options, address: options.owner ?? options.address, poolSize: 1 })
  await migrate(database, name, options.address.user)
}

function createLedger(database: Database, name: string, writing: (Writing & { now: () => number }) | undefined): PostgresLedger {
  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    await writing?.appender.close()
    await writing?.leadership[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  }
  const reads = createReads(database, name)
  return {
    async append(entries) {
      if (!writing) throw forReadingOnly(name)
      if (entries.length === 0) return
      // Spelled out before anything is queued: a document that cannot be written fails its own caller, not the group.
      const rows = entries.map(toRow)
      await writing.appender.append({ rows, at: Math.round(writing.now()) })
    },
    async importChain(chain) {
      if (!writing) throw forReadingOnly(name)
      await writing.appender.importChain(chain)
    },
    ...reads,
    ...createInbox(database, name, () => writing?.now() ?? 0),
    async verify(take) {
      try {
        return await verifyDatabase(database, take)
      } catch (fault) {
        throw workFault(name, fault)
      }
    },
    lost: writing?.leadership.lost ?? new Promise(() => undefined),
    trouble: () => writing?.leadership.trouble(),
    backup: (file) => writeBackup(reads, file),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

function forReadingOnly(name: string): KedgeError {
  return new KedgeError('E_LEDGER_WRITE', `ledger ${name} was opened for reading only`, { retryable: false })
}

/** The chain as JSON lines: what another database or SQLite can be filled from. PostgreSQL's own tools copy the whole database. */
async function writeBackup(reads: Parameters<typeof exportLedger>[0], file: string): Promise<void> {
  try {
    await writeFile(file, exportLedger(reads), { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    if (cause instanceof KedgeError) throw cause
    throw new KedgeError('E_LEDGER_WRITE', `the backup ${file} cannot be written: ${String(cause)}`, { cause, retryable: false })
  }
}
