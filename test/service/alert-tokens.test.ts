import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createViewStore } from '../../src/adapters/kubernetes/store.ts'
import { takeOver } from '../../src/config/live-keys.ts'
import { loadConfig } from '../../src/config/load.ts'
import { SILENT } from '../../src/ports/log.ts'
import type { OpenPorts } from '../../src/service/open-ports.ts'
import { openPorts } from '../../src/service/open-ports.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { viewOf } from './views.ts'

/** What each server was sent as `Authorization`, by its name. */
interface Scene {
  ports: OpenPorts
  seen: { am: string[]; prom: string[] }
  /** Writes the configuration's servers in an order, with these tokens, and lets it hold as the service does. */
  change: (order: readonly ('am' | 'prom')[], tokens: Readonly<Record<'am' | 'prom', string>>) => Promise<void>
}

async function server(seen: string[], answer: unknown): Promise<string> {
  const listening = createServer((request, response) => {
    seen.push(request.headers.authorization ?? 'none')
    response.end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => void listening.close())
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

async function open(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-alert-tokens-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const seen: Scene['seen'] = { am: [], prom: [] }
  const none = { status: 'success', data: { alerts: [] } }
  const entries = {
    am: `{ type: alertmanager, cluster: prod, tokenFile: am, url: "${await server(seen.am, [])}" }`,
    prom: `{ type: prometheus, cluster: other, tokenFile: prom, url: "${await server(seen.prom, none)}" }`,
  }
  const file = join(folder, 'kedge.yaml')
  async function load(order: readonly ('am' | 'prom')[], tokens: Readonly<Record<'am' | 'prom', string>>) {
    for (const name of order) await writeFile(join(folder, name), tokens[name])
    const sources = order.map((name) => entries[name]).join(', ')
    await writeFile(
      file,
      `{ apiVersion: kedge/v1, clusters: [{ name: prod }, { name: other }], argocd: { cluster: prod }, alerts: { sources: [${sources}] } }`,
    )
    return loadConfig({ file, env: {} })
  }
  const { config, secrets } = await load(['am', 'prom'], { am: 'first-am-token', prom: 'first-prom-token' })
  const ports = await openPorts(config, secrets, {
    ...realAdapters,
    logger: () => SILENT,
    view: async ({ name }) => viewOf(createViewStore(name)),
  })
  onTestFinished(() => ports[Symbol.asyncDispose]())
  ports.environment.alerts?.watch('prod/shop/web', Date.now() + 3_600_000)
  return {
    ports,
    seen,
    async change(order, tokens) {
      const written = await load(order, tokens)
      const { config: next, waiting } = takeOver(config, written.config)
      await ports.renew({ config: next, secrets: written.secrets, waiting })
    },
  }
}

test('a token of a server of alerts that was replaced in its file is the one that is sent from then on', async () => {
  const { ports, seen, change } = await open()
  await ports.environment.alerts?.refresh()
  expect([seen.am.at(-1), seen.prom.at(-1)]).toEqual(['Bearer first-am-token', 'Bearer first-prom-token'])
  await change(['am', 'prom'], { am: 'second-am-token', prom: 'first-prom-token' })
  await ports.environment.alerts?.refresh()
  expect([seen.am.at(-1), seen.prom.at(-1)]).toEqual(['Bearer second-am-token', 'Bearer first-prom-token'])
})

test('while other servers of alerts wait for the next start, no token goes to one that it was not meant for', async () => {
  const { ports, seen, change } = await open()
  await change(['prom', 'am'], { am: 'second-am-token', prom: 'second-prom-token' })
  await ports.environment.alerts?.refresh()
  expect([seen.am.at(-1), seen.prom.at(-1)]).toEqual(['Bearer first-am-token', 'Bearer first-prom-token'])
  expect(inspect(ports.site.live.secrets)).toBe('[secrets]')
})
