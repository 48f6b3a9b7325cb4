import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteLedger } from '../adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createClient, type Client } from '../api/client.ts'
import { loadConfig } from '../config/load.ts'
import { KedgeError } from '../domain/errors.ts'
import type { Version } from '../domain/release/version.ts'
import type { LedgerStore } from '../ports/ledger.ts'
import { createService, type Service } from '../service.ts'
import { createScene, type Scene, type WorldOptions } from '../simulator/world.ts'
import { STORY, TOKENS } from '../simulator/world/story.ts'
import { GITHUB, type DemoForge } from './forges.ts'

/** Where the page is when nothing else has the port. */
const DEMO_PORT = 8_484

export interface StageOptions {
  world?: WorldOptions | undefined
  /** More lines of the configuration. */
  more?: ((world: Scene) => string) | undefined
  /** More of what holds for every Rollout. */
  choice?: string | undefined
  /** Default: GitHub. */
  forge?: DemoForge
  /** Port of the page. Undefined: 8484, or a free one when it is taken. */
  port?: number | undefined
}

/** A world, and the real service looking after it, with all their files in one temporary folder. */
export interface Stage extends AsyncDisposable {
  world: Scene
  /** What the forge calls a pull request. */
  pullName(number: number): string
  /** Asks the service over its API, as the command line does. */
  client: Client
  /** Address of the page. */
  url: string
  /** Reads the ledger's file from outside, as `kedge ledger verify` does beside a running service. */
  readLedger<T>(read: (ledger: LedgerStore) => Promise<T>): Promise<T>
}

/**
 * Starts the stand-ins and the service, and resolves once the service has everything in view.
 * @throws KedgeError E_LISTEN when a port that was asked for is taken
 */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-demo-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const { forge = GITHUB } = options
  const world = stack.use(await createScene(forge.start, options.world))
  const service = stack.use(
    await startService({ world, folder, forge, more: options.more?.(world) ?? '', choice: options.choice ?? '' }, options.port),
  )
  world.alerts.receiver = { url: `${service.webhooksUrl}/webhooks/alertmanager`, token: TOKENS.alerts }
  await service.ready()
  const running = stack.move()
  return {
    world,
    pullName: (number) => forge.pullName(number),
    client: createClient(service.apiUrl, undefined),
    url: service.apiUrl,
    readLedger: (read) => readLedger(folder, read),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

type Place = Pick<ConfigRequest, 'world' | 'folder' | 'forge' | 'more' | 'choice'>

async function startService(place: Place, port: number | undefined): Promise<Service> {
  try {
    return await serve(place, port ?? DEMO_PORT)
  } catch (error) {
    if (port !== undefined || !(error instanceof KedgeError) || error.code !== 'E_LISTEN') throw error
    return serve(place, 0)
  }
}

async function serve(place: Place, port: number): Promise<Service> {
  const file = await writeConfig({ ...place, port })
  const { config, secrets } = loadConfig({ file, env: {} })
  return createService(config, secrets)
}

interface ConfigRequest {
  world: Scene
  folder: string
  port: number
  /** What the world's forge is. Default: GitHub. */
  forge?: DemoForge
  /** More lines of YAML. */
  more?: string
  /** More of `defaults`, in one line that begins with a comma. */
  choice?: string
  /** Where the ledger is kept; a file in the folder where nothing is said. */
  ledger?: string
}

/**
 * Writes what a user would write for this world: the configuration, its secrets each in a file, and a kubeconfig. Relative paths in it
 * lead to the folder itself.
 * @returns path of the configuration
 */
export async function writeConfig(request: ConfigRequest): Promise<string> {
  const { world, folder, port, forge = GITHUB, more = '', choice = '', ledger = '{ path: ledger.db }' } = request
  await writeFile(join(folder, `${forge.type}-token`), TOKENS.github, { mode: 0o600 })
  await writeFile(join(folder, 'slack-token'), TOKENS.slack, { mode: 0o600 })
  await writeFile(join(folder, 'alerts-secret'), TOKENS.alerts, { mode: 0o600 })
  await writeFile(join(folder, 'kubeconfig'), world.kubernetes.kubeconfig(), { mode: 0o600 })
  const file = join(folder, 'kedge.yaml')
  await writeFile(
    file,
    `apiVersion: kedge/v1
defaults: { mode: pr, channel: "#${STORY.channel.name}"${choice} }
allow: { repositories: ["${world.forge.url}/acme/*"] }
forges: [{ type: ${forge.type}, ${forge.address(world.forge.url)}, tokenFile: ${forge.type}-token }]
channels: [{ type: slack, tokenFile: slack-token, apiUrl: "${world.slack.apiUrl}" }]
clusters: [{ name: demo, kubeconfig: kubeconfig }]
server: { api: { port: ${port} }, webhooks: { port: 0 } }
ledger: ${ledger}
mirrors: { path: mirrors }
log: { level: silent }
${more}`,
  )
  return file
}

/** Reads the ledger in a folder that {@link writeConfig} has filled; the service may run or not. */
export async function readLedger<T>(folder: string, read: (ledger: LedgerStore) => Promise<T>): Promise<T> {
  await using ledger = createSqliteLedger({ path: join(folder, 'ledger.db'), clock: { now: () => 0 }, readOnly: true })
  return await read(ledger)
}

/** What the ledger remembers as applied while the newest version that served did so; undefined without one. */
export async function rememberedRevision(ledger: LedgerStore): Promise<string | undefined> {
  let newest: Version | undefined
  for await (const { kind, document } of ledger.records()) if (kind === 'version') newest = document as Version
  return newest?.applied?.revisions[0]
}
