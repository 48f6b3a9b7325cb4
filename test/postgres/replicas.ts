import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readiness } from '../../src/api/contract.ts'
import { loadConfig } from '../../src/config/load.ts'
import { writeConfig } from '../../src/demo/stage.ts'
import { createService, type Service } from '../../src/service.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import type { World } from '../../src/simulator/world.ts'
import { until } from '../until.ts'

export const HOOK_SECRET = 'hook-secret'

/**
 * Starts one replica over a world, in a folder of its own that goes with the stack. `url`: of the database; `clusters`: what the one of the
 * world is called, by each name once.
 */
export async function startReplica(
  stack: AsyncDisposableStack,
  world: World,
  { url, adapters, clusters = ['demo'] }: { url: string; adapters?: Adapters; clusters?: readonly string[] },
): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-replica-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'url'), url)
  await writeFile(join(folder, 'hook'), HOOK_SECRET)
  const file = await writeConfig({ world, folder, port: 0, ledger: '{ type: postgres, urlFile: url, leaseSeconds: 3 }' })
  const written = await readFile(file, 'utf8')
  const named = clusters.map((name) => `{ name: ${name}, kubeconfig: kubeconfig }`)
  await writeFile(file, written.replace(/^clusters: .*$/m, `clusters: [${named.join(', ')}]`))
  const { config: loaded, secrets } = loadConfig({ file, env: { KEDGE_GITHUB_WEBHOOK_SECRET: HOOK_SECRET } })
  // What Argo CD calls its own cluster is all of them, which a configuration could not say.
  const destinations = ['https://kubernetes.default.svc']
  const config = { ...loaded, clusters: loaded.clusters.map((cluster) => ({ ...cluster, destinations })) }
  const service = stack.use(await createService(config, secrets, adapters))
  await service.ready()
  return service
}

/** What a replica says of who leads a cluster. */
export async function leaderOf({ apiUrl }: Service, cluster = 'demo'): Promise<'this' | 'another' | 'nobody'> {
  const { conditions } = (await (await fetch(`${apiUrl}/readyz`)).json()) as Readiness
  const detail = conditions.find(({ name }) => name === `leader of ${cluster}`)?.detail ?? ''
  if (detail.startsWith('this replica')) return 'this'
  return detail.endsWith('leads it') ? 'another' : 'nobody'
}

/** Waits until a replica says so. */
export async function untilLeaderIs(service: Service, who: Awaited<ReturnType<typeof leaderOf>>): Promise<void> {
  await until(async () => ((await leaderOf(service)) === who ? true : undefined), { what: `the leader is ${who}`, timeoutMs: 20_000 })
}
