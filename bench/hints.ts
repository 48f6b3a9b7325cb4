import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSystemClock } from '../src/simulator/clock.ts'
import { startKubernetesApi } from '../src/simulator/kubernetes-api.ts'
import type { KubeObject } from '../src/simulator/kubernetes/object.ts'
import { percentile } from './latency/percentile.ts'
import type { BenchRow } from './row.ts'
import { FULL, type Sizes } from './sizes.ts'
import { createObjectWriter } from './watch/objects.ts'

const GOAL_MS = 250
const SECRET = 'bench-secret'
const MAIN = new URL('../src/main.ts', import.meta.url).pathname

/** Webhooks of Argo CD by the thousand, each kept before it is acknowledged: how long that takes where there are many Applications. */
export async function benchHints(sizes = FULL.hints): Promise<BenchRow[]> {
  const few = await measure(sizes.few, sizes)
  const many = await measure(sizes.many, sizes)
  return [0.5, 0.99].map((share) => {
    const [ours, other] = [percentile(many, share), percentile(few, share)]
    return {
      what: `${sizes.perSecond} webhooks a second of Argo CD: acknowledged, p${share * 100}, ${sizes.many} Applications / ${sizes.few}`,
      ours: `${ours.toFixed(0)} ms`,
      other: `${other.toFixed(0)} ms`,
      ratio: `${(ours / other).toFixed(2)}x`,
      goal: `<= ${GOAL_MS} ms, or <= 1.5x`,
      ok: ours <= GOAL_MS || ours <= 1.5 * other,
    }
  })
}

type Pace = Pick<Sizes['hints'], 'perSecond' | 'seconds'>

/** @returns milliseconds until each was acknowledged @throws Error where one was not */
async function measure(applications: number, pace: Pace): Promise<readonly number[]> {
  await using api = await startKubernetesApi({ clock: createSystemClock() })
  const write = { Application: createObjectWriter('Application'), Rollout: createObjectWriter('Rollout') }
  for (let index = 0; index < applications; index += 1) {
    api.store.apply(healthy(JSON.parse(write.Rollout(index, '1')) as KubeObject), 'all')
    api.store.apply(listing(JSON.parse(write.Application(index, '1')) as KubeObject, index), 'all')
  }
  const folder = await mkdtemp(join(tmpdir(), 'kedge-bench-'))
  try {
    await writeFile(join(folder, 'kubeconfig'), api.kubeconfig())
    await using service = await serve(folder)
    return await send(service.webhooksUrl, applications, pace)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The recorded one has failed; of nearly all that a hint names, nothing is to be done. */
function healthy(rollout: KubeObject): KubeObject {
  const { abort: _, abortedAt: _at, message: _message, ...status } = rollout.status as Record<string, unknown>
  return { ...rollout, status: { ...status, phase: 'Healthy', stableRS: status['currentPodHash'] } }
}

function listing(application: KubeObject, index: number): KubeObject {
  const rollout = { group: 'argoproj.io', kind: 'Rollout', namespace: `team-${index % 100}`, name: `rollout-${index}`, status: 'Synced' }
  return { ...application, status: { ...(application.status as object), resources: [rollout] } }
}

async function serve(folder: string): Promise<AsyncDisposable & { webhooksUrl: string }> {
  const lines = [
    'apiVersion: kedge/v1',
    'clusters: [{ name: bench, kubeconfig: kubeconfig }]',
    'server: { api: { port: 0 }, webhooks: { port: 0 } }',
    'ledger: { path: ledger.db }',
    'mirrors: { path: mirrors }',
    'log: { level: silent }',
  ]
  await writeFile(join(folder, 'kedge.yaml'), lines.join('\n'))
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', join(folder, 'kedge.yaml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      HOME: folder,
      KEDGE_ARGOCD_WEBHOOK_SECRET: SECRET,
    },
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let said = ''
  const urls = await new Promise<readonly string[]>((resolve, reject) => {
    void exited.then(() => reject(new Error(`serve has ended: ${said}`)))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const found = [...said.matchAll(/http:\/\/[\d.:]*\d/g)].map(([url]) => url)
      if (found.length >= 2) resolve(found)
    })
  })
  const [apiUrl = '', webhooksUrl = ''] = urls
  while ((await fetch(`${apiUrl}/readyz`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
  return {
    webhooksUrl,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function send(webhooksUrl: string, applications: number, { perSecond, seconds }: Pace): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 128 })
  const begin = performance.now()
  const sent: Promise<number>[] = []
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const late = begin + (index * 1_000) / perSecond - performance.now()
    if (late > 1) await new Promise((resolve) => setTimeout(resolve, late))
    const which = (index * 7_919) % applications
    sent.push(
      post(`${webhooksUrl}/webhooks/argocd`, { application: `application-${which}`, applicationNamespace: `team-${which % 100}` }, agent),
    )
  }
  const times = await Promise.all(sent)
  agent.destroy()
  return times
}

function post(url: string, body: object, agent: Agent): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' }
    const call = request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 202) resolve(performance.now() - began)
        else reject(new Error(`answered ${response.statusCode}`))
      })
    })
    call.once('error', reject)
    call.end(JSON.stringify(body))
  })
}
