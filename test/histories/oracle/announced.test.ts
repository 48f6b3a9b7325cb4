import { expect, it } from 'vitest'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Step } from '../script.ts'
import { createDeeds } from '../world/deeds.ts'
import { REPO } from '../world/repository.ts'
import { BEGINNING, createWorld, type World } from '../world/world.ts'
import { innocentsTold } from './announced.ts'

const commit = (verdict: 'good' | 'failed', change: 'tag' | 'env', more: { again?: true; back?: true } = {}) =>
  ({ kind: 'commit', app: 'shop', rollout: 0, change, verdict, how: 'push', ...more }) as const

/** A tag failed and was taken back, something else was released, and then that tag again with it, or another one: synced or not yet. */
async function played(last: ReturnType<typeof commit>, isSynced: boolean): Promise<World> {
  const app = { name: 'shop', tool: 'plain', rollouts: ['web'], oneFile: false, cluster: 'prod', autoSync: true, selfHeal: false } as const
  const lags = { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 }
  const setup = { clusters: ['prod'], apps: [{ ...app, waves: 'none' as const }], webhook: true, pollMs: 600_000, lags, twice: 0 }
  const world = createWorld(setup, 1)
  const deeds = createDeeds(world)
  const steps: Step[] = [
    { ...commit('failed', 'tag'), at: 60_000 },
    { ...commit('good', 'tag', { back: true }), at: 90_000 },
    { ...commit('good', 'env'), at: 120_000 },
    ...(isSynced ? [] : [{ kind: 'sync-off', app: 'shop', at: 149_000 } as const]),
    { ...last, at: 150_000 },
  ]
  for (const step of steps) world.clock.after(step.at, () => deeds(step))
  await world.clock.advanceTo(BEGINNING + 190_000, async () => undefined)
  return world
}

async function isInnocent(world: World, context: string, sha = world.repository.head()): Promise<boolean> {
  const forges = createMemoryForges({ now: () => world.clock.now(), headOf: async () => undefined })
  await forges.forRepository(REPO).setStatus(sha as CommitSha, { context, state: 'failure', description: 'failed here' })
  return innocentsTold(world, { forges }).includes(sha)
}

it.each([
  ['brings back the image that failed is told rightly', commit('good', 'tag', { again: true }), false, false],
  ['brings another image is innocent', commit('good', 'tag'), false, true],
  ['changes something else is innocent', commit('good', 'env'), false, true],
  ['brought back an image that has served since is innocent', commit('good', 'tag', { again: true }), true, true],
])('in quarantine, a commit that %s', async (_, last, isSynced, innocent) => {
  const world = await played(last, isSynced)
  expect(await isInnocent(world, 'kedge/quarantine')).toBe(innocent)
})

it('a release is told by its template alone: the image that failed with another is innocent', async () => {
  const world = await played(commit('good', 'tag', { again: true }), false)
  expect(await isInnocent(world, 'kedge/release')).toBe(true)
})
