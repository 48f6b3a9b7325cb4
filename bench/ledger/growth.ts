// `npm run bench:growth -- 1000000`: what reads cost in a ledger of so many records, in both stores, with the bytes of a release. Ends with
// 1 where a page or a trace takes longer than the goal. `--start`: what a start takes as well, and how fast `/healthz` is answered, which
// has a goal, too. `--short`: that all of it runs, and no figures.
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import type { ReleasePage } from '../../src/api/contract.ts'
import type { ReadOptions } from '../../src/http/request/options.ts'
import { RELEASES_A_PAGE } from '../../src/http/request/paging.ts'
import { findRelease } from '../../src/http/views/release-detail.ts'
import { listReleases, type AskedPage } from '../../src/http/views/release-list.ts'
import { trace } from '../../src/http/views/trace.ts'
import type { LedgerStore } from '../../src/ports/ledger.ts'
import { openLedger } from '../../src/reconcile/ledger/open-ledger.ts'
import { startPostgres } from '../../test/postgres/server.ts'
import { percentile } from '../latency/percentile.ts'
import { runShort } from '../short.ts'
import { FULL, SHORT, type Sizes } from '../sizes.ts'
import { answersAtStart } from './answers-at-start.ts'
import { fillBoth } from './fill.ts'
import { openBenchLedger, startIn } from './open.ts'
import { busyNear, commitOf, imageOf, keyOf, kinOf, placeOf, RECORDS_A_RELEASE, rolloutOf, SIDECAR } from './synthetic.ts'

const GOAL_MS = 5

/** So that the machine's memory holds a part of the pages, as that of a database does. */
const SERVER = ['shared_buffers = 512MB', 'maintenance_work_mem = 1GB', 'max_wal_size = 4GB', 'autovacuum = off']

type Question = readonly [what: string, ask: (options: ReadOptions, release: number) => Promise<unknown>]

/** A page of the Rollout of a release, as the index has it. @param before the page that follows on this release */
function pageOf(options: ReadOptions, release: number, asked: Partial<AskedPage> = {}): Promise<ReleasePage> {
  return listReleases(options, { ...rolloutOf(release), limit: RELEASES_A_PAGE, open: undefined, before: undefined, ...asked })
}

const QUESTIONS: readonly Question[] = [
  ["a release's page", (options, release) => findRelease(options, keyOf(release))],
  ['a page of 50 releases', (options) => listReleases(options, { limit: 50, open: undefined, before: undefined })],
  ["a Rollout's first page", (options, release) => pageOf(options, release)],
  ["a Rollout's later page", (options, release) => pageOf(options, release, { before: placeOf(release) })],
  ['the first page of one with many', (options, release) => pageOf(options, busyNear(release))],
  ['a later page of it', (options, release) => pageOf(options, busyNear(release), { before: placeOf(release) })],
  ['its releases of one outcome', (options, release) => pageOf(options, busyNear(release), { outcome: 'restored' })],
  ['its open releases', (options, release) => pageOf(options, busyNear(release), { open: true })],
  ['trace of a commit', (options, release) => trace(options, commitOf(release))],
  ['trace of 7 digits', (options, release) => trace(options, commitOf(release).slice(0, 7))],
  ['trace of 7 digits of 25 releases', (options, release) => trace(options, kinOf(release))],
  ['trace of 4 digits', (options, release) => trace(options, commitOf(release).slice(0, 4))],
  ['trace of a commit of 10,000 releases', (options) => trace(options, commitOf(10_000))],
  ['trace of a version', (options, release) => trace(options, `v1.${release}.0`)],
  ['trace of an image', (options, release) => trace(options, imageOf(release))],
  ['trace of an image of every release', (options) => trace(options, SIDECAR)],
  ['trace of what is nowhere', (options, release) => trace(options, `nowhere:${release}`)],
]

async function optionsFor(store: LedgerStore): Promise<ReadOptions> {
  const clock = createSystemClock()
  const ledger = await openLedger(createMemoryLedger({ clock }))
  const links = { rollout: () => undefined, application: () => undefined, commit: () => undefined }
  return { views: [], ledger, store, clock, verdict: () => ({ serving: 'unknown', reason: '' }), links } as unknown as ReadOptions
}

type Print = (line: string) => void

/** What is measured, and where it is said. */
interface Growth {
  sizes: Sizes['growth']
  isStart: boolean
  print: Print
}

/** @returns whether all were within the goal */
async function measureReads(name: string, store: LedgerStore, { releases, sizes, print }: Growth & { releases: number }): Promise<boolean> {
  const options = await optionsFor(store)
  let isFast = true
  for (const [what, ask] of QUESTIONS) {
    const took: number[] = []
    for (let asked = 0; asked < sizes.asked; asked += 1) {
      const release = Math.floor((asked * 0.618_033_988_7 * releases) % releases)
      const begin = performance.now()
      await ask(options, release)
      if (asked >= sizes.warmUp) took.push(performance.now() - begin)
    }
    const [median, p99] = [percentile(took, 0.5), percentile(took, 0.99)]
    isFast &&= median <= GOAL_MS
    print(`${name.padEnd(10)}  ${what.padEnd(38)}  median ${median.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`)
  }
  return isFast
}

async function measureStart(
  store: 'sqlite' | 'postgres' | 'plain',
  place: string,
  print: Print,
  walked = 'the whole chain',
): Promise<void> {
  const { ms, peakMB } = await startIn(store, place)
  print(`${store.padEnd(10)}  start, ${walked} verified before it acts: ${(ms / 1_000).toFixed(1)} s, ${peakMB.toFixed(0)} MB at most`)
}

/** @returns whether all was answered within the goal */
async function measureAnswers(store: 'sqlite' | 'postgres', place: string, print: Print): Promise<boolean> {
  const { line, isFast } = await answersAtStart(store, place)
  print(`${store.padEnd(10)}  ${line}`)
  return isFast
}

async function bytesIn(url: string, table: string): Promise<number> {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query<{ bytes: string }>(`SELECT ${table} AS bytes`)
  await client.end()
  return Number(rows[0]?.bytes)
}

/** @returns whether `/healthz` was answered within the goal meanwhile */
async function measureStarts(path: string, url: string, print: Print): Promise<boolean> {
  await measureStart('sqlite', path, print)
  await measureStart('postgres', url, print)
  await measureStart('plain', url, print)
  // Those have kept a checkpoint.
  await measureStart('sqlite', path, print, 'from the checkpoint')
  await measureStart('postgres', url, print, 'from the checkpoint')
  const isFast = await measureAnswers('sqlite', path, print)
  return (await measureAnswers('postgres', url, print)) && isFast
}

async function measure(growth: Growth): Promise<boolean> {
  const { sizes, isStart, print } = growth
  const releases = Math.ceil(sizes.records / RECORDS_A_RELEASE)
  const folder = await mkdtemp(join(tmpdir(), 'kedge-growth-'))
  try {
    await using server = await startPostgres(SERVER)
    const [path, url] = [join(folder, 'ledger.db'), server.url()]
    await createSqliteLedger({ path, clock: createSystemClock() }).close()
    await (await openBenchLedger(url))[Symbol.asyncDispose]()
    const began = performance.now()
    await fillBoth(releases, { sqlite: path, postgres: { url, folder: server.folder } })
    print(
      `${releases * RECORDS_A_RELEASE} records of ${releases} releases, written in ${((performance.now() - began) / 1_000).toFixed(0)} s`,
    )
    const bytes = { sqlite: (await stat(path)).size, postgres: await bytesIn(url, 'pg_database_size(current_database())') }
    const names = await bytesIn(url, `pg_total_relation_size('kedge.name')`)
    print(`bytes a release: SQLite ${Math.round(bytes.sqlite / releases)}, PostgreSQL ${Math.round(bytes.postgres / releases)}`)
    print(`  of them what it is found by, PostgreSQL: ${Math.round(names / releases)}`)
    let isFast = true
    {
      await using sqlite = createSqliteLedger({ path, clock: createSystemClock(), readOnly: true, arePagesSound: true })
      isFast = (await measureReads('SQLite', sqlite, { ...growth, releases })) && isFast
      await using postgres = await openBenchLedger(url)
      isFast = (await measureReads('PostgreSQL', postgres, { ...growth, releases })) && isFast
    }
    if (isStart) isFast = (await measureStarts(path, url, print)) && isFast
    return isFast
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(args: readonly string[]): Promise<number> {
  const print: Print = (line) => void process.stdout.write(`${line}\n`)
  if (args.includes('--short')) return await runShort('growth', shortly, print)
  const records = Number(args.find((arg) => !arg.startsWith('--')) ?? FULL.growth.records)
  return (await measure({ sizes: { ...FULL.growth, records }, isStart: args.includes('--start'), print })) ? 0 : 1
}

async function shortly(): Promise<{ rows: number }> {
  let rows = 0
  await measure({ sizes: SHORT.growth, isStart: true, print: () => (rows += 1) })
  return { rows }
}

process.exitCode = await run(process.argv.slice(2))
