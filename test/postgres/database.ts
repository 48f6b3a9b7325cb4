import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import { readAddress, type Address } from '../../src/adapters/ledgers/postgres/address.ts'
import { openPostgresLedger, type PostgresLedger, type PostgresLedgerOptions } from '../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import { countingClock } from '../adapters/ledgers/sqlite/temp.ts'

const postgres = inject('postgres')

/** Where there is none, its tests are left out; the start of the run says why. */
export const hasPostgres = 'url' in postgres

/** An empty database of its own on a server, which the test does not need to drop. */
export interface TestDatabase {
  url: string
  address: Address
  options: PostgresLedgerOptions
  /** Asks as one who may do anything. */
  ask: (sql: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>
}

/** @param server the one that all tests share where nothing is said */
export async function createDatabase(server?: string): Promise<TestDatabase> {
  const shared = server ?? ('url' in postgres ? postgres.url : '')
  const name = `test_${randomBytes(6).toString('hex')}`
  // By files, where nothing is forced to the disk: through the log, a new one costs nearly twice the work.
  await ask(shared, `CREATE DATABASE ${name}${server === undefined ? ' STRATEGY FILE_COPY' : ''}`)
  const url = new URL(shared)
  url.pathname = name
  const address = addressOf(url.href)
  return { url: url.href, address, options: optionsFor(address), ask: (sql, values) => ask(url.href, sql, values) }
}

/** An address of a test, which is well-formed. */
export function addressOf(url: string): Address {
  const address = readAddress(url, undefined)
  if ('wrong' in address) throw new Error(address.wrong)
  return address
}

/** As a ledger is opened in tests: time goes on, and what is written down counts from 10,000 by one a call. */
export function optionsFor(address: Address): PostgresLedgerOptions {
  const counting = countingClock()
  const clock = { ...createSystemClock(), now: () => counting.now() }
  const times = { connectTimeoutMs: 5_000, statementTimeoutMs: 5_000, leaseMs: 2_000 }
  return { address, ...times, poolSize: 4, holder: 'test', clock, random: () => 0.5 }
}

/** A ledger in a database of its own. */
export async function openFresh(): Promise<PostgresLedger> {
  return openPostgresLedger((await createDatabase()).options)
}

async function ask(url: string, sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(sql, values && [...values])).rows as readonly Record<string, unknown>[]
  } finally {
    await client.end()
  }
}
