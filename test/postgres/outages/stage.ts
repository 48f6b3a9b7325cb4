import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readiness } from '../../../src/api/contract.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { writeConfig } from '../../../src/demo/stage.ts'
import { createService, type Service } from '../../../src/service.ts'
import { realAdapters } from '../../../src/service/real-adapters.ts'
import type { World } from '../../../src/simulator/world.ts'
import { until } from '../../until.ts'
import { lostFrom, noting } from '../acknowledged.ts'
import { ask, untilNothingIsPending } from '../live-ledger.ts'
import { createPatientWorld, PATIENCE_MS } from '../patient-world.ts'
import { startProxy, type CuttingProxy } from '../proxy.ts'
import { lasting } from '../real-time.ts'
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
  /** Not every replica need meet it. */
  isSeldom?: true
  /** Where the server's files are; a folder of its own where nothing is said. */
  folder?: () => Promise<{ path: string } & AsyncDisposable>
  /** What has to be there beside it before. */
  prepare?: (place: Place) => Promise<AsyncDisposable>
  /** @returns what ends it */
  begin: (place: Place) => Promise<() => Promise<void>>
}

/** What became of it. */
export interface Outcome {
  /** What `/readyz` of each replica said of it. Undefined where it said nothing. */
  told: readonly (string | undefined)[]
  /** From its end until there is a PR and a card. */
  caughtUpMs: number
  pulls: number
  cards: number
  records: number
  /** Records whose append has returned. */
  acknowledged: number
  /** What is wrong with the records: what was acknowledged and is not there, what stands twice, a chain that breaks. */
  broken: readonly string[]
}

const CAUGHT_UP_MS = 60_000

interface Span {
  /** How long the outage lasts at least; no shorter than until the release has failed. */
  lastsMs: number
  /** How many of the service there are, all by way of the one server. */
  replicas: number
}

/** Lets a release fail while the database does, with the real service before it, for so long. */
export async function live(outage: Outage, { lastsMs, replicas }: Span): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const own = outage.folder && stack.use(await outage.folder())
  const server = stack.use(await startPostgres(['fsync = on', 'wal_keep_size = 64MB'], own?.path))
  const proxy = stack.use(await startProxy(server.port))
  const place = { server, proxy }
  if (outage.prepare) stack.use(await outage.prepare(place))
  const world = stack.use(await createPatientWorld())
  const acknowledged: string[] = []
  const url = proxy.through(server.url())
  const start = async (within: AsyncDisposableStack): Promise<Service> => {
    const folder = await mkdtemp(join(tmpdir(), 'kedge-outage-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    await writeFile(join(folder, 'url'), url)
    const file = await writeConfig({ world, folder, port: 0, ledger: '{ type: postgres, urlFile: url, statementTimeoutSeconds: 10 }' })
    const { config, secrets } = loadConfig({ file, env: {} })
    const service = within.use(await createService(config, secrets, noting(realAdapters, acknowledged)))
    await service.ready()
    return service
  }
  const { told, caughtUpMs } = await failMeanwhile({ outage, place, lastsMs, world, url }, { start, replicas })
  const found = { pulls: world.repository.pulls.size, cards: cardsIn(world), told, caughtUpMs, acknowledged: acknowledged.length }
  return { ...found, ...(await readBack(url, acknowledged)) }
}

interface Scene {
  outage: Outage
  place: Place
  lastsMs: number
  world: World
  url: string
}

interface Replicas {
  start: (within: AsyncDisposableStack) => Promise<Service>
  replicas: number
}

async function failMeanwhile(
  { outage, place, lastsMs, world, url }: Scene,
  { start, replicas }: Replicas,
): Promise<Pick<Outcome, 'told' | 'caughtUpMs'>> {
  await using stack = new AsyncDisposableStack()
  const services: Service[] = []
  while (services.length < replicas) services.push(await start(stack))
  const end = await outage.begin(place)
  const told: (string | undefined)[] = services.map(() => undefined)
  const watching = setInterval(() => {
    for (const [at, { apiUrl }] of services.entries()) whatIsTold(apiUrl).then((said) => void (told[at] ??= said), ignore)
  }, 250)
  try {
    const over = lasting(lastsMs)
    world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
    await world.commitImage('v1.8.0', 'alice')
    await world.untilRollout((rollout) => rollout.status?.phase === 'Degraded', PATIENCE_MS)
    await over
    await end()
    const mended = performance.now()
    await until(() => (hasActed(world) ? true : undefined), { what: 'a PR and a card', timeoutMs: 3 * CAUGHT_UP_MS })
    const caughtUpMs = performance.now() - mended
    for (const service of services) await service.ready()
    // What is done twice is done by then.
    await untilNothingIsPending(url, PATIENCE_MS)
    return { told, caughtUpMs }
  } finally {
    clearInterval(watching)
  }
}

/** Whether an outcome is as it has to be. */
export function isFine({ isSeldom }: Outage, { told, caughtUpMs, pulls, cards, broken }: Outcome): boolean {
  const isTold = isSeldom ? told.some((one) => one !== undefined) : told.every((one) => one !== undefined)
  return isTold && caughtUpMs <= CAUGHT_UP_MS && pulls === 1 && cards === 1 && broken.length === 0
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
async function readBack(url: string, acknowledged: readonly string[]): Promise<Pick<Outcome, 'records' | 'broken'>> {
  const [found] = await ask<{ records: number; twice: number }>(
    url,
    `SELECT count(*)::int AS records, (count(*) - count(DISTINCT (kind, key, document, at)))::int AS twice FROM kedge.record`,
  )
  const { records = 0, twice = 0 } = found ?? {}
  const broken = [...(await lostFrom(url, acknowledged)), ...(twice > 0 ? [`${twice} record(s) stand twice`] : [])]
  return { records, broken }
}
