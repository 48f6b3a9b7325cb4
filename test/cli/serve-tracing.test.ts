import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi, type KubernetesApi } from '../../src/simulator/kubernetes-api.ts'
import { startCollector } from '../adapters/otlp/collector.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname
/**
 * Tells of every module of OpenTelemetry that is loaded, as the process itself sees them. Of all modules there would be more to tell than a
 * pipe takes while its reader is busy.
 */
const TELL_MODULES = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module'
import { writeSync } from 'node:fs'
registerHooks({
  load(url, context, next) {
    if (url.includes('node_modules/@opentelemetry/')) writeSync(2, 'loaded ' + url + '\\n')
    return next(url, context)
  },
})
`)}`

let folder: string
let api: KubernetesApi

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-tracing-'))
  api = await startKubernetesApi({ clock: createSystemClock() })
  await writeFile(join(folder, 'kubeconfig'), api.kubeconfig())
})
afterEach(async () => {
  await api.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Runs `kedge serve` until it is ready, ends it, and says which packages of OpenTelemetry it has loaded. */
async function serve(tracing: string): Promise<readonly string[]> {
  const lines = [
    'apiVersion: kedge/v1',
    'clusters: [{ name: east, kubeconfig: kubeconfig }]',
    'server: { api: { port: 0 }, webhooks: { port: 0 } }',
    'log: { level: silent }',
    'ledger: { path: ledger.db }',
    tracing,
  ]
  const file = join(folder, 'kedge.yaml')
  await writeFile(file, lines.join('\n'))
  const child = spawn(process.execPath, ['--import', TELL_MODULES, MAIN, 'serve', '--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  let told = ''
  child.stderr.on('data', (chunk) => (told += String(chunk)))
  await expect.poll(() => told, { timeout: 30_000 }).toContain('Ctrl-C ends it')
  const [, url = ''] = /API at (\S+)/.exec(told) ?? []
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 30_000 }).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  const loaded = [...told.matchAll(/^loaded \S*node_modules\/(@opentelemetry\/[\w-]+)/gm)].map(([, name]) => name ?? '')
  return [...new Set(loaded)]
}

test('without tracing nothing of the SDK is loaded', async () => {
  const loaded = await serve('')
  // The API alone, a package of types and stubs, is loaded by the metrics library.
  expect(loaded.filter((name) => name !== '@opentelemetry/api')).toEqual([])
})

test('with tracing the service tells the collector of every look, the last ones at its end', async () => {
  await using collector = await startCollector()
  api.store.apply({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { namespace: 'shop', name: 'web' } })
  const loaded = await serve(`tracing: { endpoint: "${collector.url}" }`)
  expect(loaded).toContain('@opentelemetry/sdk-trace')
  expect(collector.spans()).toContainEqual(
    expect.objectContaining({
      name: 'reconcile',
      attributes: expect.objectContaining({ 'kedge.rollout': 'east/shop/web', 'kedge.result': 'ok' }),
    }),
  )
})
