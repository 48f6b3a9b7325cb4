import { describe, expect, it } from 'vitest'
import type { Setup, Step } from '../script.ts'
import { createDeeds } from './deeds.ts'
import { isInput } from './manifests.ts'
import { BEGINNING, createWorld, type World } from './world.ts'

const LAGS = { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 }

/** `shop` in two clusters by an overlay each; whatever fails in the first makes it in the second. */
function setupOf(tool: 'kustomize' | 'helm'): Setup {
  const app = { tool, rollouts: ['web'], oneFile: false, autoSync: true, selfHeal: true, waves: 'none' } as const
  const shop = { ...app, name: 'shop', cluster: 'prod' }
  const there = {
    ...app,
    name: 'shop-second',
    namespace: 'shop',
    sharedWith: 'shop',
    cluster: 'second',
    overlay: 'second',
    faresWell: true as const,
  }
  return { clusters: ['hub', 'prod', 'second'], hub: true, apps: [shop, there], webhook: true, pollMs: 600_000, lags: LAGS, twice: 0 }
}

async function after(tool: 'kustomize' | 'helm', step: Partial<Extract<Step, { kind: 'commit' }>>): Promise<World> {
  const world = createWorld(setupOf(tool), 1)
  const deeds = createDeeds(world)
  const commit: Step = { kind: 'commit', at: 60_000, app: 'shop', rollout: 0, change: 'tag', verdict: 'failed', how: 'push', ...step }
  world.clock.after(60_000, () => deeds(commit))
  await world.clock.advanceTo(BEGINNING + 90_000, async () => undefined)
  return world
}

const standing = (world: World): readonly string[] =>
  world.applications.map(({ name, rollouts: [web] }) => `${name} ${web?.failures.length} failed, ${web?.ran.length} ran`)

describe.each(['kustomize', 'helm'] as const)('an overlay for each cluster, of %s', (tool) => {
  it('is changed alone by a tag of its own', async () => {
    expect(standing(await after(tool, {}))).toEqual(['shop 1 failed, 1 ran', 'shop-second 0 failed, 1 ran'])
    expect(standing(await after(tool, { app: 'shop-second' }))).toEqual(['shop 0 failed, 1 ran', 'shop-second 0 failed, 2 ran'])
  })

  it('is changed with all others by one commit to all, and by what is common to them', async () => {
    const both = ['shop 1 failed, 1 ran', 'shop-second 0 failed, 2 ran']
    expect(standing(await after(tool, { everywhere: true }))).toEqual(both)
    expect(standing(await after(tool, { change: 'env' }))).toEqual(both)
  })

  it('has no other overlay’s files among its inputs, and all that is common', async () => {
    const world = await after(tool, { everywhere: true })
    const changed = world.repository.changed(world.repository.head())
    const inputsOf = (app: string): number => changed.filter((path) => isInput(world.folder(app), path)).length
    expect([changed.length, inputsOf('shop'), inputsOf('shop-second')]).toEqual([2, 1, 1])
    const common = await after(tool, { change: 'config' })
    const [path = ''] = common.repository.changed(common.repository.head())
    expect(['shop', 'shop-second'].map((app) => isInput(common.folder(app), path))).toEqual([true, true])
  })
})
