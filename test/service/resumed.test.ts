import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createViewStore } from '../../src/adapters/kubernetes/store.ts'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { Readiness } from '../../src/api/contract.ts'
import { readConfig } from '../../src/config/load.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import type { LedgerVerdict } from '../../src/ports/ledger.ts'
import { createService } from '../../src/service.ts'
import type { Adapters, Site } from '../../src/service/adapters.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'
import { rememberLog } from '../remember-log.ts'
import { until } from '../until.ts'
import { viewOf } from './views.ts'

/** A service whose ledger has a checkpoint at the fifth of seven records; its walk beside ends as it is told. */
async function startResumed(stack: AsyncDisposableStack) {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-resumed-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const config = readConfig(
    `{ apiVersion: kedge/v1, clusters: [{ name: prod, kubeconfig: none }],
       server: { api: { port: 0 }, webhooks: { port: 0 } } }`,
    folder,
  )
  const kept = createMemoryLedger({ clock: { now: () => Date.now() } })
  await kept.append(['a', 'b', 'c', 'd', 'e'].map((key) => releaseEntry(aRelease({ key, cluster: 'prod' }))))
  await kept.keepCheckpoint(await kept.head())
  await kept.append(['f', 'g'].map((key) => releaseEntry(aRelease({ key, cluster: 'prod' }))))
  const walk = Promise.withResolvers<LedgerVerdict | undefined>()
  const log = rememberLog()
  const sites: Site[] = []
  const adapters = {
    ...realAdapters,
    logger: () => log.logger,
    ledger: () => ({ ...kept, verify: async (take) => (await walk.promise) ?? kept.verify(take) }),
    view: async ({ name }, site) => {
      sites.push(site)
      return viewOf(createViewStore(name))
    },
  } satisfies Adapters
  const service = stack.use(await createService(config, NO_SECRETS, adapters))
  const ask = (path: string) => fetch(`${service.apiUrl}${path}`)
  const chain = async () => {
    const answer = await ask('/readyz')
    const { conditions } = (await answer.json()) as Readiness
    return { status: answer.status, condition: conditions.find(({ name }) => name === 'chain') }
  }
  return { service, ask, chain, kept, log, end: walk.resolve, mayAct: () => sites.at(-1)?.assertMayAct() }
}

test('a start from a checkpoint serves, and says everywhere that the whole chain is being verified, until it has held', async () => {
  await using stack = new AsyncDisposableStack()
  const { ask, chain, end, mayAct } = await startResumed(stack)
  expect(await chain()).toEqual({
    status: 200,
    condition: { name: 'chain', ok: true, detail: 'verified from record 6 on, after its checkpoint; the whole chain is being verified' },
  })
  expect(mayAct).not.toThrow()
  expect(await (await ask('/metrics')).text()).toMatch(/^kedge_ledger_unverified_records 5$/m)
  const answer = async () => (await (await ask('/api/v1/ledger')).json()) as unknown
  expect(await answer()).toMatchObject({ verified: { head: { sequence: 7 }, from: { sequence: 5 } } })
  expect(await (await ask('/ledger')).text()).toContain('from record <b>6</b> on, while the whole chain is being verified')

  end(undefined)
  await until(async () => ((await chain()).condition === undefined ? true : undefined), { what: 'the walk', timeoutMs: 10_000 })
  expect(await (await ask('/metrics')).text()).toMatch(/^kedge_ledger_unverified_records 0$/m)
  expect(await answer()).toMatchObject({ verified: { head: { sequence: expect.any(Number) as number }, from: null } })
  expect(await (await ask('/ledger')).text()).toContain('whole and unchanged up to')
})

test('a chain that the walk beside finds broken is told: nothing is done, it is not ready, and the next start walks it', async () => {
  await using stack = new AsyncDisposableStack()
  const { service, chain, end, mayAct, log, kept } = await startResumed(stack)
  end({ intact: false, sequence: 2, what: 'the record does not match its hash' })
  const fault = await service.broken
  expect(fault).toMatchObject({ code: 'E_LEDGER_BROKEN', message: expect.stringContaining('(record 2)') as string })
  expect(mayAct).toThrow('E_LEDGER_BROKEN')
  expect(await chain()).toMatchObject({
    status: 503,
    condition: { ok: false, detail: expect.stringContaining('the record does not match its hash (record 2)') as string },
  })
  expect(JSON.stringify(log.lines)).toContain('the ledger does not hold')
  expect(await kept.resume({ take: () => undefined, wanted: () => [] })).toBeUndefined()
})
