import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Readiness } from '../../../../src/api/contract.ts'
import { loadConfig } from '../../../../src/config/load.ts'
import { writeConfig } from '../../../../src/demo/stage.ts'
import type { HostedForges } from '../../../../src/ports/forge.ts'
import { createService, type Service } from '../../../../src/service.ts'
import type { Adapters } from '../../../../src/service/adapters.ts'
import { realAdapters } from '../../../../src/service/real-adapters.ts'
import { createWorld, type World } from '../../../../src/simulator/world.ts'
import type { TestDatabase } from '../../../postgres/database.ts'
import { startProxy } from '../../../postgres/proxy.ts'
import { rememberLog } from '../../../remember-log.ts'
import { holds, until } from '../../../until.ts'

/** Stands still right before it opens the PR, until it is let go. */
function standing(opened: string[]) {
  const gate = Promise.withResolvers<void>()
  const { logger, lines } = rememberLog()
  const state = {
    atGate: false,
    letGo: () => gate.resolve(),
    /** Whether it opened the PR, or was kept from it. */
    went: () =>
      opened.some((one) => one.startsWith('A')) ||
      lines.some(({ fields }) => String(fields?.['error']).match(/not renewed in time|does not lead/) !== null),
  }
  const adapters: Adapters = {
    ...realAdapters,
    logger: () => logger,
    forges: async (site) =>
      named(await realAdapters.forges(site), {
        opened,
        who: 'A',
        async before() {
          state.atGate = true
          await gate.promise
        },
      }),
  }
  return { state, adapters }
}

interface Notes {
  who: string
  opened: string[]
  before?: () => Promise<void>
}

/** Notes who opens what. */
function named(forges: HostedForges, { who, opened, before }: Notes): HostedForges {
  return {
    ...forges,
    forRepository(repoURL) {
      const forge = forges.forRepository(repoURL)
      const open: typeof forge.open = async (request) => {
        await before?.()
        const pullRequest = await forge.open(request)
        opened.push(`${who} opened #${pullRequest.number}`)
        return pullRequest
      }
      return { ...forge, open }
    },
  }
}

/** Who leads, as a service tells it. */
async function leaderOf({ apiUrl }: Service): Promise<string> {
  const { conditions } = (await (await fetch(`${apiUrl}/readyz`)).json()) as Readiness
  const detail = conditions.find(({ name }) => name.startsWith('leader of'))?.detail ?? ''
  return detail.startsWith('this replica') ? 'this' : detail.endsWith('leads it') ? 'other' : 'nobody'
}

async function configure(world: World, folder: string, url: string) {
  await writeFile(join(folder, 'url'), url)
  const file = await writeConfig({ world, folder, port: 0, ledger: '{ type: postgres, urlFile: url, leaseSeconds: 3 }' })
  return loadConfig({ file, env: {} })
}

/**
 * What holds of a service that stood still while another took over.
 * @param where for titles
 * @param create makes an empty database
 */
export function describeFencing(where: string, create: () => Promise<TestDatabase>): void {
  describe(`a service that another has taken over from${where}`, () => {
    it(
      'opens no second PR after a person has closed the first: it does nothing outside, and only looks on',
      { timeout: 90_000 },
      async () => {
        await using stack = new AsyncDisposableStack()
        const [folderA, folderB] = [await mkdtemp(join(tmpdir(), 'kedge-a-')), await mkdtemp(join(tmpdir(), 'kedge-b-'))]
        for (const folder of [folderA, folderB]) stack.defer(() => rm(folder, { recursive: true, force: true }))
        const world = stack.use(await createWorld())
        const database = await create()
        const proxy = stack.use(await startProxy(database.address.port))
        const a = await configure(world, folderA, proxy.through(database.url))
        const b = await configure(world, folderB, database.url)
        const opened: string[] = []
        const { state, adapters } = standing(opened)
        const serviceA = stack.use(await createService(a.config, a.secrets, adapters))
        stack.defer(() => state.letGo())
        await serviceA.ready()
        await world.untilRollout((rollout) => rollout.status?.phase === 'Healthy')
        world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
        await world.commitImage('v1.8.0', 'alice')
        await holds('A is about to open', () => state.atGate, 40_000)
        proxy.cut = () => 'before'
        const forgesB: Adapters['forges'] = async (site) => named(await realAdapters.forges(site), { who: 'B', opened })
        stack.use(await createService(b.config, b.secrets, { ...realAdapters, forges: forgesB }))
        await holds('B has opened a PR', () => opened.length > 0, 40_000)
        world.people.close('alice', 1)
        state.letGo()
        await holds('A goes on', state.went, 20_000)
        proxy.cut = () => undefined
        await until(async () => ((await leaderOf(serviceA)) === 'other' ? true : undefined), {
          what: 'A knows who leads',
          timeoutMs: 20_000,
        })
        expect(opened).toEqual(['B opened #1'])
        expect([...world.repository.pulls.values()].map(({ number, state: at }) => [number, at])).toEqual([[1, 'closed']])
      },
    )
  })
}
