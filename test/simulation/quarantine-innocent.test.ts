import { describe, expect, it } from 'vitest'
import { LIFT_LABEL } from '../../src/domain/quarantine/quarantine.ts'
import { REPO } from './application.ts'
import { RENDERERS } from './git-side.ts'
import { manifest } from './manifest.ts'
import { BOT, createReverted, mergeRevert, MINUTE, newestKey, push, shown, standings } from './quarantine-stage.ts'
import { createRunningStage } from './stage.ts'

const A = `v2@sha256:${'a'.repeat(64)}`
const B = `v2@sha256:${'b'.repeat(64)}`

describe.each(RENDERERS)('no red status gets (renderer: %s)', (renderer) => {
  it('the fix that bears the same tag by another digest', async () => {
    await using stage = await createRunningStage({ renderer })
    await stage.release(A)
    await stage.abort()
    await mergeRevert(stage)
    await push(stage, B)
    await stage.advance(5 * MINUTE)
    expect(shown(stage)).toEqual([])
    const red = await push(stage, A, BOT)
    expect(shown(stage)).toEqual([[red, 'failure']])
  })

  it('an open PR from before the revert, which brings main into its branch, nor the PR that reverts', async () => {
    await using stage = await createRunningStage({ renderer })
    const bad = await stage.release('v2')
    await stage.abort()
    stage.origin.git(['update-ref', 'refs/heads/feature', bad])
    stage.commit({ 'apps/web/notes': 'x\n' }, 'notes', { branch: 'feature' })
    await stage.forges.openByHuman(REPO, { branch: 'feature', base: 'main', title: 'f', body: '', author: 'ada' })
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    await mergeRevert(stage)
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(shown(stage)).toEqual([])
  })

  it('what is said of the version that failed while it is still there', async () => {
    await using stage = await createRunningStage({ renderer })
    await stage.release('v2')
    await stage.abort()
    stage.commit({ 'apps/web/rollout.yaml': `${manifest('v2')}\n# registry.example/web:v2 fails\n` }, 'note')
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(shown(stage)).toEqual([])
  })
})

it('where nothing renders, a tag that a release gave to several files gets a red status once all of them have it again', async () => {
  await using stage = await createRunningStage({ renderer: 'none' })
  const files = (tag: string) => ({
    'apps/web/rollout.yaml': 'kind: Rollout\n',
    'apps/web/web.yaml': `tag: ${tag}\n`,
    'apps/web/worker.yaml': `tag: ${tag}\n`,
  })
  stage.app.sync(stage.commit(files('v1'), 'chart'))
  await stage.show()
  await stage.advance(MINUTE)
  stage.app.sync(stage.commit(files('v2'), 'both v2'))
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  await mergeRevert(stage)
  stage.commit({ 'apps/web/web.yaml': 'tag: v2\n' }, 'one of them')
  await stage.pushed()
  await stage.advance(5 * MINUTE)
  expect(shown(stage)).toEqual([])
  const red = stage.commit({ 'apps/web/worker.yaml': 'tag: v2\n' }, 'the other one, too')
  await stage.pushed()
  await stage.advance(5 * MINUTE)
  expect(shown(stage)).toEqual([[red, 'failure']])
})

it('a lift holds through restarts, without a webhook, and against the same failure seen again', async () => {
  await using stage = await createReverted()
  const red = await push(stage, 'v2', BOT)
  await stage.controller.lift({ key: newestKey(stage), by: 'ada', reason: 'r' })
  for (let at = 0; at < 2; at += 1) {
    await stage.restart()
    await stage.pushed()
    await stage.advance(10 * MINUTE)
  }
  expect([standings(stage), shown(stage)]).toEqual([['registry.example/web:v2 lifted'], [[red, 'success']]])
})

it('a lift holds through restarts while the release that failed is still open', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await stage.abort()
  await stage.controller.lift({ key: newestKey(stage), by: 'ada', reason: 'r' })
  await stage.restart()
  await stage.pushed()
  await stage.advance(10 * MINUTE)
  expect([standings(stage), stage.failed().length]).toEqual([['registry.example/web:v2 lifted'], 1])
})

it('a label of an ended revert PR is seen without any word of the Git host', async () => {
  await using stage = await createReverted()
  stage.forges.label(REPO, 1, LIFT_LABEL)
  await stage.advance(15 * MINUTE)
  expect(standings(stage)).toEqual(['registry.example/web:v2 lifted'])
})

it('another user of the same image, added while it is still there, gets none where commits can be rendered', async () => {
  await using stage = await createRunningStage({ renderer: 'directory' })
  await stage.release('v2')
  await stage.abort()
  const job = '---\napiVersion: v1\nkind: Pod\nmetadata: { name: job }\nspec:\n  containers:\n    - image: registry.example/web:v2\n'
  stage.commit({ 'apps/web/rollout.yaml': `${manifest('v2')}\n${job}` }, 'job')
  await stage.pushed()
  await stage.advance(5 * MINUTE)
  expect(shown(stage)).toEqual([])
})
