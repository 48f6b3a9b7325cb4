import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import type { Readiness } from '../../../../src/api/contract.ts'
import { loadConfig } from '../../../../src/config/load.ts'
import { writeConfig } from '../../../../src/demo/stage.ts'
import { createService } from '../../../../src/service.ts'
import { createWorld } from '../../../../src/simulator/world.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { startPostgres } from '../../../postgres/server.ts'
import { holds, until } from '../../../until.ts'

describe.runIf(hasPostgres)('a database that goes away while a release fails', () => {
  it('is told by /readyz; when it is back there is one PR and one card, and the chain holds', { timeout: 90_000 }, async () => {
    await using stack = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'kedge-postgres-away-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const server = stack.use(await startPostgres())
    const world = stack.use(await createWorld())
    const database = await createDatabase(server.url())
    await writeFile(join(folder, 'url'), database.url)
    const file = await writeConfig({ world, folder, port: 0, ledger: '{ type: postgres, urlFile: url, leaseSeconds: 3 }' })
    const { config, secrets } = loadConfig({ file, env: {} })
    {
      await using service = await createService(config, secrets)
      const said = (ok: boolean) =>
        until(
          async () => {
            const { conditions } = (await (await fetch(`${service.apiUrl}/readyz`)).json()) as Readiness
            return conditions.find((condition) => condition.name === 'ledger' && condition.ok === ok)
          },
          { what: `/readyz says that the ledger is ${ok ? '' : 'not '}well`, timeoutMs: 20_000 },
        )
      await service.ready()
      await world.untilRollout((rollout) => rollout.status?.phase === 'Healthy')
      await said(true)
      await server.stop()
      world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
      await world.commitImage('v1.8.0', 'alice')
      expect((await said(false)).detail).toMatch(/E_LEDGER_UNREACHABLE/)
      await world.untilRollout((rollout) => rollout.status?.phase === 'Degraded')
      expect([world.repository.pulls.size, world.slack.messages.length]).toEqual([0, 0])
      await server.start()
      await said(true)
      await holds('a PR and a card', () => world.repository.pulls.size > 0 && world.slack.messages.length > 0, 60_000)
      await service.ready()
    }
    expect([world.repository.pulls.size, world.slack.messages.filter((message) => message.thread_ts === undefined).length]).toEqual([1, 1])
    await using ledger = await readPostgresLedger(database.options)
    expect(await ledger.verify()).toMatchObject({ intact: true })
  })
})
