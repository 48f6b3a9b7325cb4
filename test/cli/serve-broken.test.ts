import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { runCli } from '../../src/cli/program.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi } from '../../src/simulator/kubernetes-api.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'
import { createTerminal } from './terminal.ts'

test('serve whose ledger is broken before its checkpoint ends with 1 once that is found, and the next before it serves', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-broken-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const api = await startKubernetesApi({ clock: createSystemClock() })
  stack.defer(() => api.stop())
  await writeFile(join(folder, 'kubeconfig'), api.kubeconfig())
  const file = join(folder, 'kedge.yaml')
  const lines = [
    'apiVersion: kedge/v1',
    'clusters: [{ name: east, kubeconfig: kubeconfig }]',
    'server: { api: { port: 0 }, webhooks: { port: 0 } }',
    'log: { level: silent }',
    'ledger: { path: ledger.db }',
    'mirrors: { path: mirrors }',
  ]
  await writeFile(file, lines.join('\n'))

  const path = join(folder, 'ledger.db')
  const ledger = createSqliteLedger({ path, clock: { now: () => 7 } })
  await ledger.append([1, 2, 3].map((recurrence) => releaseEntry(aRelease({ key: 'r', recurrence }))))
  await ledger.keepCheckpoint(await ledger.head())
  await ledger.close()
  const database = new DatabaseSync(path)
  database.exec(`DROP TRIGGER record_is_not_changed; UPDATE record SET event = 'x' WHERE sequence = 1`)
  database.close()

  const first = createTerminal()
  expect(await runCli(['serve', '--config', file], first)).toBe(1)
  expect(first.err()).toMatch(
    /^Kedge serves its page[^]*E_LEDGER_BROKEN: [^\n]*ledger\.db: the record does not match its hash \(record 1\)/,
  )
  const next = createTerminal()
  expect(await runCli(['serve', '--config', file], next)).toBe(1)
  expect(next.err()).toMatch(/^kedge: E_LEDGER_BROKEN: [^\n]*\(record 1\)/)
})
