import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLedger } from '../src/demo/stage.ts'
import { startAlerts, type Alerts } from '../src/simulator/alerts.ts'
import { createSystemClock } from '../src/simulator/clock.ts'
import { startKubernetesApi } from '../src/simulator/kubernetes-api.ts'
import type { KubeObject } from '../src/simulator/kubernetes/object.ts'
import { createWorld } from '../src/simulator/world.ts'
import { eventsIn, holds } from '../test/e2e/harbour.ts'
import { percentile } from './latency/percentile.ts'
import { startSlackClock } from './latency/slack-clock.ts'
import { failRelease, named, nameOf, shownBy, type Life } from './life.ts'
import type { BenchRow } from './row.ts'
import { FULL, type Sizes } from './sizes.ts'

const SECRET = 'bench-secret'
const MAIN = new URL('../src/main.ts', import.meta.url).pathname
const GOAL = { memoryMb: 64, delayMs: 100, cardMs: 1_000 }

/**
 * A flood of alerts: payloads of Alertmanager by the thousand, and one with ten thousand alerts in it, while it has as many for itself.
 * What that costs in memory, and how much later an abort is told of; and how soon an alert after a promotion is.
 */
export async function benchAlerts(sizes = FULL.alerts): Promise<BenchRow[]> {
  const calm = await measure(false, sizes)
  const flooded = await measure(true, sizes)
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(calm.cards, share)) as [number, number]
  const [before, during] = [percentile(calm.aborts, 0.5), percentile(flooded.aborts, 0.5)]
  return [
    row('alert to card, p99 / p50', {
      ours: `${p99.toFixed(0)} ms`,
      other: `${p50.toFixed(0)} ms`,
      by: p99 / p50,
      goal: `<= ${GOAL.cardMs} ms`,
      ok: p99 <= GOAL.cardMs,
    }),
    row(`memory, ${sizes.perSecond} payloads a second and one of ${sizes.inOne} alerts / none`, {
      ours: `${flooded.mb.toFixed(0)} MB`,
      other: `${calm.mb.toFixed(0)} MB`,
      by: flooded.mb / calm.mb,
      goal: `<= ${GOAL.memoryMb} MB more`,
      ok: flooded.mb - calm.mb <= GOAL.memoryMb,
    }),
    row('abort to card, p50, during the flood / without', {
      ours: `${during.toFixed(0)} ms`,
      other: `${before.toFixed(0)} ms`,
      by: during / before,
      goal: `<= ${GOAL.delayMs} ms more`,
      ok: during - before <= GOAL.delayMs,
    }),
  ]
}

function row(what: string, { by, ...cells }: Omit<BenchRow, 'what' | 'ratio'> & { by: number }): BenchRow {
  return { what: `alerts: ${what}`, ...cells, ratio: `${by.toFixed(2)}x` }
}

interface Measured {
  /** Milliseconds from each alert to its card; none during a flood, when there are more alerts than are read. */
  cards: readonly number[]
  /** The same of aborts. */
  aborts: readonly number[]
  /** Most memory that the service had from then on, less what it had right before. */
  mb: number
}

async function measure(isFlooded: boolean, sizes: Sizes['alerts']): Promise<Measured> {
  // So many are promoted and burn, and as many are aborted.
  const { rollouts, nearMs } = sizes
  const life = await recordLife()
  const clock = createSystemClock()
  await using kubernetes = await startKubernetesApi({ clock, token: 'bench' })
  await using alerts = await startAlerts({ clock })
  await using slack = await startSlackClock((body) => /checkout-\d+/.exec(body)?.[0])
  const { store } = kubernetes
  for (let index = 0; index < 2 * rollouts; index += 1) for (const object of life.rolling) store.apply(named(object, index))
  await using service = await serve(kubernetes.kubeconfig(), { slackUrl: slack.apiUrl, alerts })
  await holds('the baseline is taken', async () => (await service.events()).includes('baseline-taken'))
  for (let index = 0; index < rollouts; index += 1) for (const object of life.promoted) store.apply(named(object, index))
  await wait(isFlooded ? nearMs.flooded : nearMs.calm)
  const before = service.residentMB()
  let most = before
  const watch = setInterval(() => (most = Math.max(most, service.residentMB())), 20)
  const flood = isFlooded ? startFlood(service.webhooksUrl, alerts, sizes) : undefined
  const aborted = await timeEach(slack.arrived, sizes, (index) => {
    for (const object of life.aborted) store.apply(named(object, rollouts + index))
    return nameOf(rollouts + index)
  })
  alerts.receiver = { url: `${service.webhooksUrl}/webhooks/alertmanager`, token: SECRET }
  const burned = isFlooded ? [] : await timeEach(slack.arrived, sizes, (index) => fire(alerts, index))
  await flood?.end()
  clearInterval(watch)
  return { cards: burned, aborts: aborted, mb: most - before }
}

function fire(alerts: Alerts, index: number): string {
  void alerts.fire({
    alertname: 'ErrorBudgetBurn',
    namespace: 'shop',
    rollout: nameOf(index),
    slo: 'availability',
    short: '5m',
    long: '1h',
  })
  return nameOf(index)
}

/** Does one thing after the other, and waits until all have been told of. The first few are not counted: their code is still compiled. */
async function timeEach(
  arrived: ReadonlyMap<string, number>,
  { rollouts, warmUp, everyMs }: Sizes['alerts'],
  act: (index: number) => string,
): Promise<readonly number[]> {
  const began = new Map<string, number>()
  for (let index = 0; index < rollouts; index += 1) {
    const at = performance.now()
    began.set(act(index), at)
    await wait(everyMs)
  }
  await holds('all were told of', () => [...began.keys()].every((name) => arrived.has(name)))
  return [...began].slice(warmUp).map(([name, at]) => (arrived.get(name) ?? Infinity) - at)
}

/** A thousand payloads a second, each of another alert, and once ten thousand in one; who is asked has them all. */
function startFlood(webhooksUrl: string, alerts: Alerts, { perSecond, inOne, seconds }: Sizes['alerts']): { end(): Promise<void> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const url = `${webhooksUrl}/webhooks/alertmanager`
  const many = Array.from({ length: inOne }, (_, index) => alertOf(index))
  for (const { labels } of many) void alerts.fire(labels)
  let sent = 0
  let isOver = false
  const running = (async () => {
    await post(url, payloadOf(many), agent)
    const begin = performance.now()
    while (!isOver && sent < perSecond * seconds) {
      const due = Math.floor(((performance.now() - begin) / 1_000) * perSecond)
      for (; sent < due; sent += 1) void post(url, payloadOf([alertOf(inOne + sent)]), agent)
      await wait(5)
    }
  })()
  return {
    async end() {
      isOver = true
      await running
      agent.destroy()
    },
  }
}

function alertOf(index: number) {
  const labels = { alertname: 'Flood', namespace: 'shop', pod: `pod-${index}`, severity: 'warning', instance: `10.0.0.${index % 250}:8080` }
  return {
    status: 'firing',
    labels,
    annotations: { summary: 'Something is wrong here.' },
    startsAt: new Date().toISOString(),
    fingerprint: `f${index}`,
  }
}

function payloadOf(alerts: readonly object[]): string {
  return JSON.stringify({ version: '4', groupKey: '{}', status: 'firing', receiver: 'kedge', alerts })
}

/** What is refused is answered, too. */
function post(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' }
    const call = request(url, { method: 'POST', headers, agent }, (response) => response.resume().once('end', resolve))
    call.once('error', () => resolve())
    call.end(body)
  })
}

async function serve(kubeconfig: string, { slackUrl, alerts }: { slackUrl: string; alerts: Alerts }) {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-bench-'))
  await writeFile(join(folder, 'kubeconfig'), kubeconfig)
  await writeFile(join(folder, 'slack-token'), 'bench-token')
  const lines = [
    'apiVersion: kedge/v1',
    'defaults: { mode: notify, channel: "#deploys", inStorms: false, settleSeconds: 0 }',
    `channels: [{ type: slack, tokenFile: slack-token, apiUrl: "${slackUrl}" }]`,
    'clusters: [{ name: bench, kubeconfig: kubeconfig }]',
    'server: { api: { port: 0 }, webhooks: { port: 0, maxBodyBytes: 8388608 } }',
    `alerts: { sources: [{ type: alertmanager, url: "${alerts.alertmanagerUrl}" }, { type: prometheus, url: "${alerts.prometheusUrl}" }] }`,
    'ledger: { path: ledger.db }',
    'mirrors: { path: mirrors }',
    'log: { level: silent }',
  ]
  await writeFile(join(folder, 'kedge.yaml'), lines.join('\n'))
  const child = spawn(process.execPath, ['--max-semi-space-size=4', MAIN, 'serve', '--config', join(folder, 'kedge.yaml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      HOME: folder,
      KEDGE_ALERTS_WEBHOOK_SECRET: SECRET,
    },
  })
  const exited = once(child, 'exit')
  let said = ''
  const [apiUrl = '', webhooksUrl = ''] = await new Promise<readonly string[]>((resolve, reject) => {
    void exited.then(() => reject(new Error(`serve has ended: ${said}`)))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const found = [...said.matchAll(/http:\/\/[\d.:]*\d/g)].map(([url]) => url)
      if (found.length >= 2) resolve(found)
    })
  })
  while ((await fetch(`${apiUrl}/readyz`)).status !== 200) await wait(50)
  return {
    webhooksUrl,
    residentMB: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024,
    events: () => readLedger(folder, eventsIn),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Lets one Rollout live through a release that fails, and through one that makes it, and keeps what the API showed. */
async function recordLife(): Promise<Life & { promoted: readonly KubeObject[] }> {
  await using world = await createWorld({ pace: 0.1 })
  const failed = await failRelease(world)
  world.scriptMetric(() => 0.99)
  world.retry()
  await world.untilRollout(({ status }) => status?.phase === 'Healthy' && status.currentPodHash === status.stableRS)
  return { ...failed, promoted: shownBy(world) }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
