import { mkdtemp, rm, writeFile } from 'node:fs/promises'
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

/** Starts one replica over a world, in a folder of its own that goes with the stack. @param url of the database */
export async function startReplica(
  stack: AsyncDisposableStack,
  world: World,
  { url, adapters, leaseSeconds = 3 }: { url: string; adapters?: Adapters; leaseSeconds?: number },
): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-replica-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'url'), url)
  await writeFile(join(folder, 'hook'), HOOK_SECRET)
  const file = await writeConfig({ world, folder, port: 0, ledger: `{ type: postgres, urlFile: url, leaseSeconds: ${leaseSeconds} }` })
  const { config, secrets } = loadConfig({ file, env: { KEDGE_GITHUB_WEBHOOK_SECRET: HOOK_SECRET } })
  const service = stack.use(await createService(config, secrets, adapters))
  await service.ready()
  return service
}

/** What a replica says of who leads its only cluster. */
export async function leaderOf({ apiUrl }: Service): Promise<'this' | 'another' | 'nobody'> {
  const { conditions } = (await (await fetch(`${apiUrl}/readyz`)).json()) as Readiness
  const detail = conditions.find(({ name }) => name.startsWith('leader of'))?.detail ?? ''
  if (detail.startsWith('this replica')) return 'this'
  return detail.endsWith('leads it') ? 'another' : 'nobody'
}

/** Waits until a replica says so. */
export async function untilLeaderIs(service: Service, who: Awaited<ReturnType<typeof leaderOf>>): Promise<void> {
  await until(async () => ((await leaderOf(service)) === who ? true : undefined), { what: `the leader is ${who}`, timeoutMs: 20_000 })
}
