import { expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const [WEB, WORKER, CONFIG] = ['apps/web/web.yaml', 'apps/web/worker.yaml', 'apps/web/config.yaml']
const both = (tag: string) => ({ [WEB]: manifest(tag, 'web'), [WORKER]: manifest(tag, 'worker') })
const config = (name: string, value = 'b') => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: ${value}}\n`

/** Two Rollouts of one Application that run v1. */
async function twoRun(files: Readonly<Record<string, string>>, options: StageOptions = {}) {
  const stage = await createStage(options)
  const [web, worker] = [stage.addRollout({ name: 'web' }), stage.addRollout({ name: 'worker' })]
  const app = stage.addApplication({ rollouts: [web, worker] })
  app.sync(stage.commit(files, 'v1'))
  for (const one of [web, worker]) one.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  return { stage, app, web, worker }
}

type Two = Awaited<ReturnType<typeof twoRun>>

/** Both get v2 by the newest of these commits; web fails. */
async function webFails({ stage, app, web, worker }: Two, sha: string): Promise<void> {
  app.sync(sha)
  for (const one of [web, worker]) one.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  worker.healthy('v2')
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
}

/** Only web gets v2 by it, and fails. */
async function webAloneFails({ stage, app, web }: Two, sha: string): Promise<void> {
  app.sync(sha)
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
}

/** Argo CD prunes it. */
async function pruned({ stage, app, web, worker }: Two): Promise<void> {
  app.change({ rollouts: [web] })
  stage.remove(worker)
  await stage.show()
  await stage.advance(15 * MINUTE)
}

const culprits = (stage: Stage): unknown => stage.reverts().map((revert) => revert.culprits.map(({ subject }) => subject))

for (const renderer of ['directory', 'none'] as const) {
  const told = renderer === 'none' ? 'files' : 'rendering'

  it(`where something that Rollouts may name differs, what names it goes back with it, told by ${told}`, async () => {
    const at = (tag: string, name: string) => ({
      [WEB]: manifest(tag, 'web'),
      [WORKER]: manifest(tag, 'worker').replace(
        '"containers"',
        `"volumes": [{"name": "c", "configMap": {"name": "${name}"}}], "containers"`,
      ),
      [CONFIG]: config(name),
    })
    const two = await twoRun(at('v1', 'config-1'), { renderer })
    await using stage = two.stage
    await webFails(two, stage.commit(at('v2', 'config-2'), 'v2'))
    expect(stage.reverts()).toMatchObject([{ paths: [CONFIG, WEB, WORKER] }])
  })

  it(`where one commit breaks both and changes what is nobody's, one PR takes both back, told by ${told}`, async () => {
    const two = await twoRun({ ...both('v1'), [CONFIG]: config('shared', '1') }, { renderer })
    await using stage = two.stage
    two.app.sync(stage.commit({ ...both('v2'), [CONFIG]: config('shared', '2') }, 'v2'))
    for (const one of [two.web, two.worker]) one.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    two.web.abort()
    await stage.show()
    await stage.advance(10_000)
    two.worker.abort()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.reverts()).toMatchObject([{ paths: [CONFIG, WEB, WORKER] }])
    expect(stage.pulls()[0]?.body).toMatch(/`shop\/web`.* `shop\/worker`/)
  })
}

it('what is left out is a function of the commits: a Rollout that was pruned is not brought back', async () => {
  const two = await twoRun(both('v1'))
  await using stage = two.stage
  stage.commit({ [WORKER]: null }, 'worker moves')
  const sha = stage.commit({ [WEB]: manifest('v2', 'web') }, 'web v2')
  two.app.change({ rollouts: [two.web] })
  stage.remove(two.worker)
  await webAloneFails(two, sha)
  expect(culprits(stage)).toEqual([['web v2']])
})

it('a Rollout that is pruned once the PR is open brings no second PR', async () => {
  const two = await twoRun(both('v1'))
  await using stage = two.stage
  stage.commit({ [WORKER]: null }, 'worker moves')
  await webAloneFails(two, stage.commit({ [WEB]: manifest('v2', 'web') }, 'web v2'))
  await pruned(two)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})

it('a Rollout that is removed later leaves the PR open', async () => {
  const two = await twoRun(both('v1'))
  await using stage = two.stage
  await webFails(two, stage.commit(both('v2'), 'v2'))
  two.app.sync(stage.commit({ [WORKER]: null }, 'worker moves'))
  await stage.pushed()
  await stage.show()
  await stage.advance(MINUTE)
  await pruned(two)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})

it('a Rollout that is gone and comes back by the merge is named', async () => {
  const two = await twoRun({ ...both('v1'), [CONFIG]: config('shared', '1') })
  await using stage = two.stage
  const sha = stage.commit({ [WEB]: manifest('v2', 'web'), [WORKER]: null, [CONFIG]: config('shared', '2') }, 'v2')
  two.app.change({ rollouts: [two.web] })
  stage.remove(two.worker)
  await webAloneFails(two, sha)
  expect(stage.pulls()[0]?.body).toContain('**Takes `shop/worker` back, too**')
})

it('a release is put down to a commit that goes back', async () => {
  const two = await twoRun(both('v1'))
  await using stage = two.stage
  stage.commit({ [WEB]: manifest('v2', 'web') }, 'web v2', { author: 'Wanda <wanda@x>' })
  await webFails(two, stage.commit({ [WORKER]: manifest('v2', 'worker') }, 'worker v2', { author: 'Ian <ian@x>' }))
  expect(stage.failed()).toMatchObject([{ author: 'Wanda' }])
  expect(stage.pulls()[0]?.body).toMatch(/\*\*Git wants\*\* .* web v2 \| Wanda/)
})

it('what the policy calls irreversible counts in a file that stays as well', async () => {
  const two = await twoRun(both('v1'), { policy: { irreversible: ['**/worker.yaml'] } })
  await using stage = two.stage
  await webFails(two, stage.commit(both('v2'), 'v2'))
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toContain('worker.yaml, which the policy calls irreversible')
})

it("a revert is known by its content beside a change of another Rollout's own", async () => {
  const two = await twoRun(both('v1'))
  await using stage = two.stage
  const { app, web, worker } = two
  app.sync(stage.commit({ [WEB]: manifest('v2', 'web') }, 'web v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ [WEB]: manifest('v1', 'web'), [WORKER]: manifest('v2', 'worker') }, 'calm web down'))
  web.canary('v1')
  worker.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  worker.healthy('v2')
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.checks).toMatchObject([{}, {}, {}, {}, {}, {}, {}, { id: 'P8', outcome: 'failed' }, {}, {}, {}, {}])
})

it("while Git asks for N+1, a later change of another Rollout's own does not make N restored", async () => {
  const two = await twoRun(both('v1'))
  await using stage = two.stage
  await webFails(two, stage.commit(both('v2'), 'v2'))
  two.app.sync(stage.commit({ [WORKER]: manifest('v3', 'worker') }, 'worker v3'))
  await stage.pushed()
  two.worker.healthy('v3')
  await stage.show()
  await stage.advance(MINUTE)
  two.web.healthy('v1')
  await stage.show()
  await stage.advance(20_000)
  expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
})

it('by files, the merge of the one revert leaves that of another Rollout open', async () => {
  const two = await twoRun(both('v1'), { renderer: 'none' })
  await using stage = two.stage
  two.app.sync(stage.commit(both('v2'), 'v2'))
  for (const one of [two.web, two.worker]) one.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  two.web.abort()
  two.worker.abort()
  await stage.show()
  await stage.advance(MINUTE)
  two.app.sync(stage.merge(1))
  await stage.pushed()
  const merged = stage.reverts().find(({ outcome }) => outcome === 'merged')
  ;(merged?.paths[0] === WEB ? two.web : two.worker).healthy('v1')
  await stage.show()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'merged' }, { state: 'open' }])
})

it('told by files, what only another Rollout gets later, in a file of its own, leaves the PR open', async () => {
  const two = await twoRun(both('v1'), { renderer: 'none' })
  await using stage = two.stage
  await webAloneFails(two, stage.commit({ [WEB]: manifest('v2', 'web') }, 'web v2'))
  two.app.sync(stage.commit({ [WORKER]: manifest('v2', 'worker') }, 'worker v2'))
  two.worker.canary('v2')
  await stage.pushed()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  two.app.sync(stage.commit({ [WORKER]: `${manifest('v2', 'worker')}\n---\n${config('settings')}` }, 'worker and settings'))
  await stage.pushed()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
})
