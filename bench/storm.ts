import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLedger } from '../src/demo/stage.ts'
import { createSystemClock } from '../src/simulator/clock.ts'
import { startKubernetesApi } from '../src/simulator/kubernetes-api.ts'
import type { KubeObject } from '../src/simulator/kubernetes/object.ts'
import { createWorld, type World } from '../src/simulator/world.ts'
import { TOKENS } from '../src/simulator/world/story.ts'
import { eventsIn, holds, startServe } from '../test/e2e/harbour.ts'
import { startSlackClock } from './latency/slack-clock.ts'
import { failRelease, named } from './life.ts'
import type { BenchRow } from './row.ts'
import { FULL, type Sizes } from './sizes.ts'

const GOAL = { firstMs: 2_000, allMs: 10_000 }

/**
 * Hundreds of aborts of one repository within seconds, while its Git takes its time for each request: from the first abort to the first
 * message, and until everybody was told. Once as a storm, which is one card, and once each for itself.
 */
export async function benchStorm(sizes = FULL.storm): Promise<BenchRow[]> {
  const { aborts, withinMs, gitDelayMs } = sizes
  const storm = await measure(true, sizes)
  const apart = await measure(false, sizes)
  const row = (what: string, ours: number, other: number, goal: number): BenchRow => ({
    what: `${aborts} aborts in ${withinMs / 1_000} s, Git ${gitDelayMs} ms a request: ${what}, as one storm / each for itself`,
    ours: `${(ours / 1_000).toFixed(2)} s`,
    other: `${(other / 1_000).toFixed(2)} s`,
    ratio: `${(ours / other).toFixed(2)}x`,
    goal: `<= ${goal / 1_000} s`,
    ok: ours <= goal && other <= goal,
  })
  return [row('first told', storm.first, apart.first, GOAL.firstMs), row('all told', storm.all, apart.all, GOAL.allMs)]
}

async function measure(inStorms: boolean, { aborts, withinMs, gitDelayMs }: Sizes['storm']): Promise<{ first: number; all: number }> {
  await using world = await createWorld({ pace: 0.1 })
  const life = await failRelease(world)
  const applications = world.kubernetes.store.list('applications').map((object) => structuredClone(object))
  await using kubernetes = await startKubernetesApi({ clock: createSystemClock(), token: TOKENS.kubernetes })
  const { store } = kubernetes
  for (const object of applications) store.apply(listingAll(object, aborts))
  for (let i = 0; i < aborts; i++) for (const object of life.rolling) store.apply(named(object, i))
  await using slack = await startSlackClock((body) => (inStorms ? /\d+ Rollouts failed|checkout-\d+/ : /checkout-\d+/).exec(body)?.[0])
  await using service = await serve(world, kubernetes.kubeconfig(), { slackUrl: slack.apiUrl, inStorms })
  await holds('the baseline is taken', async () => (await service.events()).includes('baseline-taken'))
  world.github.faults.inject({ path: /\.git\//, times: 1_000_000, fault: { kind: 'delay', ms: gitDelayMs } })

  const begin = performance.now()
  for (let i = 0; i < aborts; i++) {
    const late = begin + (i * withinMs) / aborts - performance.now()
    if (late > 0) await new Promise((resolve) => setTimeout(resolve, late))
    for (const object of life.aborted) store.apply(named(object, i))
  }
  const isTold = (): boolean => (inStorms ? slack.arrived.has(`${aborts} Rollouts failed`) : slack.arrived.size >= aborts)
  await holds('everybody was told', isTold)
  const times = [...slack.arrived.values()].map((at) => at - begin)
  return {
    first: Math.min(...times),
    all: inStorms ? (slack.arrived.get(`${aborts} Rollouts failed`) ?? Infinity) - begin : Math.max(...times),
  }
}

/** The Application with every copy among its resources, and in the result of its sync. */
function listingAll(object: KubeObject, copies: number): KubeObject {
  const text = JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: undefined } })
  const each = /\{[^{}]*"kind":"Rollout"[^{}]*\}/g
  const all = text.replaceAll(each, (one) =>
    Array.from({ length: copies }, (_, index) => one.replaceAll('"name":"checkout"', `"name":"checkout-${index}"`)).join(','),
  )
  return JSON.parse(all) as KubeObject
}

async function serve(world: World, kubeconfig: string, { slackUrl, inStorms }: { slackUrl: string; inStorms: boolean }) {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-bench-'))
  await writeFile(join(folder, 'kubeconfig'), kubeconfig)
  await writeFile(join(folder, 'slack-token'), 'bench-token')
  await writeFile(join(folder, 'github-token'), TOKENS.github)
  const file = join(folder, 'kedge.yaml')
  await writeFile(
    file,
    `apiVersion: kedge/v1
defaults: { mode: pr, channel: "#deploys", inStorms: ${inStorms} }
allow: { repositories: ["${world.github.url}/acme/*"] }
forges: [{ type: github, apiBaseUrl: "${world.github.url}/api/v3", tokenFile: github-token }]
channels: [{ type: slack, tokenFile: slack-token, apiUrl: "${slackUrl}" }]
clusters: [{ name: bench, kubeconfig: kubeconfig }]
server: { api: { port: 0 }, webhooks: { port: 0 } }
ledger: { path: ledger.db }
mirrors: { path: mirrors }
log: { level: silent }
`,
  )
  const service = await startServe(file)
  return {
    events: () => readLedger(folder, eventsIn),
    [Symbol.asyncDispose]: async () => {
      await service.kill9()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
