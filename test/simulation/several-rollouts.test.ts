import { expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

/** Two Rollouts in one Application: one commit brings both to v2, worker makes it, web fails. */
async function oneMakesIt(options: StageOptions = {}): Promise<Stage> {
  const stage = await createStage(options)
  const [web, worker] = [stage.addRollout({ name: 'web' }), stage.addRollout({ name: 'worker' })]
  const app = stage.addApplication({ rollouts: [web, worker] })
  app.sync(stage.commit({ 'apps/web/rollouts.yaml': manifest('v1', 'web', 'worker') }, 'v1'))
  for (const one of [web, worker]) one.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ 'apps/web/rollouts.yaml': manifest('v2', 'web', 'worker') }, 'v2'))
  for (const one of [web, worker]) one.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  worker.healthy('v2')
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  return stage
}

it('every Rollout whose template changes is named with what it runs, and no pods are promised for it', async () => {
  await using stage = await oneMakesIt()
  const body = stage.pulls()[0]?.body ?? ''
  expect(body).toMatch(/running version of `shop\/web` \(|running version of `shop\/web` wanted again/)
  expect(body).toMatch(
    /Takes `shop\/worker` back, too\*\*: `\S*worker:v2` to `\S*worker:v1`\. It is rolled out like a release, with steps and new pods/,
  )
})

it('where nothing is rendered, that is not known of any', async () => {
  await using stage = await oneMakesIt({ renderer: 'none' })
  expect(stage.pulls()[0]?.body).toContain('It is not known whether it takes other Rollouts of the Application back, too: `shop/worker`.')
})

it('a Rollout whose template stays is not named', async () => {
  await using stage = await createStage()
  const [web, worker] = [stage.addRollout({ name: 'web' }), stage.addRollout({ name: 'worker' })]
  const app = stage.addApplication({ rollouts: [web, worker] })
  const files = (tag: string) => ({ 'apps/web/web.yaml': manifest(tag, 'web'), 'apps/web/worker.yaml': manifest('v1', 'worker') })
  app.sync(stage.commit(files('v1'), 'v1'))
  for (const one of [web, worker]) one.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit(files('v2'), 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.pulls()[0]?.body).not.toContain('shop/worker')
})
