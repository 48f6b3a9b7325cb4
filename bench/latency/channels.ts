import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLedger } from '../../src/demo/stage.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi } from '../../src/simulator/kubernetes-api.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { eventsIn, holds, startServe } from '../../test/e2e/harbour.ts'
import { failRelease, named, nameOf, type Life } from '../life.ts'
import type { BenchRow } from '../row.ts'
import type { Sizes } from '../sizes.ts'
import { percentile } from './percentile.ts'

const EVENTS_PER_SECOND = 200
const GOAL_MS = 50
const TICK_MS = 5

/**
 * From the write in the API to the request that each of three channels gets, without a settle delay: hundreds of Rollouts, 200 of their
 * events a second, every tenth of them an abort. The Rollouts are copies of one that really went through its release, and each fails for
 * itself: storms are off.
 */
export async function benchEventToChannels(sizes: Sizes['latency']['channels']): Promise<BenchRow[]> {
  const taken = await timeToChannels({ config: '{ path: ledger.db }', events: (folder) => readLedger(folder, eventsIn) }, sizes)
  return Object.entries(taken).map(([channel, times]) => rowOf(channel, times, sizes.rollouts))
}

/** Where the service keeps its ledger. */
interface LedgerInUse {
  /** Of the configuration. */
  config: string
  events(folder: string): Promise<readonly string[]>
}

/**
 * Milliseconds from each event to each channel, see {@link benchEventToChannels}. Every so many events is an abort that people are told of;
 * the others are the noise of a busy cluster. The first aborts are not counted: their code is still being compiled.
 */
export async function timeToChannels(
  ledger: LedgerInUse,
  { rollouts, warmUp, aborts }: Sizes['latency']['channels'],
): Promise<Record<keyof Arrived, number[]>> {
  const life = await recordLife()
  await using channels = await startChannelClocks()
  await using kubernetes = await startKubernetesApi({ clock: createSystemClock(), token: 'bench' })
  const { store } = kubernetes
  for (let i = 0; i < rollouts; i++) for (const object of life.rolling) store.apply(named(object, i))
  await using service = await serve(kubernetes.kubeconfig(), channels.url, ledger)
  // What is broken before is silent.
  await holds('the baseline is taken', async () => (await service.events()).includes('baseline-taken'))

  const written = new Map<string, number>()
  const total = EVENTS_PER_SECOND * aborts.seconds
  const begin = performance.now()
  for (let event = 0; event < total; event++) {
    const late = begin + (event * 1_000) / EVENTS_PER_SECOND - performance.now()
    if (late > 0) await new Promise((resolve) => setTimeout(resolve, Math.max(TICK_MS, late)))
    const isAbort = event % aborts.every === 0
    const index = isAbort ? event / aborts.every : rollouts / 2 + (event % (rollouts / 2))
    if (isAbort) written.set(nameOf(index), performance.now())
    if (isAbort) for (const object of life.aborted) store.apply(named(object, index))
    else
      store.patch({ plural: 'rollouts', namespace: 'shop', name: nameOf(index) }, { metadata: { annotations: { noise: String(event) } } })
  }
  const { arrived } = channels
  await holds('everybody was told everywhere', () => Object.values(arrived).every(({ size }) => size === written.size))
  const taken = (at: Map<string, number>): number[] => [...written].slice(warmUp).map(([name, since]) => (at.get(name) ?? Infinity) - since)
  return { Slack: taken(arrived.Slack), Teams: taken(arrived.Teams), webhook: taken(arrived.webhook) }
}

function rowOf(channel: string, taken: readonly number[], rollouts: number): BenchRow {
  const [p99, median] = [percentile(taken, 0.99), percentile(taken, 0.5)]
  const what = `event to ${channel} POST, three channels on, no settle delay, ${EVENTS_PER_SECOND} events/s over ${rollouts} Rollouts`
  return {
    what: `${what}, p99 of ${taken.length} / median`,
    ours: `${p99.toFixed(0)} ms`,
    other: `${median.toFixed(0)} ms`,
    ratio: `${(p99 / median).toFixed(1)}x`,
    goal: `<= ${GOAL_MS} ms`,
    ok: p99 <= GOAL_MS,
  }
}

/** Lets one Rollout live through a failed release and keeps what the API showed. */
async function recordLife(): Promise<Life> {
  await using world = await createWorld({ pace: 0.1 })
  return await failRelease(world)
}

type Arrived = Readonly<Record<'Slack' | 'Teams' | 'webhook', Map<string, number>>>

/** Just enough of each channel to answer, and the time at which each Rollout's first message came in there. */
async function startChannelClocks(): Promise<AsyncDisposable & { url: string; arrived: Arrived }> {
  const arrived: Arrived = { Slack: new Map(), Teams: new Map(), webhook: new Map() }
  let serial = 0
  const server = createServer((request, response) => {
    const at = performance.now()
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => void (body += text))
    request.on('end', () => {
      // Names have no character that a form would encode.
      const name = /checkout-\d+/.exec(body)?.[0]
      const { [request.url ?? '']: clock = arrived.Slack } = { '/teams': arrived.Teams, '/webhook': arrived.webhook }
      if (name !== undefined && !clock.has(name)) clock.set(name, at)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ ok: true, channel: 'C0BENCH', ts: `1.${String(++serial).padStart(6, '0')}`, messages: [] }))
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function serve(kubeconfig: string, channelsUrl: string, ledger: LedgerInUse) {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-bench-'))
  await writeFile(join(folder, 'kubeconfig'), kubeconfig)
  await writeFile(join(folder, 'slack-token'), 'bench-token')
  await writeFile(join(folder, 'teams-url'), `${channelsUrl}/teams`)
  await writeFile(join(folder, 'webhook-secret'), 'bench-secret-of-a-webhook')
  const file = join(folder, 'kedge.yaml')
  await writeFile(
    file,
    `apiVersion: kedge/v1
defaults: { mode: notify, channel: "#deploys", alsoTell: [teams, webhook], settleSeconds: 0, inStorms: false }
channels:
  - { type: slack, tokenFile: slack-token, apiUrl: "${channelsUrl}/api/" }
  - { type: teams, webhookUrlFile: teams-url }
  - { type: webhook, url: "${channelsUrl}/webhook", secretFile: webhook-secret }
clusters: [{ name: bench, kubeconfig: kubeconfig }]
server: { api: { port: 0 }, webhooks: { port: 0 } }
ledger: ${ledger.config}
log: { level: silent }
`,
  )
  const service = await startServe(file)
  return {
    events: () => ledger.events(folder),
    [Symbol.asyncDispose]: async () => {
      await service.kill9()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
