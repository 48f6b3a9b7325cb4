import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import type { Effect } from '../../src/domain/effect.ts'
import { openListener } from '../../src/http/servers/listener.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi, type KubernetesApi } from '../../src/simulator/kubernetes-api.ts'

const GOOD = {
  apiVersion: 'kedge/v1',
  clusters: [{ name: 'east', kubeconfig: 'kubeconfig' }],
  server: { api: { port: 0 }, webhooks: { port: 0 } },
  ledger: { path: 'ledger.db' },
  mirrors: { path: 'mirrors' },
}

let folder: string
let api: KubernetesApi

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-bad-input-'))
  api = await startKubernetesApi({ clock: createSystemClock() })
  await writeFile(join(folder, 'kubeconfig'), api.kubeconfig())
  await using ledger = openLedger(false)
  await ledger.append([{ kind: 'baseline', key: 'east', event: 'taken', document: { cluster: 'east', at: 1 } }])
})
afterEach(async () => {
  await api.stop()
  await rm(folder, { recursive: true, force: true })
})

function openLedger(readOnly: boolean): ReturnType<typeof createSqliteLedger> {
  return createSqliteLedger({ path: join(folder, 'ledger.db'), clock: { now: () => 1 }, readOnly })
}

/** Runs `kedge serve` as a process of its own; `before` is what a shell does first. */
async function serve(config: object, before = ':'): Promise<{ code: number; told: string }> {
  const file = join(folder, 'kedge.yaml')
  await writeFile(file, JSON.stringify({ ...GOOD, ...config }))
  const child = spawn('sh', ['-c', `${before}; exec "$0" "$@"`, process.execPath, inject('kedge'), 'serve', '--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 30_000,
  })
  const [[code], told] = await Promise.all([once(child, 'exit'), text(child.stderr)])
  return { code: code as number, told }
}

async function expectIntactLedger(): Promise<void> {
  await using ledger = openLedger(true)
  expect(await ledger.verify()).toMatchObject({ intact: true, records: 1 })
}

it.each([
  ['a wrong value', { limits: { openedPerHour: 0 } }, /E_CONFIG_INVALID: .*limits\.openedPerHour.*\n/s],
  ['an unknown key', { defautls: {} }, /E_CONFIG_INVALID: .*defautls.*defaults/s],
  [
    'a secret that is missing',
    { slack: { tokenFile: 'nowhere/token' }, defaults: { channel: '#a' } },
    /E_CONFIG_INVALID: .*slack\.tokenFile.*nowhere\/token.*does not exist/s,
  ],
  [
    'a kubeconfig that is missing',
    { clusters: [{ name: 'east', kubeconfig: 'nowhere' }] },
    /E_CLUSTER_CONFIG: the kubeconfig .*\/nowhere cannot be used for cluster east: ENOENT\nCheck/,
  ],
  ['a kubeconfig that is none', { clusters: [{ name: 'east', kubeconfig: 'kedge.yaml' }] }, /E_CLUSTER_CONFIG: .*\nCheck/s],
  [
    'a context that is missing',
    { clusters: [{ name: 'east', kubeconfig: 'kubeconfig', context: 'nowhere' }] },
    /E_CLUSTER_CONFIG: .*nowhere.*\nCheck/s,
  ],
  [
    'a volume that cannot be written',
    { ledger: { path: '/sys/kedge/ledger.db' } },
    /E_LEDGER_OPEN: .*\/sys\/kedge.*: E[A-Z]+: .*\n.*read-only/,
  ],
])('%s ends serve with 2, what is wrong and what to do, and leaves the ledger as it was', async (_, config, words) => {
  const { code, told } = await serve(config)
  expect([code, told]).toEqual([2, expect.stringMatching(words)])
  expect(told).not.toContain('    at ')
  await expectIntactLedger()
})

it('a limit on the size of files under which no ledger fits ends serve with 5 and what to do', async () => {
  // SQLite is told of it by an input/output error, and of a full volume by another one.
  const { code, told } = await serve({ ledger: { path: 'other/ledger.db' } }, "trap '' XFSZ; ulimit -f 1")
  expect([code, told]).toEqual([5, expect.stringMatching(/E_LEDGER_DISK: .*other\/ledger\.db.*input\/output error.*\n.*disk/)])
  await expectIntactLedger()
})

it('a port in use ends serve with 2 and its address', async () => {
  await using taken = await openListener((_request, response) => response.end(), { host: '127.0.0.1', port: 0 })
  const { code, told } = await serve({ server: { api: { port: 0 }, webhooks: { port: taken.port } } })
  expect([code, told]).toEqual([2, expect.stringMatching(new RegExp(`E_LISTEN: .*127\\.0\\.0\\.1:${taken.port}.*\\nFree the address`))])
  await expectIntactLedger()
})

it('a ledger in use ends serve with 2, and the other process goes on', async () => {
  await using other = openLedger(false)
  const { code, told } = await serve({})
  expect([code, told]).toEqual([2, expect.stringContaining('E_LEDGER_LOCKED')])
  await other.append([{ kind: 'baseline', key: 'east', event: 'taken', document: { cluster: 'east', at: 2 } }])
  expect(await other.verify()).toMatchObject({ intact: true, records: 2 })
})

it('a ledger whose chain is broken ends serve with 1 and the record, and what it says is still to be done is not begun', async () => {
  const effect: Effect = {
    key: 'delete-branch|r',
    action: { type: 'delete-branch', revertKey: 'r' },
    state: 'pending',
    attempts: 0,
    createdAt: 1,
    notBefore: 1,
    lastError: undefined,
    receipt: undefined,
  }
  const writer = openLedger(false)
  await writer.append([{ kind: 'effect', key: effect.key, event: 'delete-branch-intended', document: effect }])
  await writer.close()
  const file = new DatabaseSync(join(folder, 'ledger.db'))
  file.exec('DROP TRIGGER record_is_not_changed; UPDATE record SET at = 0 WHERE sequence = 1')
  const records = (): unknown => file.prepare('SELECT * FROM record').all()
  const before = records()
  const { code, told } = await serve({})
  expect([code, told]).toEqual([1, expect.stringMatching(/E_LEDGER_BROKEN: .*ledger\.db.*record 1\b/)])
  expect(records()).toEqual(before)
  file.close()
})
