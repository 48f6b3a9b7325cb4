import { describe, expect, it } from 'vitest'
import { podTemplate, type Raw } from './objects.ts'
import { createReferringStage, MINUTE, REFERRED_FILE, referring } from './referring.ts'
import { createRunningStage, type Stage } from './stage.ts'

type Write = (tag: string, replicas: number) => string

const own: Write = (tag, replicas) => {
  const rollout: Raw = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: { replicas, template: podTemplate('web', tag) },
  }
  return JSON.stringify(rollout, null, 1)
}
const referred: Write = (tag, replicas) => referring(tag, { replicas })

async function failing(write: Write, before: number, renderer: 'directory' | 'none') {
  const stage = write === own ? await createRunningStage({ renderer }) : await createReferringStage({ renderer })
  const { web, app } = stage
  app.sync(stage.commit({ [REFERRED_FILE]: write('v1', before) }, 'web v1, scaled'))
  await stage.show()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ [REFERRED_FILE]: write('v2', before) }, 'web v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  return stage
}

async function later(stage: Stage & { app: { sync(...revisions: string[]): void } }, content: string): Promise<void> {
  stage.app.sync(stage.commit({ [REFERRED_FILE]: content }, 'scale web'))
  await stage.pushed()
  await stage.show()
  await stage.advance(2 * MINUTE)
}

/** What the forge's merge of the PR makes of the file. */
function merged(stage: Stage): string {
  const tree = stage.origin.git(['merge-tree', '--write-tree', 'main', stage.pulls()[0]?.headSha ?? ''])
  return stage.origin.git(['show', `${tree}:${REFERRED_FILE}`])
}

const TOLD = [
  ['a Rollout', own],
  ['a Rollout that takes its template from a Deployment', referred],
] as const

describe.each(TOLD)('the PR of %s, of which a later commit changes the replicas', (_, write) => {
  it('stays open, and keeps the later change', async () => {
    await using stage = await failing(write, 2, 'directory')
    await later(stage, write('v2', 5))
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(merged(stage)).toBe(write('v1', 5))
  })

  it('is closed where files have to do', async () => {
    await using stage = await failing(write, 2, 'none')
    await later(stage, write('v2', 5))
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })
})

describe('the PR of a Rollout that takes its template from a Deployment', () => {
  it.each([
    ['is scaled down to none', 2, 0],
    ['is scaled up from none', 0, 3],
  ])('stays open where that %s: the Rollout has pods of its own', async (_, before, after) => {
    await using stage = await failing(referred, before, 'directory')
    await later(stage, referred('v2', after))
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(merged(stage)).toBe(referred('v1', after))
  })

  it('is closed where a later commit changes the template of the Deployment', async () => {
    await using stage = await failing(referred, 0, 'directory')
    await later(stage, referred('v2+calmer', 0))
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })
})
