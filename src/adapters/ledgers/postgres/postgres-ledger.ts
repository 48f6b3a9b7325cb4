import { KedgeError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { HeldLedger } from '../../../ports/held-ledger.ts'
import type { LeaderElection, OthersEntry } from '../../../ports/leader-election.ts'
import { entryOf, toRow, type StoredLink } from '../chain/row.ts'
import { writeExport } from '../chain/write-export.ts'
import { nameOf, type Address } from './address.ts'
import { createAppender, type Appender } from './appender.ts'
import { Candidacy } from './candidacy.ts'
import { createCheckpoint, resumeDatabase } from './checkpoint.ts'
import { endedByDamage } from './damage.ts'
import { READING, openDatabase, type Database, type DatabaseOptions } from './database.ts'
import { isStanding, openFault, workFault } from './faults.ts'
import { createInbox } from './inbox.ts'
import { takeLeadership, type Leadership } from './leadership.ts'
import { checkSchema, isUpToDate, migrate, needsWhole } from './migrate.ts'
import { createReads, readHead } from './reads.ts'
import { verifyDatabase } from './verify.ts'

export interface PostgresLedgerOptions extends DatabaseOptions {
  /** Signs in as the owner of the tables, when there is something to migrate or import. The address itself where nothing is said. */
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
  right: Pick<Leadership, 'lost' | 'trouble' | 'assertMayAct'> & Pick<HeldLedger, 'outdated'>
  appender: Appender
  election?: LeaderElection
  /** Epoch ms. */
  now: () => number
}

interface LedgerParts {
  database: Database
  /** The same for all but walks, which say of damage where it is. Damage ends the right to write there. */
  guarded: Database
  writing?: Writing
}

/**
 * Brings the schema up to date, takes the right to write and keeps it. What `append` returned for is durable as far as the server says so.
 * @throws KedgeError E_LEDGER_OPEN, E_LEDGER_UNREACHABLE, E_LEDGER_LOCKED, E_LEDGER_NEWER
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<PostgresLedger> {
  const { address, clock } = options
  const name = nameOf(address)
  const connection = { ...options, idleMs: options.leaseMs }
  return opened(name, async (stack) => {
    const database = stack.use(openDatabase(connection))
    const isCurrent = await isUpToDate(database, name)
    const isOlder = !isCurrent && (await needsWhole(database, name))
    if (!isCurrent && !isOlder) await migrateAs(options, name)
    // On a connection of its own: reads that take long must not keep the right to write from being renewed.
    const statementTimeoutMs = Math.min(options.statementTimeoutMs, options.leaseMs)
    const own = stack.use(openDatabase({ ...connection, poolSize: 1, statementTimeoutMs }))
    const leadership = stack.use(await takeLeadership({ ...options, database: own, name }))
    // Not under somebody who writes to the schema as it was.
    if (isOlder) await migrateAs(options, name)
    const head = await database.transact(READING, readHead)
    const guarded = endedByDamage(database, name, (why) => leadership.lose(why))
    const appender = createAppender({
      ...options,
      database: guarded,
      openAsOwner: (statementTimeoutMs) => openAsOwner(options, statementTimeoutMs),
      fence: leadership,
      name,
      head,
    })
    stack.defer(() => appender.close())
    return { database, guarded, writing: { appender, right: leadership, now: () => clock.now() } }
  })
}

/**
 * Brings the schema up to date and opens it beside other processes: nothing can be appended before something is led.
 * @throws KedgeError E_LEDGER_OPEN, E_LEDGER_UNREACHABLE, E_LEDGER_LOCKED, E_LEDGER_NEWER
 */
export async function openSharedPostgresLedger(options: PostgresLedgerOptions): Promise<PostgresLedger> {
  const { address, clock } = options
  const name = nameOf(address)
  const connection = { ...options, idleMs: options.leaseMs }
  return opened(name, async (stack) => {
    const database = stack.use(openDatabase(connection))
    const statementTimeoutMs = Math.min(options.statementTimeoutMs, options.leaseMs)
    const own = stack.use(openDatabase({ ...connection, poolSize: 1, statementTimeoutMs }))
    await bringUpToDate(options, { database, own, name })
    const candidacy = new Candidacy({ ...options, database: own, name })
    const listeners = new Set<(entry: OthersEntry) => void>()
    const others = (link: StoredLink): void => {
      const entry = entryOf(link)
      for (const listener of listeners) listener(entry)
    }
    const guarded = endedByDamage(database, name, (why) => candidacy.lose(why))
    const appender = createAppender({
      ...options,
      database: guarded,
      openAsOwner: () => openAsOwner(options),
      fence: candidacy,
      name,
      head: undefined,
      others,
    })
    stack.defer(() => appender.close())
    const election: LeaderElection = {
      holder: options.holder,
      async follow(after, take) {
        listeners.add(take)
        await appender.catchUp(after)
      },
      subscribe(listener) {
        listeners.add(listener)
        return { [Symbol.dispose]: () => void listeners.delete(listener) }
      },
      campaign: (names, candidate) => candidacy.campaign({ names, candidate, catchUp: () => appender.catchUp() }),
      leaders: () => candidacy.leaders(),
    }
    const right: Writing['right'] = {
      lost: candidacy.lost,
      trouble: () => candidacy.trouble(),
      outdated: () => candidacy.outdated(),
      assertMayAct: () => candidacy.assertMayAct(),
    }
    return { database, guarded, writing: { appender, right, election, now: () => clock.now() } }
  })
}

/** Not under somebody who writes to the schema as it was: that one is waited for. */
async function bringUpToDate(
  options: PostgresLedgerOptions,
  { database, own, name }: { database: Database; own: Database; name: string },
): Promise<void> {
  if (await isUpToDate(database, name)) return
  if (!(await needsWhole(database, name))) return migrateAs(options, name)
  await using _whole = await takeLeadership({ ...options, database: own, name })
  await migrateAs(options, name)
}

/**
 * Opens it beside a running service: nothing can be appended.
 * @throws KedgeError E_LEDGER_OPEN, E_LEDGER_UNREACHABLE, E_LEDGER_NEWER
 */
export async function readPostgresLedger(options: DatabaseOptions): Promise<PostgresLedger> {
  const name = nameOf(options.address)
  return opened(name, async (stack) => {
    const database = stack.use(openDatabase(options))
    await checkSchema(database, name)
    return { database, guarded: database }
  })
}

/** What was opened on the way is closed by the ledger, or at once where it cannot be opened. */
async function opened(name: string, open: (stack: AsyncDisposableStack) => Promise<LedgerParts>): Promise<PostgresLedger> {
  await using stack = new AsyncDisposableStack()
  try {
    const ledger = createLedger(name, await open(stack))
    const held = stack.move()
    let closing: Promise<void> | undefined
    return { ...ledger, [Symbol.asyncDispose]: () => (closing ??= held.disposeAsync()) }
  } catch (fault) {
    throw openFault(name, fault)
  }
}

async function migrateAs(options: PostgresLedgerOptions, name: string): Promise<void> {
  await using database = openAsOwner(options)
  await migrate(database, name, options.address.user)
}

function openAsOwner(options: PostgresLedgerOptions, statementTimeoutMs = options.statementTimeoutMs): Database {
  const { owner, address, signsIn } = options
  return openDatabase({ ...options, statementTimeoutMs, address: owner ?? address, signsIn: owner ? undefined : signsIn, poolSize: 1 })
}

function createLedger(name: string, { database, guarded, writing }: LedgerParts): Omit<PostgresLedger, typeof Symbol.asyncDispose> {
  const reads = createReads(guarded, name)
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
    async forget(last) {
      if (!writing) throw forReadingOnly(name)
      await writing.appender.forget(last)
    },
    ...reads,
    ...createInbox(guarded, name, () => writing?.now() ?? 0),
    verify: (take, interrupted) => walked(name, interrupted, () => verifyDatabase(database, take, interrupted)),
    resume: (taking) => walked(name, taking.interrupted, () => resumeDatabase(database, taking)),
    ...createCheckpoint(name, (work) => {
      if (!writing) throw forReadingOnly(name)
      return work(database, writing.appender.newest())
    }),
    lost: writing?.right.lost ?? new Promise(() => undefined),
    assertMayAct: () => writing?.right.assertMayAct(),
    // A renewal may go through, or wait for what is written: it does not say why.
    trouble: () => writing?.appender.trouble() ?? writing?.right.trouble(),
    outdated: () => writing?.right.outdated?.(),
    ...(writing?.election && { election: writing.election }),
    backup: (file) => writeExport(reads, file),
  }
}

/** What ends a walk is thrown as it is. What stands in the way of it, though the server does not call it damage, does not pass. */
async function walked<T>(name: string, interrupted: AbortSignal | undefined, walk: () => Promise<T>): Promise<T> {
  try {
    return await walk()
  } catch (fault) {
    if (interrupted?.aborted && fault === interrupted.reason) throw fault
    const why = workFault(name, fault)
    throw isStanding(fault) ? new KedgeError(why.code, why.what, { cause: fault, retryable: false }) : why
  }
}

function forReadingOnly(name: string): KedgeError {
  return new KedgeError('E_LEDGER_WRITE', `ledger ${name} was opened for reading only`, { retryable: false })
}
