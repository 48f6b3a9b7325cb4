import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRecordingStore, type RecordedLine } from '../../src/adapters/kubernetes/record/recorder.ts'
import { readRecording } from '../../src/adapters/replay/recording.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import { runCli } from '../../src/cli/program.ts'
import { createSystemClock as createSimulatorClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi, type KubernetesApi } from '../../src/simulator/kubernetes-api.ts'
import { createTerminal, type Terminal } from './terminal.ts'

let folder: string
let api: KubernetesApi

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-record-'))
  api = await startKubernetesApi({ clock: createSimulatorClock() })
  await writeFile(join(folder, 'kubeconfig'), api.kubeconfig())
})
afterEach(async () => {
  await api.stop()
  await rm(folder, { recursive: true, force: true })
})

const ROLLOUTS = '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts'

async function send(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await fetch(api.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(answer.ok).toBe(true)
}

function rollout(name: string): unknown {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace: 'shop' },
    spec: { replicas: 1 },
  }
}

/** Runs `kedge record`, acts when the first list is in, and ends it when the file holds `events` lines. */
async function record(events: number, act: () => Promise<void>, terminal: Terminal = createTerminal()): Promise<number> {
  const out = join(folder, 'out')
  const told = Promise.withResolvers<void>()
  const stderr = terminal.io.stderr.bind(terminal.io)
  terminal.io.stderr = (text) => {
    stderr(text)
    if (text.startsWith('Recording')) told.resolve()
  }
  const code = runCli(['record', '--out', out, '--kubeconfig', join(folder, 'kubeconfig')], terminal)
  await Promise.race([told.promise, code])
  await act()
  await expect
    .poll(async () => (await readFile(join(out, 'events.jsonl'), 'utf8')).split('\n').length - 1, { timeout: 10_000 })
    .toBe(events)
  terminal.interrupt()
  return code
}

test('a recording holds what was there and what came after, and replay can read it', async () => {
  await send('POST', ROLLOUTS, rollout('web'))
  const code = await record(3, async () => {
    await send('POST', ROLLOUTS, rollout('api'))
    await send('DELETE', `${ROLLOUTS}/web`)
  })
  expect(code).toBe(0)
  const { events } = await readRecording(join(folder, 'out'))
  expect(events.map(({ type, object }) => `${type} ${String(object['kind'])} ${(object['metadata'] as { name: string }).name}`)).toEqual([
    'ADDED Rollout web',
    'ADDED Rollout api',
    'DELETED Rollout web',
  ])
  expect(events[0]?.object).toMatchObject({ apiVersion: 'argoproj.io/v1alpha1', spec: { replicas: 1 } })
})

test('a folder that holds something is left alone', async () => {
  const terminal = createTerminal()
  expect(await runCli(['record', '--out', folder, '--kubeconfig', join(folder, 'kubeconfig')], terminal)).toBe(2)
  expect(terminal.err()).toContain('is not empty')
})

test('a kubeconfig whose credentials cannot be had is told as that, not as a fault of the server', async () => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: '/nowhere/plugin' }
  const file = join(folder, 'no-plugin')
  await writeFile(
    file,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'c', user: { exec } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
    }),
  )
  const terminal = createTerminal()
  await runCli(['record', '--out', join(folder, 'out'), '--kubeconfig', file], terminal)
  expect(terminal.err()).toContain('E_CLUSTER_CONFIG: the credentials of the kubeconfig could not be had')
})

test('a cluster that does not answer is 3', async () => {
  await api.stop()
  expect(await runCli(['record', '--out', join(folder, 'out'), '--kubeconfig', join(folder, 'kubeconfig')], createTerminal())).toBe(3)
})

test('a list after a lost watch is told as what differs', () => {
  const lines: RecordedLine[] = []
  const store = createRecordingStore('recorded', createSystemClock(), (line) => lines.push(line))
  const object = (uid: string, resourceVersion: string): unknown => ({
    metadata: { uid, resourceVersion, namespace: 'shop', name: uid, managedFields: [{ manager: 'x' }] },
  })
  const list = (...objects: unknown[]): void => {
    const incoming = store.beginList('Rollout')
    for (const one of objects) incoming.add(one)
    incoming.finish('9')
  }
  list(object('a', '1'), object('b', '2'), object('c', '3'))
  list(object('a', '1'), object('b', '5'), object('d', '6'))
  store.apply('ADDED', object('a', '1'), 'Rollout')
  expect(lines.map(({ type, object: { metadata } }) => `${type} ${(metadata as { name: string }).name}`)).toEqual([
    'ADDED a',
    'ADDED b',
    'ADDED c',
    'MODIFIED b',
    'ADDED d',
    'DELETED c',
  ])
  expect(JSON.stringify(lines)).not.toContain('managedFields')
})
