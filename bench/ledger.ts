import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { readAddress, type Address } from '../src/adapters/ledgers/postgres/address.ts'
import { openPostgresLedger } from '../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createSqliteLedger } from '../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSystemClock } from '../src/adapters/system/clock.ts'
import type { LedgerEntry, LedgerStore } from '../src/ports/ledger.ts'
import { openLedger } from '../src/reconcile/ledger/open-ledger.ts'
import { aRelease, releaseEntry } from '../test/contract/ledger-documents.ts'
import { startPostgres, whyNoPostgres } from '../test/postgres/server.ts'
import { percentile } from './latency/percentile.ts'
import type { BenchRow } from './row.ts'

const APPENDS = 2_000
/** Callers that append at the same time, one record each: as lanes of the outbox do. */
const CALLERS = 16
const ROWS = 100_000

interface Pace {
  perSecond: number
  p99: number
}

/**
 * Appends of one record, each durable before the next of its caller: to PostgreSQL, to SQLite, and one row by plain SQL into the same
 * PostgreSQL; then a start with a long chain. The servers force their writes to this disk.
 */
export async function benchLedger(): Promise<BenchRow[]> {
  if (whyNoPostgres() !== undefined) return []
  const folder = await mkdtemp(join(tmpdir(), 'kedge-bench-ledger-'))
  await using server = await startPostgres(['fsync = on', 'full_page_writes = on', 'autovacuum = on'])
  try {
    const address = addressOf(server.url())
    const clock = createSystemClock()
    const sqlite = createSqliteLedger({ path: join(folder, 'ledger.db'), clock })
    const postgres = await openPostgresLedger({ ...OPTIONS, address, clock })
    const ours = await pace((key) => postgres.append([entryOf(key)]))
    const file = await pace((key) => sqlite.append([entryOf(key)]))
    const raw = await paceOfSql(server.url())
    await fill(postgres)
    await fill(sqlite)
    const start = { postgres: await timed(() => openLedger(postgres)), sqlite: await timed(() => openLedger(sqlite)) }
    await postgres[Symbol.asyncDispose]()
    await sqlite[Symbol.asyncDispose]()
    return [
      rowOf('appends a second, PostgreSQL / plain SQL', ours.perSecond, raw.perSecond, { unit: '/s', least: 0.25 }),
      rowOf('appends a second, PostgreSQL / SQLite', ours.perSecond, file.perSecond, { unit: '/s' }),
      rowOf('append p99, PostgreSQL / plain SQL', ours.p99, raw.p99, { unit: ' ms', most: 4 }),
      rowOf('append p99, PostgreSQL / SQLite', ours.p99, file.p99, { unit: ' ms' }),
      rowOf(`start with ${ROWS} records, PostgreSQL / SQLite`, start.postgres, start.sqlite, { unit: ' ms', most: 4 }),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const OPTIONS = { connectTimeoutMs: 10_000, statementTimeoutMs: 30_000, leaseMs: 10_000, poolSize: 5, holder: 'bench', random: Math.random }

function addressOf(url: string): Address {
  const address = readAddress(url, undefined)
  if ('wrong' in address) throw new Error(address.wrong)
  return address
}

const entryOf = (key: string): LedgerEntry => releaseEntry(aRelease({ key }))

async function pace(append: (key: string) => Promise<unknown>): Promise<Pace> {
  const took: number[] = []
  let next = 0
  const caller = async (): Promise<void> => {
    while (next < APPENDS) {
      const key = `paced-${(next += 1)}`
      const begin = performance.now()
      await append(key)
      took.push(performance.now() - begin)
    }
  }
  const begin = performance.now()
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return { perSecond: (APPENDS * 1_000) / (performance.now() - begin), p99: percentile(took, 0.99) }
}

/** What one table costs, a connection for each caller and a statement for each row: nothing is chained, checked or pointed at. */
async function paceOfSql(url: string): Promise<Pace> {
  const clients = await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      const client = new Client(url)
      await client.connect()
      return client
    }),
  )
  await clients[0]?.query('CREATE TABLE plain (id bigserial PRIMARY KEY, key text, document text)')
  const free = [...clients]
  const document = JSON.stringify(aRelease({ key: 'plain' }))
  const found = await pace(async (key) => {
    const client = free.pop()
    await client?.query('INSERT INTO plain (key, document) VALUES ($1, $2)', [key, document])
    if (client) free.push(client)
  })
  for (const client of clients) await client.end()
  return found
}

async function fill(ledger: LedgerStore): Promise<void> {
  for (let written = 0; written < ROWS; written += 500) {
    await ledger.append(Array.from({ length: 500 }, (_, index) => entryOf(`r${Math.floor((written + index) / 5)}`)))
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

interface Goal {
  unit: string
  /** Ratios. */
  least?: number
  most?: number
}

function rowOf(what: string, ours: number, other: number, { unit, least, most }: Goal): BenchRow {
  const ratio = ours / other
  const goal = least === undefined ? (most === undefined ? '–' : `<= ${most}x`) : `>= ${least}x`
  const figure = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)}${unit}`
  const ok = (least === undefined || ratio >= least) && (most === undefined || ratio <= most)
  return { what, ours: figure(ours), other: figure(other), ratio: `${ratio.toFixed(2)}x`, goal, ok }
}
