import { describe, expect, it } from 'vitest'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** A Rollout as people write it, with fields that others change. */
const file = (tag: string, level: number, more = ''): string =>
  `# ours\n${manifest(tag)}`.replace('"kind"', `"x-level": ${level},${more}\n "kind"`)

const commit = (stage: RunningStage, text: string, message: string): string => stage.commit({ 'apps/web/rollout.yaml': text }, message)

async function syncs(stage: RunningStage, sha: string): Promise<void> {
  stage.app.sync(sha)
  await stage.show()
  await stage.advance(MINUTE)
}

async function begins(stage: RunningStage, tag: string, sha: string): Promise<void> {
  stage.app.sync(sha)
  stage.web.canary(tag)
  await stage.show()
  await stage.advance(10_000)
}

async function makesIt(stage: RunningStage, tag: string, sha: string): Promise<void> {
  await begins(stage, tag, sha)
  stage.web.healthy(tag)
  await stage.show()
  await stage.advance(MINUTE)
}

const culprits = (stage: RunningStage): unknown => stage.reverts()[0]?.culprits.map(({ subject }) => subject)

describe.each([
  ['what they render is known', {}],
  ['files have to do', { wrap: byFiles }],
])('a person brings v1 back beside what others have changed since, and %s', (_, options) => {
  it.each([
    ['as part of what the release did', ' "x-a": 2,', ' "x-a": 2,', ''],
    ['and a key that was added goes away', ' "x-a": 1, "x-new": 1,', ' "x-a": 1,', ''],
    ['and a comment changes as well', ' "x-a": 1,', ' "x-a": 1,', '# calmer\n'],
    ['and another field gets a new value', ' "x-a": 1,', ' "x-a": 9,', ''],
  ])('%s: that is a revert', async (_what, with2, withBack, comment) => {
    await using stage = await createRunningStage(options)
    await syncs(stage, commit(stage, file('v1', 1, ' "x-a": 1,'), 'level'))
    await makesIt(stage, 'v2', commit(stage, file('v2', 1, with2), 'web v2'))
    await syncs(stage, commit(stage, file('v2', 2, with2), 'level 2'))
    await begins(stage, 'v1', commit(stage, comment + file('v1', 2, withBack), 'web: calmer'))
    await stage.abort()
    expect(stage.failed()[0]?.decision?.checks).toContainEqual(
      expect.objectContaining({ id: 'P8', outcome: 'failed', detail: expect.stringMatching(/calmer” brings back files or fields/) }),
    )
    expect(stage.pulls()).toEqual([])
  })
})

describe('a commit among those that failed is no revert', () => {
  it('where it gives a field of nobody’s template an older value, but takes back nothing whole', async () => {
    await using stage = await createRunningStage()
    await syncs(stage, commit(stage, file('v1', 1), 'level'))
    await syncs(stage, commit(stage, file('v1', 2), 'level 2'))
    commit(stage, file('v1', 1, ' "x-z": 1,'), 'level 1 and z')
    commit(stage, file('v1', 2, ' "x-z": 1,'), 'level 2 again')
    await begins(stage, 'v2', commit(stage, file('v2', 2, ' "x-z": 1,'), 'web v2'))
    await stage.abort()
    expect(culprits(stage)).toEqual(['level 1 and z', 'level 2 again', 'web v2'])
  })

  it.each([
    ['what they render is known', {}],
    ['files have to do', { wrap: byFiles }],
  ])('where it brings v2, which is new, and a field that is no part of it back, and %s', async (_, options) => {
    await using stage = await createRunningStage(options)
    await syncs(stage, commit(stage, file('v1', 1), 'level'))
    await syncs(stage, commit(stage, file('v1', 2), 'level 2'))
    await begins(stage, 'v2', commit(stage, file('v2', 1), 'web v2'))
    await stage.abort()
    expect(culprits(stage)).toEqual(['web v2'])
  })

  it('by files, it is one where it brings v2 back with the field: an earlier state had both', async () => {
    await using stage = await createRunningStage({ wrap: byFiles })
    await syncs(stage, commit(stage, file('v2', 1), 'early v2'))
    await syncs(stage, commit(stage, file('v1', 2), 'level 2'))
    await begins(stage, 'v2', commit(stage, file('v2', 1, ' "x-z": 1,'), 'calmer'))
    await stage.abort()
    expect(stage.pulls()).toEqual([])
    expect(stage.failed()[0]?.decision?.checks).toContainEqual(expect.objectContaining({ id: 'P8', outcome: 'failed' }))
  })

  it.each(['replicas', 'minReplicas'])('where all that it brings back is %s', async (name) => {
    const scaled = (tag: string, replicas: number, comment = ''): string =>
      comment + file(tag, 1).replace('"spec": {', `"spec": {\n  "${name}": ${replicas},`)
    await using stage = await createRunningStage()
    await syncs(stage, commit(stage, scaled('v1', 2), 'two'))
    await syncs(stage, commit(stage, scaled('v1', 5), 'five'))
    commit(stage, scaled('v1', 2, '# calm\n'), 'two again')
    await begins(stage, 'v2', commit(stage, scaled('v2', 2, '# calm\n'), 'web v2'))
    await stage.abort()
    expect(culprits(stage)).toEqual(['two again', 'web v2'])
  })
})

it('a commit that takes back all that another did, and nothing else, is a revert, whosever it is', async () => {
  await using stage = await createRunningStage()
  await syncs(stage, commit(stage, file('v1', 1, ' "x-a": 1,'), 'level'))
  await syncs(stage, commit(stage, file('v1', 2, ' "x-a": 1,'), 'level 2'))
  await syncs(stage, commit(stage, file('v1', 2, ' "x-a": 2,'), 'a'))
  commit(stage, file('v1', 1, ' "x-a": 2,'), 'calm')
  await begins(stage, 'v2', commit(stage, file('v2', 1, ' "x-a": 2,'), 'web v2'))
  await stage.abort()
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toMatch(/calm” brings back files or fields/)
})

const SHAPES: Readonly<Record<string, (text: string) => string>> = {
  'has an anchor': (text) => `x: &shared {a: 1}\n---\n${text}`,
  'has a tag': (text) => text.replace('"x-level": ', '"x-level": !!int '),
}

describe.each([
  ['what they render is known', {}, ['has an anchor']],
  ['files have to do', { wrap: byFiles }, Object.keys(SHAPES)],
])('a person brings v1 back beside another change in a file that cannot be read by fields, and %s', (_, options, shapes) => {
  it.each(shapes)('as it %s: that is a revert', async (shape) => {
    const text = (tag: string, level: number): string => (SHAPES[shape] ?? String)(file(tag, level))
    await using stage = await createRunningStage(options)
    await syncs(stage, commit(stage, text('v1', 1), 'level'))
    await makesIt(stage, 'v2', commit(stage, text('v2', 1), 'web v2'))
    await begins(stage, 'v1', commit(stage, text('v1', 2), 'web: calmer'))
    await stage.abort()
    expect(stage.failed()[0]?.decision?.checks).toContainEqual(expect.objectContaining({ id: 'P8', outcome: 'failed' }))
    expect(stage.pulls()).toEqual([])
  })
})
