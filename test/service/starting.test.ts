import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createViewStore } from '../../src/adapters/kubernetes/store.ts'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { readConfig } from '../../src/config/load.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import { openListener } from '../../src/http/servers/listener.ts'
import { createService } from '../../src/service.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { viewOf } from './views.ts'

async function freePort(): Promise<number> {
  await using listener = await openListener((_request, response) => response.end(), { host: '127.0.0.1', port: 0 })
  return listener.port
}

/** A start whose ledger is being verified until it is released. */
async function startHeld(stack: AsyncDisposableStack, interrupted?: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-starting-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const [api, hooks] = [await freePort(), await freePort()]
  const config = readConfig(
    `{ apiVersion: kedge/v1, clusters: [{ name: prod, kubeconfig: none }], log: { level: silent },
       server: { api: { port: ${api} }, webhooks: { port: ${hooks} } } }`,
    folder,
  )
  const verifying = Promise.withResolvers<void>()
  const verified = Promise.withResolvers<void>()
  const kept = createMemoryLedger({ clock: { now: () => Date.now() } })
  const started: string[] = []
  const adapters = {
    ...realAdapters,
    ledger: () => ({
      ...kept,
      async verify(take) {
        verifying.resolve()
        await verified.promise
        return kept.verify(take)
      },
    }),
    view: async ({ name }) => ({
      ...viewOf(createViewStore(name)),
      start: async () => void started.push('view'),
    }),
  } satisfies Adapters
  const opening = createService(config, NO_SECRETS, adapters, interrupted && { interrupted })
  await verifying.promise
  const ask = (port: number, path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init)
  return { api, hooks, opening, ask, started, release: () => verified.resolve() }
}

test('while the ledger is verified it says that it lives and is not ready, and takes nothing in; then it serves', async () => {
  await using stack = new AsyncDisposableStack()
  const { api, hooks, opening, ask, release } = await startHeld(stack)

  expect((await ask(api, '/healthz')).status).toBe(200)
  const readiness = await ask(api, '/readyz')
  expect([readiness.status, await readiness.json()]).toMatchObject([503, { ready: false, conditions: [{ name: 'ledger', ok: false }] }])
  const early = await ask(api, '/api/v1/rollouts')
  expect([early.status, early.headers.get('retry-after'), await early.json()]).toMatchObject([503, '5', { code: 'E_HTTP_UNAVAILABLE' }])
  expect((await ask(hooks, '/webhooks/github', { method: 'POST', body: '{}' })).status).toBe(503)

  release()
  await using _service = await opening
  expect((await ask(api, '/api/v1/rollouts')).status).toBe(200)
})

test('an end that is asked for while the ledger is verified ends the start before anything acts', async () => {
  await using stack = new AsyncDisposableStack()
  const interrupt = new AbortController()
  const { api, opening, ask, started, release } = await startHeld(stack, interrupt.signal)
  interrupt.abort(new Error('SIGTERM'))
  release()
  await expect(opening).rejects.toThrow('SIGTERM')
  expect(started).toEqual([])
  await expect(ask(api, '/healthz')).rejects.toThrow('fetch failed')
})
