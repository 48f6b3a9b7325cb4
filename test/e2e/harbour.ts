import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { createClient, type Client } from '../../src/api/client.ts'
import type { ReleaseDetail } from '../../src/api/contract.ts'
import { GITHUB, type DemoForge } from '../../src/demo/forges.ts'
import { cardLines, cards, revertPulls } from '../../src/demo/sights.ts'
import { readLedger, rememberedRevision, writeConfig } from '../../src/demo/stage.ts'
import { until } from '../../src/demo/step.ts'
import type { LedgerStore } from '../../src/ports/ledger.ts'
import type { PullRequest } from '../../src/simulator/github/forge.ts'
import { createScene, type Scene, type WorldOptions } from '../../src/simulator/world.ts'

/** Everything waits for conditions; this only ends a test that would wait for ever. */
export const PATIENCE_MS = 120_000

const WEBHOOK_SECRET = 'harbour-webhook-secret'

/** `kedge serve` as a process of its own. */
export interface ServeProcess {
  client: Client
  webhooksUrl: string
  readyz(): Promise<{ status: number; text: string }>
  /** What no process can prepare for. */
  kill9(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  end(): Promise<number | null>
}

/** A world whose service runs, dies and runs again as a process, on the same files. */
export interface Harbour extends AsyncDisposable {
  world: Scene
  /** What its forge calls a pull request. */
  pullName(number: number): string
  folder: string
  serve(): Promise<ServeProcess>
  /** Works beside a running service. */
  readLedger<T>(read: (ledger: LedgerStore) => Promise<T>): Promise<T>
}

/** Starts the world with its first version Healthy, and writes the configuration, with more lines where given; serves nothing yet. */
export async function openHarbour(options: WorldOptions = {}, more = '', forge: DemoForge = GITHUB): Promise<Harbour> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-harbour-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const world = stack.use(await createScene(forge.start, { pace: 0.3, ...options }))
  const config = await writeConfig({ world, folder, port: 0, more, forge })
  const running: ServeProcess[] = []
  stack.defer(async () => void (await Promise.all(running.map((one) => one.kill9()))))
  await world.refreshGit()
  await world.untilRollout(({ status }) => status?.phase === 'Healthy', PATIENCE_MS)
  const open = stack.move()
  return {
    world,
    pullName: (number) => forge.pullName(number),
    folder,
    async serve() {
      const started = await startServe(config)
      running.push(started)
      if (forge === GITHUB) world.forge.forge.webhooks.setTarget({ url: `${started.webhooksUrl}/webhooks/github`, secret: WEBHOOK_SECRET })
      return started
    },
    readLedger: (read) => readLedger(folder, read),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** One file in tests. A bench runs what is written: nothing was built for it. */
const program = (): string =>
  process.env['VITEST'] === undefined ? new URL('../../src/main.ts', import.meta.url).pathname : inject('kedge')

/** Runs `kedge serve` on a configuration and resolves once it listens. */
export async function startServe(config: string): Promise<ServeProcess> {
  const child = spawn(process.execPath, [program(), 'serve', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      HOME: '/nonexistent',
      KEDGE_GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
    },
  })
  const exited = once(child, 'exit')
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (said += text))
  const { url = '', webhooksUrl = '' } = await until(
    'kedge serve says where it listens',
    () => {
      if (child.exitCode !== null) throw new Error(`kedge serve ended: ${said}`)
      return /API at (?<url>http:\S+) and webhooks at (?<webhooksUrl>http:\S+)\. /.exec(said)?.groups
    },
    PATIENCE_MS,
  )
  return {
    client: createClient(url, undefined),
    webhooksUrl,
    async readyz() {
      const answer = await fetch(`${url}/readyz`)
      return { status: answer.status, text: await answer.text() }
    },
    async kill9() {
      child.kill('SIGKILL')
      await exited
    },
    async end() {
      child.kill('SIGTERM')
      const [code] = (await exited) as [number | null]
      return code
    },
  }
}

/** Events in the ledger so far, oldest first. */
export const eventsIn = (ledger: LedgerStore): Promise<readonly string[]> => Array.fromAsync(ledger.records(), (record) => record.event)

/** Waits for a condition. */
export const waitFor = <T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> => until(what, look, PATIENCE_MS)

export async function holds(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  await waitFor(what, async () => ((await look()) ? true : undefined))
}

export function event(harbour: Harbour, name: string): Promise<void> {
  return holds(`the ledger has ${name}`, async () => (await harbour.readLedger(eventsIn)).includes(name))
}

export async function aborted({ world }: Harbour): Promise<void> {
  await world.untilRollout(({ status }) => status?.abort === true && status.abortedAt !== undefined, PATIENCE_MS)
}

/** Kedge's branches on the forge. */
export async function branches({ world }: Harbour): Promise<readonly string[]> {
  return [...(await world.repository.git.branches()).keys()].filter((name) => name.startsWith('kedge/'))
}

/** What people read on the cards. */
export const cardText = ({ world }: Harbour): string => cards(world).flatMap(cardLines).join('\n')

export async function newestRelease({ client }: ServeProcess): Promise<ReleaseDetail | undefined> {
  const [rollout] = await client.rollouts({})
  return rollout?.release ? client.release(rollout.release) : undefined
}

/** Serves, and waits until N is remembered as Healthy: what Kedge has not seen run, it does not go back to. */
export async function serveHealthy(harbour: Harbour): Promise<ServeProcess> {
  const service = await harbour.serve()
  await event(harbour, 'baseline-taken')
  await remembersN(harbour)
  return service
}

/** Waits until the ledger has what Git asked for while the running version served. */
export function remembersN(harbour: Harbour): Promise<void> {
  const wanted = harbour.world.repository.tips.get('main')
  return holds('N is remembered', async () => (await harbour.readLedger(rememberedRevision)) === wanted)
}

/** The only PR, once it is open and its card names it. */
export async function pullIsOpen(harbour: Harbour): Promise<PullRequest> {
  const pull = await waitFor('the PR is open', () => revertPulls(harbour.world)[0])
  await holds('the card names the PR', () => cardText(harbour).includes(harbour.pullName(pull.number)))
  return pull
}

/** The release has ended as restored and nothing is left to be done. */
export async function isRestored(harbour: Harbour, service: ServeProcess): Promise<void> {
  await holds('the release is restored', async () => (await newestRelease(service))?.release.outcome === 'restored')
  await holds(
    'nothing is left to be done',
    async () => (await newestRelease(service))?.pendingEffects.length === 0 && (await branches(harbour)).length === 0,
  )
}

/** The end that every story must come to: how many PRs and cards there are, whether the chain is whole, and how the service ended. */
export async function endOf(harbour: Harbour, service: ServeProcess): Promise<unknown> {
  const exit = await service.end()
  const { intact } = await harbour.readLedger((ledger) => ledger.verify())
  return { exit, intact, pulls: revertPulls(harbour.world).length, cards: cards(harbour.world).length }
}
