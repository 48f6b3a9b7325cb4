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

it('B4: every Rollout whose template changes is named with what it runs, and no pods are promised for it', async () => {
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

const FILES = (web: string, worker: string) => ({
  'apps/web/web.yaml': manifest(web, 'web'),
  'apps/web/worker.yaml': `${manifest(worker, 'worker')}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: worker}\n`,
})

/** Each Rollout in a file of its own, v1 of both. `bring` makes the commits, of which the last is synced; then web fails. */
async function inOwnFiles(bring: (stage: Stage) => string, options: StageOptions = {}): Promise<Stage> {
  const stage = await createStage(options)
  const [web, worker] = [stage.addRollout({ name: 'web' }), stage.addRollout({ name: 'worker' })]
  const app = stage.addApplication({ rollouts: [web, worker] })
  app.sync(stage.commit(FILES('v1', 'v1'), 'v1'))
  for (const one of [web, worker]) one.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(bring(stage))
  for (const one of [web, worker]) one.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  worker.healthy('v2')
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  return stage
}

for (const renderer of ['directory', 'none'] as const) {
  it(`B4: a file that only another Rollout differs in stays as it is, told by ${renderer === 'none' ? 'files' : 'rendering'}`, async () => {
    await using stage = await inOwnFiles((at) => at.commit(FILES('v2', 'v2'), 'v2'), { renderer })
    expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'v2' }], paths: ['apps/web/web.yaml'] }])
    const [pull] = stage.pulls()
    expect(stage.origin.git(['diff', '--name-only', 'main', pull?.branch ?? ''])).toBe('apps/web/web.yaml')
    expect(pull?.body).toContain('Leaves `apps/web/worker.yaml` as they are: only other Rollouts of the Application differ in them.')
    expect(pull?.body).not.toContain('**Takes `shop/worker` back')
  })

  it(`a commit of another Rollout's own is no culprit, told by ${renderer === 'none' ? 'files' : 'rendering'}`, async () => {
    await using stage = await inOwnFiles(
      (at) => {
        at.commit(FILES('v1', 'v2'), 'worker v2')
        at.commit(FILES('v2', 'v2'), 'web v2')
        return at.commit(FILES('v2', 'v2.1'), 'worker v2.1')
      },
      { renderer },
    )
    expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'web v2' }], paths: ['apps/web/web.yaml'] }])
    expect(stage.pulls()[0]?.body).toMatch(/and so do these commits: `[0-9a-f]{12}`, `[0-9a-f]{12}`/)
  })
}

it('a file in which anything else differs as well goes back', async () => {
  await using stage = await inOwnFiles((at) => {
    const { 'apps/web/worker.yaml': worker, ...web } = FILES('v2', 'v2')
    return at.commit({ ...web, 'apps/web/worker.yaml': worker.replace('{name: worker}', '{name: worker, labels: {a: b}}') }, 'v2')
  })
  expect(stage.reverts()).toMatchObject([{ paths: ['apps/web/web.yaml', 'apps/web/worker.yaml'] }])
  expect(stage.pulls()[0]?.body).toContain('**Takes `shop/worker` back, too**')
})

it('where only another Rollout was changed, nothing goes back, and the card says so', async () => {
  await using stage = await inOwnFiles((at) => at.commit(FILES('v1', 'v2'), 'worker v2'), { renderer: 'none' })
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toMatch(/only other Rollouts of the Application/)
})

it('of another Rollout that has gone back by itself no new pods are told', async () => {
  await using stage = await createStage()
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
  worker.abort({ why: 'human' })
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.pulls()[0]?.body).toMatch(/Takes `shop\/worker` back, too\*\*: .*\. That is what it runs already: no steps, no new pods\./)
})

it('B8: of two Applications of one folder with different N one PR is opened, and the other is told of it', async () => {
  await using stage = await createStage()
  const [web, copy] = ['web', 'copy'].map((namespace) => {
    const rollout = stage.addRollout({ namespace, uid: namespace, application: namespace })
    return { rollout, app: stage.addApplication({ name: namespace, namespace, rollouts: [rollout] }) }
  })
  if (!web || !copy) throw new Error('two were asked for')
  const commit = (tag: string) => stage.commit({ 'apps/web/rollout.yaml': manifest(tag) }, tag)
  const bring = (to: readonly (typeof web)[], tag: string, deed: 'healthy' | 'canary'): void => {
    const sha = commit(tag)
    for (const { app, rollout } of to) {
      app.sync(sha)
      rollout[deed](tag)
    }
  }
  bring([web, copy], 'v1', 'healthy')
  await stage.start()
  await stage.advance(MINUTE)
  bring([copy], 'v2', 'healthy')
  await stage.show()
  await stage.advance(MINUTE)
  bring([web, copy], 'v3', 'canary')
  await stage.show()
  await stage.advance(10_000)
  web.rollout.abort()
  await stage.show()
  await stage.advance(MINUTE)
  copy.rollout.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'v2' }, { subject: 'v3' }] }])
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.failed().find(({ namespace }) => namespace === 'copy')?.decision?.reason).toMatch(
    /open PR #1 restores one of the same files/,
  )
})
