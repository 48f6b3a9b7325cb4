import { expect, it } from 'vitest'
import { operation } from './application-objects.ts'
import { manifest } from './manifest.ts'
import { failed, restore } from './one-failure.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** Its PR is merged, and a bot pushes the failed version again: no second PR. */
async function pushedAgain(stage: RunningStage): Promise<void> {
  await failed(stage)
  await restore(stage, 1)
  await stage.release('v2', 'build: automatic update of web', { author: 'argocd-image-updater <noreply@argoproj.io>' })
  await stage.abort()
  expect(stage.pulls()).toHaveLength(1)
}

it('a bot that pushes again what failed is refused, and stays refused when it is undone and healed', async () => {
  await using stage = await createRunningStage()
  await pushedAgain(stage)
  // A person undoes it, self-heal applies what Git asks for.
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(30_000)
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
})

it('a change of steps by a person, on what a bot pushed again, lets nothing through', async () => {
  await using stage = await createRunningStage()
  await pushedAgain(stage)
  stage.app.sync(stage.commit({ 'apps/web/steps.yaml': 'steps: []\n' }, 'gentler steps'))
  stage.web.steps()
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
})

it('what failed once, made it later, and is brought back after something newer is a revert by what it does', async () => {
  await using stage = await createRunningStage()
  await failed(stage)
  stage.web.retry()
  await stage.show()
  await stage.advance(MINUTE)
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls().map((p) => p.state)).toEqual(['closed'])
  await stage.release('v3')
  stage.web.healthy('v3')
  await stage.show()
  await stage.advance(MINUTE)
  await stage.release('v2', 'calm down')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
})

it('N that is back by hand over a version whose sync failed is refused', async () => {
  await using stage = await createRunningStage()
  const sha = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
  const entry = {
    id: 1,
    revisions: [sha],
    at: stage.clock.now(),
    sources: [{ repoURL: 'https://git.example/shop/gitops.git', targetRevision: 'main', path: 'apps/web' }],
  }
  stage.app.change({
    compared: [sha],
    syncStatus: 'OutOfSync',
    operation: operation(entry, { multi: false, phase: 'Failed', rollouts: [stage.web] }),
  })
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  stage.app.change({ drifted: true })
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  await stage.release('v3')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
})
