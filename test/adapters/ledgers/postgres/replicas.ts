import { describe, expect, it } from 'vitest'
import { readPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import type { ReleaseDetail } from '../../../../src/api/contract.ts'
import type { Service } from '../../../../src/service.ts'
import { createWorld } from '../../../../src/simulator/world.ts'
import type { TestDatabase } from '../../../postgres/database.ts'
import { HOOK_SECRET, leaderOf, startReplica, untilLeaderIs } from '../../../postgres/replicas.ts'
import { holds, until } from '../../../until.ts'

async function onlyRelease({ apiUrl }: Service): Promise<ReleaseDetail | undefined> {
  const { items } = (await (await fetch(`${apiUrl}/api/v1/releases`)).json()) as { items: { id: string }[] }
  return items[0] && ((await (await fetch(`${apiUrl}/api/v1/releases/${items[0].id}`)).json()) as ReleaseDetail)
}

/**
 * What holds of two whole services.
 * @param where for titles
 * @param create makes an empty database
 */
export function describeReplicas(where: string, create: () => Promise<TestDatabase>): void {
  describe(`two replicas on one ledger in PostgreSQL${where}`, () => {
    it('one leads; the other shows the same, takes webhooks and wishes for it, and leads when it ends', { timeout: 120_000 }, async () => {
      await using stack = new AsyncDisposableStack()
      const world = stack.use(await createWorld())
      const database = await create()
      await world.untilRollout((rollout) => rollout.status?.phase === 'Healthy')
      world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
      await world.commitImage('v1.8.0', 'alice')
      await world.untilRollout((rollout) => rollout.status?.phase === 'Degraded')

      const a = await startReplica(stack, world, { url: database.url })
      const b = await startReplica(stack, world, { url: database.url })
      expect([await leaderOf(a), await leaderOf(b)]).toEqual(['this', 'another'])
      expect((await fetch(`${b.apiUrl}/readyz`)).status).toBe(200)
      expect(await (await fetch(b.apiUrl)).text()).toMatch(/demo is led by <b>\S+ [0-9a-f]{8}<\/b>/)
      expect(await (await fetch(`${b.apiUrl}/metrics`)).text()).toContain('kedge_leader{cluster="demo"} 0')
      expect(await (await fetch(`${a.apiUrl}/metrics`)).text()).toContain('kedge_leader{cluster="demo"} 1')

      const release = await until(async () => (await onlyRelease(b)) ?? undefined, { what: 'the baseline at B', timeoutMs: 10_000 })
      expect(release.release).toMatchObject({ preExisting: true })
      const adopted = await fetch(`${b.apiUrl}/api/v1/releases/${release.id}/adopt`, { method: 'POST' })
      expect([adopted.status, await adopted.json()]).toEqual([202, { result: 'asked' }])
      await holds('a PR', () => world.repository.pulls.size > 0, 30_000)

      world.github.forge.webhooks.setTarget({ url: `${b.webhooksUrl}/webhooks/github`, secret: HOOK_SECRET })
      world.people.close('alice', 1)
      await world.github.forge.webhooks.settled()
      expect(world.github.forge.webhooks.deliveries.map(({ status }) => status)).toEqual([202])
      for (const service of [a, b]) {
        // Far sooner than it would have been looked at without the hint.
        const what = 'what became of the PR is known'
        const closed = async () => ((await onlyRelease(service))?.revert?.outcome === 'declined' ? true : undefined)
        await until(closed, { what, timeoutMs: 15_000 })
      }

      await a[Symbol.asyncDispose]()
      await untilLeaderIs(b, 'this')
      expect([...world.repository.pulls.keys()]).toEqual([1])
      await using ledger = await readPostgresLedger(database.options)
      expect(await ledger.verify()).toMatchObject({ intact: true })
      expect(await database.ask('SELECT count(*)::int AS replicas FROM kedge.replica')).toEqual([{ replicas: 1 }])
    })

    it(
      'that lead a cluster each open one PR between them for what failed in both, and each tells of its own',
      { timeout: 120_000 },
      async () => {
        await using stack = new AsyncDisposableStack()
        const world = stack.use(await createWorld())
        const database = await create()
        const clusters = ['east', 'west']
        const a = await startReplica(stack, world, { url: database.url, clusters })
        const b = await startReplica(stack, world, { url: database.url, clusters })
        const led = async (service: Service) => (await Promise.all(clusters.map((cluster) => leaderOf(service, cluster)))).toSorted().join()
        const isShared = async () => ((await led(a)) === 'another,this' && (await led(b)) === 'another,this' ? true : undefined)
        await until(isShared, { what: 'each leads one', timeoutMs: 20_000 })
        const baselines = async () => (await database.ask(`SELECT 1 FROM kedge.record WHERE kind = 'baseline'`)).length === 2 || undefined
        await until(baselines, { what: 'both baselines', timeoutMs: 20_000 })
        await world.untilRollout((rollout) => rollout.status?.phase === 'Healthy')
        world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
        await world.commitImage('v1.8.0', 'alice')
        await holds('a PR', () => world.repository.pulls.size > 0, 40_000)
        const joined = async () => {
          const [revert] = await database.ask(
            `SELECT document FROM kedge.document JOIN kedge.record USING (sequence) WHERE document.kind = 'revert'`,
          )
          const releases = (JSON.parse(String(revert?.['document'])) as { releases: readonly string[] }).releases
          return releases.length === 2 ? true : undefined
        }
        await until(joined, { what: 'both releases stand for the one revert', timeoutMs: 40_000 })
        expect([...world.repository.pulls.keys()]).toEqual([1])
        await using ledger = await readPostgresLedger(database.options)
        expect(await ledger.verify()).toMatchObject({ intact: true })
        expect((await ledger.load('revert', { limit: 9 })).length).toBe(1)
      },
    )
  })
}
