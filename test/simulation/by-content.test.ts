import { describe, expect, it } from 'vitest'
import { fails, refusals, touch } from './failing.ts'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000
const ROLLOUT = 'apps/web/rollout.yaml'

/** The same template, by other canary steps. */
const withSteps = (text: string): string => text.replace('"template"', '"strategy":{"canary":{"steps":[{"setWeight":10}]}},"template"')

/** Each makes times and orders name a commit that did not make what runs. */
const STORIES: readonly [string, (stage: RunningStage) => Promise<void>, RegExp][] = [
  [
    'somebody set an image by hand, and it runs',
    async (stage) => {
      await stage.release('v2')
      stage.web.healthy('v2')
      await stage.show()
      await stage.advance(MINUTE)
      stage.web.healthy('by-hand')
      await stage.show()
      await stage.advance(MINUTE)
      stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v3') }, 'web v3'))
      await fails(stage, 'v3')
    },
    /^P6: /,
  ],
  [
    'somebody sets an image by hand after a failure, and that fails',
    async (stage) => {
      stage.policy = { mode: 'notify' }
      await stage.release('v2')
      await stage.abort()
      stage.app.sync(touch(stage, 'analysis'))
      await stage.show()
      await stage.advance(5_000)
      stage.policy = { mode: 'pr' }
      await fails(stage, 'by-hand')
    },
    /^P4: \w+ “.*” renders something else than N\+1 runs, in spec\.containers\[main\]\.image\.$/,
  ],
]

describe('a version is its commit only where that renders it', () => {
  it.each(STORIES)('%s: no PR reverts what is innocent', async (_, story, refusal) => {
    await using stage = await createRunningStage()
    await story(stage)
    const earlier = stage.failed().length - 1
    expect(stage.pulls().length).toBeLessThanOrEqual(earlier)
    expect(refusals(stage)).toEqual([expect.stringMatching(refusal)])
  })
})

/** As before, and it is found all the same: the commits that go back, and what runs is what they go back to. */
const FOUND: readonly [string, (stage: RunningStage) => Promise<void>, readonly string[]][] = [
  [
    'the commit that was synced while the controller was away never ran',
    async (stage) => {
      stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
      await stage.show()
      await stage.advance(9_000)
      stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v3') }, 'web v3'))
      await fails(stage, 'v3')
    },
    ['web v2', 'web v3'],
  ],
  [
    'a commit that was synced during a failure, and then an undo by hand that Argo CD has not compared yet',
    async (stage) => {
      await stage.release('v2')
      await stage.abort()
      stage.app.sync(touch(stage, 'analysis'))
      await stage.show()
      stage.web.healthy('v1')
      await stage.show()
      await stage.advance(MINUTE)
      stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v3') }, 'web v3'))
      await fails(stage, 'v3')
    },
    ['web v2', 'analysis', 'web v3'],
  ],
  [
    'the release fails again after others have been synced meanwhile',
    async (stage) => {
      stage.policy = { mode: 'notify' }
      await stage.release('v2')
      await stage.abort()
      stage.web.healthy('v1')
      await stage.show()
      await stage.advance(MINUTE)
      stage.web.canary('v2')
      await stage.show()
      stage.app.sync(stage.commit({ 'other/readme': 'y\n' }, 'of another team'))
      stage.policy = { mode: 'pr' }
      await fails(stage, 'v2')
    },
    ['web v2'],
  ],
  [
    'the sync history has forgotten the sync of N, and so has the ledger, and the commit before made N',
    async (stage) => {
      stage.app.forget()
      await stage.restart({ loseLedger: true })
      stage.commit({ 'other/readme': 'y\n' }, 'of another team')
      stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
      await fails(stage, 'v2')
    },
    ['web v2'],
  ],
  [
    'a sync that is still running began it',
    async (stage) => {
      stage.app.sync(touch(stage, 'steps'))
      await stage.show()
      await stage.advance(2_000)
      stage.app.begin(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
      await fails(stage, 'v2')
    },
    ['web v2'],
  ],
  [
    'the sync that began it has failed, so that no history has it, and a later one renders the same',
    async (stage) => {
      stage.app.begin(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
      stage.web.canary('v2')
      await stage.show()
      await stage.advance(5_000)
      stage.app.begin(touch(stage, 'config'))
      await stage.abort()
    },
    ['web v2'],
  ],
  [
    'other steps are synced with it before the controller takes either up',
    async (stage) => {
      stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
      await stage.show()
      await stage.advance(5_000)
      stage.app.sync(stage.commit({ [ROLLOUT]: withSteps(manifest('v2')) }, 'gentler steps'))
      await stage.advance(2_000)
      await fails(stage, 'v2')
    },
    ['web v2', 'gentler steps'],
  ],
  [
    'it begins anew with other steps, and the sync that brought it first is in no history',
    async (stage) => {
      stage.policy = { mode: 'notify' }
      stage.app.begin(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
      await fails(stage, 'v2')
      stage.app.begin(stage.commit({ 'apps/web/steps.yaml': 'steps: []\n' }, 'gentler steps'))
      stage.web.steps()
      await stage.show()
      await stage.advance(MINUTE)
      stage.policy = { mode: 'pr' }
      await stage.abort()
      await stage.advance(MINUTE)
    },
    ['web v2', 'gentler steps'],
  ],
]

describe('the commits of a release are found by what they render', () => {
  it.each(FOUND)('%s', async (_, story, subjects) => {
    await using stage = await createRunningStage()
    await story(stage)
    const revert = stage.reverts().find(({ state }) => state === 'open')
    expect(revert?.culprits.map(({ subject }) => subject)).toEqual(subjects)
    const [newest] = stage.pulls().filter(({ state }) => state === 'open')
    expect(stage.origin.git(['show', `${newest?.branch}:${ROLLOUT}`])).toBe(manifest('v1'))
  })
})

describe('where nothing can be rendered', () => {
  const stories = [...STORIES, ...FOUND].map(([name, story]): [string, typeof story] => [name, story])
  it.each(stories)('%s: no PR restores what did not run', async (_, story) => {
    await using stage = await createRunningStage({ wrap: byFiles })
    await story(stage)
    const restored = stage.pulls().map(({ headSha }) => stage.origin.git(['show', `${headSha}:${ROLLOUT}`]))
    expect(restored.filter((text) => text !== manifest('v1'))).toEqual([])
    for (const { culprits } of stage.reverts()) expect(culprits.map(({ subject }) => subject)).toContain('web v2')
  })
})
