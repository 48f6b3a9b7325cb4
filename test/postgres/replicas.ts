import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readiness } from '../../src/api/contract.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { ConfigSource } from '../../src/config/source.ts'
import { writeConfig } from '../../src/demo/stage.ts'
import { createService, type Service } from '../../src/service.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import type { World } from '../../src/simulator/world.ts'
import { until } from '../until.ts'

export const HOOK_SECRET = 'hook-secret'

interface ReplicaSetup {
  /** Of the database. */
  url: string
  /** Set where something is to change it. */
  folder?: string
  adapters?: Adapters
  /** What the one of the world is called, by each name once. */
  clusters?: readonly string[]
}

/** Starts one replica over a world. The file `url` in its folder is watched. */
export async function startReplica(
  stack: AsyncDisposableStack,
  world: World,
  { url, adapters, folder: given, clusters = ['demo'] }: ReplicaSetup,
): Promise<Service> {
  const folder = given ?? (await replicaFolder(stack))
  await writeFile(join(folder, 'url'), url)
  await writeFile(join(folder, 'hook'), HOOK_SECRET)
  const file = await writeConfig({ world, folder, port: 0, ledger: '{ type: postgres, urlFile: url, leaseSeconds: 3 }' })
  const written = await readFile(file, 'utf8')
  const named = clusters.map((name) => `{ name: ${name}, kubeconfig: kubeconfig }`)
  await writeFile(file, written.replace(/^clusters: .*$/m, `clusters: [${named.join(', ')}]`))
  const location = { file, env: { KEDGE_GITHUB_WEBHOOK_SECRET: HOOK_SECRET } }
  const loaded = loadConfig(location)
  const { secrets } = loaded
  // What Argo CD calls its own cluster is all of them, which a configuration could not say.
  const destinations = ['https://kubernetes.default.svc']
  const config = { ...loaded.config, clusters: loaded.config.clusters.map((cluster) => ({ ...cluster, destinations })) }
  const source: ConfigSource = {
    fingerprint: () => readFileSync(join(folder, 'url'), 'utf8'),
    read: () => ({ loaded: { ...loaded, config, secrets: loadConfig(location).secrets } }),
  }
  const service = stack.use(await createService(config, secrets, adapters, { source }))
  await service.ready()
  return service
}

/** A folder that goes with the stack. */
export async function replicaFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-replica-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  return folder
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
