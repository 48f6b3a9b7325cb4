import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readAddress, type Address } from '../../src/adapters/ledgers/postgres/address.ts'
import { openPostgresLedger, type PostgresLedger, type PostgresLedgerOptions } from '../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'

const OPTIONS = { connectTimeoutMs: 10_000, statementTimeoutMs: 60_000, leaseMs: 10_000, poolSize: 5, holder: 'bench', random: Math.random }

/** A ledger of a bench, whose URL is well-formed. */
export function openBenchLedger(url: string): Promise<PostgresLedger> {
  return openPostgresLedger(benchOptions(url))
}

/** How it is opened. */
export function benchOptions(url: string): PostgresLedgerOptions {
  return { ...OPTIONS, address: addressOf(url), clock: createSystemClock() }
}

function addressOf(url: string): Address {
  const address = readAddress(url, undefined)
  if ('wrong' in address) throw new Error(address.wrong)
  return address
}

/** What a start in a process of its own takes. */
export interface StartCost {
  ms: number
  peakMB: number
}

const CHILD = new URL('start-child.ts', import.meta.url)
/** The flag that the image sets. */
const NODE_FLAGS = ['--max-semi-space-size=4']

/** Starts with a ledger in a process of its own. @param store `plain`: reads every row of that PostgreSQL and does nothing with it */
export async function startIn(store: 'sqlite' | 'postgres' | 'plain', place: string): Promise<StartCost> {
  const child = fork(CHILD, [store, place], { execArgv: NODE_FLAGS })
  const exited = once(child, 'exit')
  const [cost] = (await Promise.race([once(child, 'message'), exited])) as [StartCost | number | null]
  await exited
  if (typeof cost !== 'object' || cost === null) throw new Error(`the start with ${store} has ended with ${cost}`)
  return cost
}
