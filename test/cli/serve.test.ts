import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { runCli } from '../../src/cli/program.ts'
import { openListener } from '../../src/http/servers/listener.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi, type KubernetesApi } from '../../src/simulator/kubernetes-api.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'
import { createTerminal } from './terminal.ts'

/** What a person starts. All others start the one file. */
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname
const ONE_FILE = inject('kedge')

let folder: string
let api: KubernetesApi

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-serve-'))
  api = await startKubernetesApi({ clock: createSystemClock() })
  await writeFile(join(folder, 'kubeconfig'), api.kubeconfig())
})
afterEach(async () => {
  await api.stop()
  await rm(folder, { recursive: true, force: true })
})

async function configure(apiPort = 0, level = 'silent'): Promise<string> {
  const file = join(folder, 'kedge.yaml')
  const lines = [
    'apiVersion: kedge/v1',
    'clusters: [{ name: east, kubeconfig: kubeconfig }]',
    `server: { api: { port: ${apiPort} }, webhooks: { port: 0 } }`,
    `log: { level: ${level} }`,
    'ledger: { path: ledger.db }',
    'mirrors: { path: mirrors }',
  ]
  await writeFile(file, lines.join('\n'))
  return file
}

test('serve answers its command line until it is interrupted, ends with 0, and leaves an intact ledger', async () => {
  const terminal = createTerminal()
  const told = Promise.withResolvers<string>()
  const stderr = terminal.io.stderr.bind(terminal.io)
  terminal.io.stderr = (line) => {
    stderr(line)
    const url = /API at (\S+)/.exec(line)?.[1]
    if (url) told.resolve(url)
  }
  const code = runCli(['serve', '--config', await configure()], terminal)
  const url = await Promise.race([
    told.promise,
    code.then((early) => Promise.reject(new Error(`ended early with ${early}: ${terminal.err()}`))),
  ])
  const asked = createTerminal()
  expect(await runCli(['status', '--server', url], asked)).toBe(0)
  expect(asked.err()).toBe('No Rollout matches.\n')
  terminal.interrupt()
  expect(await code).toBe(0)
  expect(await runCli(['ledger', 'verify', join(folder, 'ledger.db')], createTerminal())).toBe(0)
})

test('an end that is asked for during the start is 0, and nothing is served', async () => {
  const terminal = createTerminal()
  terminal.interrupt()
  expect(await runCli(['serve', '--config', await configure()], terminal)).toBe(0)
  expect(terminal.err()).toBe('Ended during the start: nothing was done.\n')
})

test('a port in use is 2, with the address and what to do', async () => {
  await using taken = await openListener((_request, response) => response.end(), { host: '127.0.0.1', port: 0 })
  const terminal = createTerminal()
  expect(await runCli(['serve', '--config', await configure(taken.port)], terminal)).toBe(2)
  expect(terminal.err()).toMatch(new RegExp(`E_LISTEN: cannot listen on 127.0.0.1:${taken.port} \\(EADDRINUSE\\)\nFree the address`))
})

test('the process itself ends with 0 at SIGTERM', async () => {
  const child = spawn(process.execPath, [ONE_FILE, 'serve', '--config', await configure()], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  let told = ''
  for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
    told += String(chunk)
    if (told.includes('Ctrl-C ends it')) break
  }
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

/** Lets no file of a process grow beyond so many blocks of 512 bytes: to SQLite that is an input/output error of write(2). */
const limited = (blocks: number): string => `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`

/**
 * A process that serves, with what it has said and logged so far, and a delivery of Argo CD to it: something to record.
 * @param shell how it is started, by its command line
 */
async function serving({ shell = 'exec "$0" "$@"' } = {}) {
  const child = spawn('sh', ['-c', shell, process.execPath, ONE_FILE, 'serve', '--config', await configure(0, 'info')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KEDGE_ARGOCD_WEBHOOK_SECRET: 'a-secret-of-argo' },
  })
  const logged = text(child.stdout)
  const ended = once(child, 'exit')
  const said: string[] = []
  const told = Promise.withResolvers<readonly string[]>()
  child.stderr.on('data', (chunk) => {
    said.push(String(chunk))
    const [, apiUrl, hooksUrl] = /API at (\S+) and webhooks at (\S+)\. /.exec(said.join('')) ?? []
    if (apiUrl && hooksUrl) told.resolve([apiUrl, hooksUrl])
  })
  const [apiUrl, hooksUrl] = await Promise.race([told.promise, ended.then(() => Promise.reject(new Error(said.join(''))))])
  const deliver = (padding = '') =>
    fetch(`${hooksUrl}/webhooks/argocd`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-secret-of-argo', 'content-type': 'application/json' },
      body: JSON.stringify({ application: 'web', applicationNamespace: 'argocd', padding }),
    })
  const errors = async () =>
    (await logged)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; code?: string })
      .filter(({ level }) => level === 'error')
  return { child, apiUrl, deliver, ended, said: () => said.join(''), errors }
}

test('a service whose ledger is removed says so at the next write, and ends with a code of its own', async () => {
  const { deliver, ended, said } = await serving()
  expect((await deliver()).ok).toBe(true)
  await rm(join(folder, 'ledger.db'))
  // It may have ended before the answer is out.
  const status = await deliver().then(
    (answer) => answer.status,
    () => 'cut off',
  )
  expect([503, 'cut off']).toContain(status)
  expect(await ended).toEqual([4, null])
  expect(said()).toContain('E_LEDGER_LOST: ')
})

test('a service whose disk reports an error at an append logs it, and ends with the code of that', async () => {
  const { deliver, ended, said, errors } = await serving({ shell: limited(600) })
  const padding = 'x'.repeat(20_000)
  let kept = 0
  // It may have ended before the answer is out.
  while ((await deliver(padding).catch(() => undefined))?.ok) kept += 1
  expect(await ended).toEqual([5, null])
  expect(await errors()).toContainEqual(expect.objectContaining({ code: 'E_LEDGER_DISK', msg: 'the ledger is lost' }))
  expect(said()).toContain('E_LEDGER_DISK: ')
  using ledger = new DatabaseSync(join(folder, 'ledger.db'))
  const found = Number(ledger.prepare('SELECT count(*) AS kept FROM inbox').get()?.['kept'])
  // The last one may have been kept and not acknowledged.
  expect([kept > 0, [kept, kept + 1].includes(found)]).toEqual([true, true])
})

test('a service that finds its file damaged when somebody looks at a release logs it, and ends', async () => {
  const path = join(folder, 'ledger.db')
  {
    await using ledger = createSqliteLedger({ path, clock: { now: () => 0 } })
    await ledger.append(Array.from({ length: 100 }, (_, index) => releaseEntry(aRelease({ key: `r${index}`, state: 'ended' }))))
  }
  const { apiUrl, ended, errors } = await serving()
  // All but the first page.
  await writeFile(path, (await readFile(path)).fill(0x5a, 4_096), { flag: 'r+' })
  await fetch(`${apiUrl}/api/v1/releases/r70`).catch(() => undefined)
  expect(await ended).toEqual([4, null])
  expect(await errors()).toContainEqual(expect.objectContaining({ code: 'E_LEDGER_BROKEN', msg: 'the ledger is lost' }))
})

test('probes are answered at once while somebody else holds the ledger, and what is written then is written after', async () => {
  const { child, apiUrl, deliver, ended } = await serving()
  const other = new DatabaseSync(join(folder, 'ledger.db'))
  other.exec('BEGIN IMMEDIATE')
  const delivered = deliver()
  let ticks = 0
  const ticking = setInterval(() => (ticks += 1), 20)
  let answers = 0
  for (; ticks < 50; answers += 1) expect((await fetch(`${apiUrl}/healthz`)).status).toBe(200)
  clearInterval(ticking)
  // SQLite's own wait would stand in the loop for 250 ticks: one or two would be answered.
  expect(answers).toBeGreaterThan(5)
  other.close()
  expect((await delivered).ok).toBe(true)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

test('the process passes the exit code on', async () => {
  const child = spawn(process.execPath, [MAIN, 'status', '--server', 'ftp://nowhere'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [[code], err] = await Promise.all([once(child, 'exit'), text(child.stderr)])
  expect([code, err]).toEqual([2, expect.stringContaining('ftp://nowhere is no http or https URL')])
})
