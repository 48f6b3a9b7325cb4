import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { createSqliteLedger } from '../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSystemClock } from '../src/adapters/system/clock.ts'
import { readLedger } from '../src/demo/stage.ts'
import type { LedgerEntry } from '../src/ports/ledger.ts'
import { aRelease, releaseEntry } from '../test/contract/ledger-documents.ts'
import { eventsIn } from '../test/e2e/harbour.ts'
import { ask } from '../test/postgres/live-ledger.ts'
import { startPostgres, whyNoPostgres, type PostgresServer } from '../test/postgres/server.ts'
import { timeToChannels } from './latency/channels.ts'
import { percentile } from './latency/percentile.ts'
import { fillBoth } from './ledger/fill.ts'
import { openBenchLedger, startIn } from './ledger/open.ts'
import { pageTable, type Delays, type Figures, type Pace } from './ledger/page-table.ts'
import { RECORDS_A_RELEASE } from './ledger/synthetic.ts'
import { openWriters } from './ledger/writers.ts'
import type { BenchOutcome, BenchRow } from './row.ts'
import { FULL, type Sizes } from './sizes.ts'

/** Callers that append at the same time, one record each: as lanes of the outbox do. */
const CALLERS = 16
/** Replicas of one ledger. */
const WRITERS = 3

/**
 * What a ledger costs in PostgreSQL, in SQLite, and in plain SQL into the same PostgreSQL: appends of one record, each durable before the
 * next of its caller; from an event to the message about it; a start with a million records. The server forces its writes to this disk.
 * Writes all figures as a table for docs/postgresql.md, too.
 */
export async function benchLedger(
  sizes = FULL.ledger,
  print = (text: string): unknown => process.stdout.write(text),
): Promise<BenchOutcome> {
  const leftOut = whyNoPostgres()
  if (leftOut !== undefined) return { leftOut }
  const { appends: count, records } = sizes
  const folder = await mkdtemp(join(tmpdir(), 'kedge-bench-ledger-'))
  try {
    await using server = await startPostgres(['fsync = on', 'full_page_writes = on', 'autovacuum = on'])
    for (const name of ['appends', 'alone', 'shared', 'starts']) await ask(server.url(), `CREATE DATABASE ${name}`)
    const load = [loadNow()]
    // Before the others: the server writes for a while what they have left.
    const messages = await measureMessages(server, folder, sizes.messages)
    const appends = await measureAppends(server, folder, count)
    const starts = await measureStarts(server, folder, records)
    load.push(loadNow())
    print(`${pageTable({ callers: CALLERS, records, load, appends, messages, starts })}\n`)
    return [...rowsOfAppends(appends), ...rowsOfMessages(messages), ...rowsOfStarts(starts, records)]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const loadNow = (): number => loadavg()[0] ?? 0

type Appends = Record<'postgres' | 'sqlite' | 'plain' | 'plainFile' | 'alone' | 'shared', Pace>

async function measureAppends(server: PostgresServer, folder: string, appends: number): Promise<Appends> {
  await using sqlite = createSqliteLedger({ path: join(folder, 'appends.db'), clock: createSystemClock() })
  await using postgres = await openBenchLedger(server.url('appends'))
  return {
    postgres: await pace((key) => postgres.append([entryOf(key)]), appends),
    alone: await paceOfWriters(server.url('alone'), 1, appends),
    shared: await paceOfWriters(server.url('shared'), WRITERS, appends),
    sqlite: await pace((key) => sqlite.append([entryOf(key)]), appends),
    plain: await paceOfSql(server.url('appends'), appends),
    plainFile: await paceOfFile(join(folder, 'plain.db'), appends),
  }
}

function rowsOfAppends({ postgres: ours, sqlite: file, plain: raw, plainFile, alone, shared }: Appends): BenchRow[] {
  return [
    rowOf('appends a second, PostgreSQL / plain SQL', ours.perSecond, raw.perSecond, { unit: '/s', least: 0.25 }),
    rowOf('appends a second, PostgreSQL / SQLite', ours.perSecond, file.perSecond, { unit: '/s' }),
    rowOf('appends a second, SQLite / plain SQL into a file', file.perSecond, plainFile.perSecond, { unit: '/s' }),
    rowOf(`appends a second, ${WRITERS} writers to PostgreSQL / plain SQL`, shared.perSecond, raw.perSecond, { unit: '/s' }),
    rowOf(`append p99, ${WRITERS} writers to PostgreSQL / plain SQL`, shared.p99, raw.p99, { unit: ' ms' }),
    rowOf(`appends a second, ${WRITERS} writers / one`, shared.perSecond, alone.perSecond, { unit: '/s' }),
    rowOf(`append p99, ${WRITERS} writers / one`, shared.p99, alone.p99, { unit: ' ms' }),
    rowOf('append p99, PostgreSQL / plain SQL', ours.p99, raw.p99, { unit: ' ms', most: 4 }),
    rowOf('append p99, PostgreSQL / SQLite', ours.p99, file.p99, { unit: ' ms' }),
  ]
}

async function measureMessages(server: PostgresServer, folder: string, sizes: Sizes['ledger']['messages']): Promise<Figures['messages']> {
  return {
    inTurn: await measureDelays(server, folder, { database: 'in_turn', sizes: sizes.inTurn }),
    atOnce: await measureDelays(server, folder, { database: 'at_once', sizes: sizes.atOnce }),
  }
}

interface Messages {
  database: string
  sizes: Sizes['latency']['channels']
}

async function measureDelays(server: PostgresServer, folder: string, { database, sizes }: Messages): Promise<Delays> {
  const url = server.url(database)
  await ask(server.url(), `CREATE DATABASE ${database}`)
  await writeFile(join(folder, database), url)
  const events = () => ask<{ event: string }>(url, 'SELECT event FROM kedge.record').then((rows) => rows.map(({ event }) => event))
  const postgres = await timeToChannels({ config: `{ type: postgres, urlFile: "${join(folder, database)}" }`, events }, sizes)
  const sqlite = await timeToChannels({ config: '{ path: ledger.db }', events: (own) => readLedger(own, eventsIn) }, sizes)
  const of = (times: readonly number[]) => ({ p99: percentile(times, 0.99), median: percentile(times, 0.5) })
  return { postgres: of(postgres.Slack), sqlite: of(sqlite.Slack) }
}

function rowsOfMessages({ inTurn, atOnce }: Figures['messages']): BenchRow[] {
  return [
    rowOf('event to message p99, 4 failures a second, PostgreSQL / SQLite', inTurn.postgres.p99, inTurn.sqlite.p99, { unit: ' ms' }),
    rowOf('event to message median, 4 failures a second, PostgreSQL / SQLite', inTurn.postgres.median, inTurn.sqlite.median, {
      unit: ' ms',
    }),
    rowOf('event to message p99, 20 failures a second, PostgreSQL / SQLite', atOnce.postgres.p99, atOnce.sqlite.p99, { unit: ' ms' }),
  ]
}

async function measureStarts(server: PostgresServer, folder: string, records: number): Promise<Figures['starts']> {
  const [path, url] = [join(folder, 'starts.db'), server.url('starts')]
  await createSqliteLedger({ path, clock: createSystemClock() }).close()
  await (await openBenchLedger(url))[Symbol.asyncDispose]()
  await fillBoth(Math.ceil(records / RECORDS_A_RELEASE), { sqlite: path, postgres: { url, folder: server.folder } })
  return { postgres: await startIn('postgres', url), sqlite: await startIn('sqlite', path), plain: await startIn('plain', url) }
}

function rowsOfStarts({ postgres, sqlite, plain }: Figures['starts'], records: number): BenchRow[] {
  const what = `start with ${records} records`
  return [
    rowOf(`${what}, PostgreSQL / all rows by plain SQL`, postgres.ms, plain.ms, { unit: ' ms' }),
    rowOf(`${what}, PostgreSQL / SQLite`, postgres.ms, sqlite.ms, { unit: ' ms', most: 4 }),
    rowOf(`memory at most, ${what}, PostgreSQL / SQLite`, postgres.peakMB, sqlite.peakMB, { unit: ' MB', most: 2 }),
  ]
}

const entryOf = (key: string): LedgerEntry => releaseEntry(aRelease({ key }))

async function pace(append: (key: string) => Promise<unknown>, appends: number): Promise<Pace> {
  const took: number[] = []
  let next = 0
  const caller = async (): Promise<void> => {
    while (next < appends) {
      const key = `paced-${(next += 1)}`
      const begin = performance.now()
      await append(key)
      took.push(performance.now() - begin)
    }
  }
  const begin = performance.now()
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return { perSecond: (appends * 1_000) / (performance.now() - begin), p99: percentile(took, 0.99) }
}

/** Replicas that append to one chain, each for a cluster of its own, one after the other as the loop does. */
async function paceOfWriters(url: string, count: number, appends: number): Promise<Pace> {
  await using writers = await openWriters(url, count)
  // Awaited here: else the writers are closed before they have begun.
  return await pace((key) => writers.append(entryOf(key)), appends / 4)
}

/** What one table costs, a connection for each caller and a statement for each row: nothing is chained, checked or pointed at. */
async function paceOfSql(url: string, appends: number): Promise<Pace> {
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
  }, appends)
  for (const client of clients) await client.end()
  return found
}

/** The same in SQLite, as durable: one statement for each row, each a transaction of its own. */
async function paceOfFile(path: string, appends: number): Promise<Pace> {
  using database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE plain (id INTEGER PRIMARY KEY, key TEXT, document TEXT) STRICT')
  const insert = database.prepare('INSERT INTO plain (key, document) VALUES (?, ?)')
  const document = JSON.stringify(aRelease({ key: 'plain' }))
  return await pace(async (key) => insert.run(key, document), appends)
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
