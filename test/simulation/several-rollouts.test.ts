import { expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'
import { webFails, type Files, type WebFails } from './web-and-worker.ts'

const MINUTE = 60_000

const both = (tag: string): Files => ({ 'apps/web/rollouts.yaml': manifest(tag, 'web', 'worker') })

/** Both in one file, which one commit changes. */
const inOneFile = (more: Partial<WebFails> = {}): Promise<Stage> => webFails({ before: both('v1'), states: [both('v2')], ...more })

it('B4: every Rollout whose template changes is named with what it runs, and no pods are promised for it', async () => {
  await using stage = await inOneFile()
  const body = stage.pulls()[0]?.body ?? ''
  expect(body).toMatch(/running version of `shop\/web` \(|running version of `shop\/web` wanted again/)
  expect(body).toMatch(
    /Takes `shop\/worker` back, too\*\*: `\S*worker:v2` to `\S*worker:v1`\. It runs `\S*worker:v2`, and is rolled out like a release, with/,
  )
})

it('where nothing is rendered, that is not known of any', async () => {
  await using stage = await inOneFile({ options: { renderer: 'none' } })
  expect(stage.pulls()[0]?.body).toMatch(/not known whether it takes other Rollouts of .* too: `shop\/worker` \(it runs `\S*worker:v2`\)\./)
})

it('a Rollout whose template stays is not named', async () => {
  await using stage = await webFails({ before: FILES('v1', 'v1'), states: [FILES('v2', 'v1')], worker: 'stays' })
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.pulls()[0]?.body).not.toContain('shop/worker')
})

const FILES = (web: string, worker: string) => ({
  'apps/web/web.yaml': manifest(web, 'web'),
  'apps/web/worker.yaml': `${manifest(worker, 'worker')}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: worker}\n`,
})

/** Each Rollout in a file of its own. */
const inOwnFiles = (states: readonly Files[], options: StageOptions = {}): Promise<Stage> =>
  webFails({ before: FILES('v1', 'v1'), states, options })

for (const renderer of ['directory', 'none'] as const) {
  it(`B4: a file that only another Rollout differs in stays as it is, told by ${renderer === 'none' ? 'files' : 'rendering'}`, async () => {
    await using stage = await inOwnFiles([FILES('v2', 'v2')], { renderer })
    expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'commit 1' }], paths: ['apps/web/web.yaml'] }])
    const [pull] = stage.pulls()
    expect(stage.origin.git(['diff', '--name-only', 'main', pull?.branch ?? ''])).toBe('apps/web/web.yaml')
    expect(pull?.body).toContain('Leaves `apps/web/worker.yaml` as they are: only other Rollouts of the Application differ in them.')
    expect(pull?.body).not.toContain('**Takes `shop/worker` back')
  })

  it(`a commit of another Rollout's own is no culprit, told by ${renderer === 'none' ? 'files' : 'rendering'}`, async () => {
    await using stage = await inOwnFiles([FILES('v1', 'v2'), FILES('v2', 'v2'), FILES('v2', 'v2.1')], { renderer })
    expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'commit 2' }], paths: ['apps/web/web.yaml'] }])
    expect(stage.pulls()[0]?.body).toMatch(/and so do these commits: `[0-9a-f]{12}`, `[0-9a-f]{12}`/)
  })
}

it('what was changed and taken back before the release is as it was: it neither goes back nor is said to stay', async () => {
  const config = (value: string): Files => ({
    'apps/web/config.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: ${value}}\n`,
  })
  const [before, changed] = [
    { ...FILES('v1', 'v1'), ...config('x') },
    { ...FILES('v1', 'v1'), ...config('y') },
  ]
  await using stage = await webFails({ before, states: [changed, before, { ...FILES('v2', 'v2'), ...config('x') }] })
  expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'commit 3' }], paths: ['apps/web/web.yaml'] }])
  expect(stage.pulls()[0]?.body).toContain('only other Rollouts of the Application differ in them.')
  expect(stage.pulls()[0]?.body).not.toContain('so do these commits')
})

it('a change of another Rollout that was taken back before the release is no culprit', async () => {
  await using stage = await inOwnFiles([FILES('v1', 'v1.1'), FILES('v1', 'v1'), FILES('v2', 'v1')])
  expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'commit 3' }], paths: ['apps/web/web.yaml'] }])
})

it('a file in which anything else differs as well goes back', async () => {
  const { 'apps/web/worker.yaml': worker, ...web } = FILES('v2', 'v2')
  const labelled = worker.replace('{name: worker}', '{name: worker, labels: {a: b}}')
  await using stage = await inOwnFiles([{ ...web, 'apps/web/worker.yaml': labelled }])
  expect(stage.reverts()).toMatchObject([{ paths: ['apps/web/web.yaml', 'apps/web/worker.yaml'] }])
  expect(stage.pulls()[0]?.body).toContain('**Takes `shop/worker` back, too**')
})

it('where only another Rollout was changed, nothing goes back, and the card says so', async () => {
  await using stage = await inOwnFiles([FILES('v1', 'v2')], { renderer: 'none' })
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toMatch(/only other Rollouts of the Application/)
})

it('of another Rollout that has gone back by itself no new pods are told', async () => {
  await using stage = await inOneFile({ worker: 'goes-back' })
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
