import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRecordedView } from '../../src/adapters/kubernetes/recorded-view.ts'
import { createMemoryLedger, type MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Storm } from '../../src/domain/storm/storm.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { SILENT } from '../../src/ports/log.ts'
import { createService, type Service } from '../../src/service.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'
import { aQuarantine } from '../domain/quarantine/a-quarantine.ts'
import { stageRollout } from '../simulation/rollout.ts'

// What the composition hangs on its listeners, each seen by its effect: over real HTTP, on the service as it is put together.

const TOKEN = 'planted-admin-token-0123456789'
const HOOK = 'planted-argocd-hook-0123456789'
const WEB = { cluster: 'prod', namespace: 'shop', rollout: 'web', uid: 'uid-web' }
const STORM: Storm = {
  key: 'storm-1',
  cause: { kind: 'metric', key: 'm', words: 'success-rate is 0.42', cluster: 'prod', metrics: [] },
  state: 'holding',
  begunAt: 1_000,
  endedAt: null,
}
const SEED: readonly LedgerEntry[] = [
  { kind: 'storm', key: STORM.key, event: 'storm-began', document: STORM },
  { kind: 'quarantine', key: 'q-1', event: 'quarantined', document: aQuarantine({ key: 'q-1', cluster: 'prod', until: 9e12 }) },
  releaseEntry(aRelease({ key: 'r1', ...WEB, storm: STORM.key, templateKey: 'prod|uid-web|abc' })),
]

let stack: AsyncDisposableStack
let ledger: MemoryLedger
let service: Service

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-over-http-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'token'), TOKEN, { mode: 0o600 })
  await writeFile(join(folder, 'hook'), HOOK, { mode: 0o600 })
  const file = join(folder, 'kedge.yaml')
  await writeFile(
    file,
    `apiVersion: kedge/v1
clusters: [{ name: prod }]
defaults: { labels: [planted-label] }
argocd: { webhook: { secretFile: hook } }
server:
  publicUrl: https://public.acme.example/kedge
  api: { port: 0, hosts: [api.acme.example], adminTokenFile: token }
  webhooks: { port: 0, hosts: [hooks.acme.example], maxBodyBytes: 1024 }
mirrors: { path: mirrors }
`,
  )
  const { config, secrets } = loadConfig({ file, env: {} })
  const adapters: Adapters = {
    ...realAdapters,
    logger: () => SILENT,
    forges: async (site) => ({ ...(await realAdapters.forges(site)), rateLimitRemaining: () => new Map([['git.example', 41]]) }),
    ledger({ clock }) {
      ledger = createMemoryLedger({ clock })
      return ledger
    },
    view: async ({ name }, { clock }) => {
      const recorded = createRecordedView(name, clock)
      let version = 0
      const web = stageRollout({ now: () => Date.now(), nextVersion: () => (version += 1) })
      web.healthy('v1')
      for (const object of web.objects()) recorded.apply({ type: 'ADDED', object })
      return { ...recorded.view, start: async () => undefined, [Symbol.asyncDispose]: async () => undefined }
    },
  }
  const seeded: Adapters = {
    ...adapters,
    async ledger(site) {
      const opened = await adapters.ledger(site)
      await opened.append(SEED)
      return opened
    },
  }
  service = stack.use(await createService(config, secrets, seeded))
  await service.ready()
})
afterEach(() => stack.disposeAsync())

interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** Plain requests: `fetch` lets nobody say what the server is called. */
async function ask(url: string, { method = 'GET', headers = {}, body = '' }: Asked = {}): Promise<{ status: number; body: string }> {
  const sent = request(url, { method, headers })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, body: await text(response) }
}

const JSON_BODY = { 'content-type': 'application/json' }
/** By way of somebody else, so that it is not this machine that asks. */
const FROM_ELSEWHERE = { ...JSON_BODY, 'x-forwarded-for': '203.0.113.7' }
const post = (path: string, { body = {}, headers = JSON_BODY }: { body?: unknown; headers?: Record<string, string> } = {}) =>
  ask(`${service.apiUrl}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
const events = async (): Promise<readonly string[]> => (await Array.fromAsync(ledger.records())).map(({ event }) => event)

it('each listener answers to its own names, and to that of `publicUrl`', async () => {
  const status = async (url: string, host: string) => (await ask(`${url}/`, { headers: { host } })).status
  for (const [url, own, other] of [
    [service.apiUrl, 'api.acme.example', 'hooks.acme.example'],
    [service.webhooksUrl, 'hooks.acme.example', 'api.acme.example'],
  ] as const) {
    expect(await status(url, other)).toBe(421)
    for (const host of [own, 'public.acme.example', 'localhost']) expect(await status(url, host)).not.toBe(421)
  }
})

it('what the admin token is wanted for is done with it, and with no other', async () => {
  const retry = (token: string) =>
    post('/rollouts/prod/shop/web/retry', { headers: { ...FROM_ELSEWHERE, authorization: `Bearer ${token}` } })
  expect((await retry('another')).status).toBe(403)
  expect((await retry(TOKEN)).status).toBe(202)
})

it('another try is asked for of a Rollout that is known, and of no other', async () => {
  expect((await post('/rollouts/prod/shop/web/retry')).status).toBe(202)
  expect((await post('/rollouts/prod/shop/nobody/retry')).status).toBe(404)
})

it('a storm that is over is not released, and one that nobody knows is not found', async () => {
  expect(await post('/storms/nobody/release')).toMatchObject({ status: 404, body: expect.stringContaining('no storm with this key') })
  // All that failed in it is well by the first look.
  expect(await post('/storms/storm-1/release')).toMatchObject({ status: 409, body: expect.stringContaining('This storm is over') })
})

it('a quarantine is lifted, by whom and why the ledger says', async () => {
  expect((await post('/quarantines/nobody/lift', { body: { by: 'ana', reason: 'x' } })).body).toContain('no quarantine with this key')
  expect(await post('/quarantines/q-1/lift', { body: { by: 'ana', reason: 'the metric was wrong' } })).toMatchObject({ status: 202 })
  const last = (await Array.fromAsync(ledger.records())).filter(({ kind }) => kind === 'quarantine').at(-1)
  expect(JSON.stringify(last?.document)).toContain('the metric was wrong')
  expect(JSON.stringify(last?.document)).toContain('ana (this machine)')
})

it('a delivery that is larger than is allowed is refused, and both that and one that is taken are counted', async () => {
  const deliver = (more: string) =>
    ask(`${service.webhooksUrl}/webhooks/argocd`, {
      method: 'POST',
      headers: { ...JSON_BODY, authorization: `Bearer ${HOOK}` },
      body: JSON.stringify({ application: 'web', applicationNamespace: 'argocd', more }),
    })
  expect([(await deliver('')).status, (await deliver('x'.repeat(2_000))).status]).toEqual([202, 413])
  const metrics = (await ask(`${service.apiUrl}/metrics`)).body
  for (const [result, count] of [
    ['accepted', 1],
    ['too-large', 1],
  ] as const)
    expect(metrics).toContain(`kedge_webhook_deliveries_total{source="argocd",result="${result}"} ${count}\n`)
})

it('each look is timed, and what is written is counted', async () => {
  const before = (await events()).length
  await post('/quarantines/q-1/lift', { body: { by: 'ana', reason: 'x' } })
  expect((await events()).length).toBeGreaterThan(before)
  const metrics = (await ask(`${service.apiUrl}/metrics`)).body
  expect(metrics).toMatch(/kedge_reconcile_duration_seconds_count\{result="ok"\} [1-9]/)
  expect(metrics).toMatch(/kedge_ledger_records_total\{kind="quarantine"\} [1-9]/)
})

it('the metrics say how the fleet stands, what is well, and what forges leave', async () => {
  const metrics = (await ask(`${service.apiUrl}/metrics`)).body
  for (const line of [
    'kedge_rollouts{cluster="prod",state="in-step"} 1',
    'kedge_condition{condition="cluster prod"} 1',
    'kedge_forge_rate_limit_remaining{host="git.example"} 41',
  ])
    expect(metrics).toContain(`${line}\n`)
})

it('what is said of a Rollout has the policy that holds for it', async () => {
  const { body } = await ask(`${service.apiUrl}/api/v1/rollouts/prod/shop/web`)
  expect(JSON.parse(body)).toMatchObject({ policy: { mode: 'observe', labels: ['planted-label'] } })
})
