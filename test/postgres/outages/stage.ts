import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { readAddress } from '../../../src/adapters/ledgers/postgres/address.ts'
import { readPostgresLedger } from '../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import type { Readiness } from '../../../src/api/contract.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { writeConfig } from '../../../src/demo/stage.ts'
import { createService, type Service } from '../../../src/service.ts'
import { createWorld, type World } from '../../../src/simulator/world.ts'
import { until } from '../../until.ts'
import { startProxy, type CuttingProxy } from '../proxy.ts'
import { startPostgres, type PostgresServer } from '../server.ts'

/** What stands between Kedge and its records. */
export interface Place {
  server: PostgresServer
  /** The address that the ledger is reached by. */
  proxy: CuttingProxy
}

/** A way in which a database fails. */
export interface Outage {
  name: string
  /** Where the server's files are; a folder of its own where nothing is said. */
  folder?: () => Promise<{ path: string } & AsyncDisposable>
  /** What has to be there beside it before. */
  prepare?: (place: Place) => Promise<AsyncDisposable>
  /** @returns what ends it */
  begin: (place: Place) => Promise<() => Promise<void>>
}

/** What became of it. */
export interface Outcome {
  /** What `/readyz` said of it. Undefined where it said nothing. */
  told: string | undefined
  /** From its end until there is a PR and a card. */
  caughtUpMs: number
  pulls: number
  cards: number
  records: number
  /** What is wrong with the records; undefined where nothing is. */
  broken: string | undefined
}

const CAUGHT_UP_MS = 60_000

/**
 * Lets a release fail while the database does, with the real service before it, for so long.
 * @param lastsMs how long the outage lasts at least; no shorter than until the release has failed
 */
export async function live(outage: Outage, lastsMs: number): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-outage-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const own = outage.folder && stack.use(await outage.folder())
  const server = stack.use(await startPostgres(['fsync = on', 'wal_keep_size = 64MB'], own?.path))
  const proxy = stack.use(await startProxy(server.port))
  const place = { server, proxy }
  if (outage.prepare) stack.use(await outage.prepare(place))
  const world = stack.use(await createWorld())
  await writeFile(join(folder, 'url'), proxy.through(server.url()))
  const file = await writeConfig({ world, folder, port: 0, ledger: '{ type: postgres, urlFile: url, statementTimeoutSeconds: 10 }' })
  const { config, secrets } = loadConfig({ file, env: {} })
  const { told, caughtUpMs } = await failMeanwhile({ outage, place, lastsMs, world }, () => createService(config, secrets))
  const found = { pulls: world.repository.pulls.size, cards: cardsIn(world), told, caughtUpMs }
  return { ...found, ...(await readBack(proxy.through(server.url()))) }
}

interface Scene {
  outage: Outage
  place: Place
  lastsMs: number
  world: World
}

async function failMeanwhile(
  { outage, place, lastsMs, world }: Scene,
  start: () => Promise<Service>,
): Promise<Pick<Outcome, 'told' | 'caughtUpMs'>> {
  await using service = await start()
  await service.ready()
  await world.untilRollout((rollout) => rollout.status?.phase === 'Healthy')
  const end = await outage.begin(place)
  let told: string | undefined
  const watching = setInterval(() => void whatIsTold(service.apiUrl).then((said) => void (told ??= said), ignore), 250)
  try {
    const over = AbortSignal.timeout(lastsMs)
    world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
    await world.commitImage('v1.8.0', 'alice')
    await world.untilRollout((rollout) => rollout.status?.phase === 'Degraded')
    await until(() => over.aborted || undefined, { what: 'the outage is over', timeoutMs: lastsMs + 10_000 })
    await end()
    const mended = performance.now()
    await until(() => (hasActed(world) ? true : undefined), { what: 'a PR and a card', timeoutMs: 3 * CAUGHT_UP_MS })
    const caughtUpMs = performance.now() - mended
    await service.ready()
    return { told, caughtUpMs }
  } finally {
    clearInterval(watching)
  }
}

/** Whether an outcome is as it has to be. */
export function isFine({ told, caughtUpMs, pulls, cards, broken }: Outcome): boolean {
  return told !== undefined && caughtUpMs <= CAUGHT_UP_MS && pulls === 1 && cards === 1 && broken === undefined
}

/** One that was asked as the service ended. */
const ignore = (): void => undefined

const cardsIn = ({ slack }: World): number => slack.messages.filter((message) => message.thread_ts === undefined).length

const hasActed = (world: World): boolean => world.repository.pulls.size > 0 && cardsIn(world) > 0

async function whatIsTold(api: string): Promise<string | undefined> {
  const { conditions } = (await (await fetch(`${api}/readyz`)).json()) as Readiness
  const wrong = conditions.find(({ ok, detail }) => !ok && /E_LEDGER|PostgreSQL/.test(detail))
  return wrong && `${wrong.name}: ${wrong.detail}`
}

/** Reads by plain SQL, too: nothing of what Kedge remembers is asked. */
async function readBack(url: string): Promise<Pick<Outcome, 'records' | 'broken'>> {
  const address = readAddress(url, undefined)
  if ('wrong' in address) throw new Error(address.wrong)
  await using ledger = await readPostgresLedger({ address, poolSize: 1, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000 })
  const verdict = await ledger.verify()
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query<{ records: number; twice: number }>(
    `SELECT count(*)::int AS records, (count(*) - count(DISTINCT (kind, key, document, at)))::int AS twice FROM kedge.record`,
  )
  await client.end()
  const twice = rows[0]?.twice ?? 0
  const broken = verdict.intact ? (twice > 0 ? `${twice} record(s) stand twice` : undefined) : verdict.what
  return { records: rows[0]?.records ?? 0, broken }
}
