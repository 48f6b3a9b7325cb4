import { Pool, types, type PoolClient, type QueryResult, type QueryResultRow } from 'pg'
import type { Address } from './address.ts'
import { askedFault, describe, endedFault, isConnectionLost, isUnsettled, isWaitOver, UnknownOutcome, UnreadableNumber } from './faults.ts'

export interface DatabaseOptions {
  address: Address
  /** Where it is by now, and how Kedge signs in there, where that may change. */
  signsIn?: (() => Address) | undefined
  /** Connections at most. */
  poolSize: number
  connectTimeoutMs: number
  /** For each statement, kept by the server. */
  statementTimeoutMs: number
  /** How long a transaction that writes may stand still before the server ends it. For ever where nothing is said. */
  idleMs?: number
}

/** Asks one statement. Its values stand as `$1`, `$2` … */
export type Query = <Row extends QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>

/** `REPEATABLE READ`: all statements see the database at one moment. Said each time: the server may have another default. */
export type TransactionMode = 'READ COMMITTED, READ WRITE' | 'READ COMMITTED, READ ONLY' | 'REPEATABLE READ, READ ONLY'

export const WRITING = 'READ COMMITTED, READ WRITE'
export const READING = 'READ COMMITTED, READ ONLY'

/** One database. All goes through transactions, so that it may be behind a PgBouncer that hands out a connection for each of them. */
export interface Database extends AsyncDisposable {
  /**
   * Runs the work in one transaction. All of it is kept, or nothing.
   * @throws UnknownOutcome where it cannot be said which; else what `pg` throws, and nothing was kept
   */
  transact<T>(mode: TransactionMode, work: (query: Query) => Promise<T>): Promise<T>
}

/** A connection on which nobody answers is given up so long after the server should have. */
const GRACE_MS = 5_000

const INT8 = 20

/** Connects when it is first asked. */
export function openDatabase(options: DatabaseOptions): Database {
  const { statementTimeoutMs, idleMs = 0 } = options
  const pools = createPools(options)
  const connect = createConnect(() => pools.present())
  // Whatever the server has by default, what was acknowledged survives it; and who stands still in a transaction bars whoever waits for it.
  const writing = `; SET LOCAL synchronous_commit = on; SET LOCAL idle_in_transaction_session_timeout = ${idleMs}`
  const begin = (mode: TransactionMode): string =>
    `BEGIN ISOLATION LEVEL ${mode}; SET LOCAL statement_timeout = ${statementTimeoutMs}${mode === WRITING ? writing : ''}`

  return {
    async transact(mode, work) {
      const { client, leaveAll } = await connect()
      // It breaks while a statement is under way: that one is told, too.
      const ignore = (): void => undefined
      client.on('error', ignore)
      const release = (isGone: boolean): void => {
        client.off('error', ignore)
        client.release(isGone)
        if (isGone) leaveAll()
      }
      try {
        const begun = ask(client, begin(mode))
        begun.catch(ignore)
        // What only reads is sent with it, and its end is not waited for: a question is one way to the server and back, not three.
        if (mode === WRITING) await begun
        const result = await work(async (sql, values) => (await ask(client, sql, values && [...values])).rows as never)
        await begun
        if (mode === WRITING) {
          await commit(client)
          release(false)
        } else endAside(client, release)
        return result
      } catch (fault) {
        const isThere = !isServerGone(fault) && (await rolledBack(client))
        release(!isThere)
        throw isThere ? fault : endedFault(fault)
      }
    },
    [Symbol.asyncDispose]: () => pools[Symbol.asyncDispose](),
  }
}

interface Pools extends AsyncDisposable {
  present(): Pool
}

/** The pool of whoever signs in by now. What is under way on a connection of before may end there. */
function createPools(options: DatabaseOptions): Pools {
  let address = options.address
  let pool = createPool(address, options)
  const ending: Promise<void>[] = []
  return {
    present() {
      const now = options.signsIn?.() ?? address
      const isOther = now !== address && JSON.stringify(now) !== JSON.stringify(address)
      address = now
      if (!isOther) return pool
      ending.push(pool.end())
      pool = createPool(address, options)
      return pool
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...ending, pool.end()])
    },
  }
}

function createPool(address: Address, { poolSize, connectTimeoutMs, statementTimeoutMs }: DatabaseOptions): Pool {
  const pool = new Pool({
    ...address,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs + GRACE_MS,
    keepAlive: true,
    pipeline: true,
    application_name: 'kedge',
    types: { getTypeParser: (oid, format) => (Number(oid) === INT8 ? toWholeNumber : types.getTypeParser(oid, format)) },
  })
  // A connection that breaks while nobody uses it is replaced by the next one.
  pool.on('error', () => undefined)
  return pool
}

/** What waits for longer than it may, too, may wait for a standby that follows another server by now. */
function isServerGone(fault: unknown): boolean {
  return fault instanceof UnknownOutcome || isConnectionLost(fault) || isWaitOver(fault)
}

interface Connection {
  client: PoolClient
  /** None of those that there are is used again: they may lead to a server that another one has taken over from, and that lives on. */
  leaveAll: () => void
}

function createConnect(present: () => Pool): () => Promise<Connection> {
  let generation = 0
  const born = new WeakMap<PoolClient, number>()
  return async () => {
    while (true) {
      const begun = generation
      const client = await connected(present())
      const own = born.get(client) ?? begun
      born.set(client, own)
      if (own === generation) return { client, leaveAll: () => void (generation = Math.max(generation, own + 1)) }
      client.release(true)
    }
  }
}

async function connected(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (fault) {
    throw endedFault(askedFault(fault))
  }
}

async function ask(client: PoolClient, sql: string, values?: unknown[]): Promise<QueryResult> {
  try {
    return await client.query(sql, values)
  } catch (fault) {
    throw askedFault(fault)
  }
}

/** Nothing is kept by it, and what was asked for has been answered. */
function endAside(client: PoolClient, release: (isGone: boolean) => void): void {
  client.query('END').then(
    () => release(false),
    () => release(true),
  )
}

async function commit(client: PoolClient): Promise<void> {
  try {
    await ask(client, 'COMMIT')
  } catch (cause) {
    if (isUnsettled(cause)) throw new UnknownOutcome(`it is not known whether the transaction was committed: ${describe(cause)}`, { cause })
    throw cause
  }
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK')
    return true
  } catch {
    return false
  }
}

/** A bigint of the database, which JavaScript has as a number up to 2^53. */
function toWholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new UnreadableNumber(`the database has the number ${text}, which is beyond what Kedge writes`)
  return number
}
