import { expect, it } from 'vitest'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const ROLLOUT = 'apps/web/rollout.yaml'
const withSteps = (text: string, weight = 10): string =>
  text.replace('"template"', `"strategy":{"canary":{"steps":[{"setWeight":${weight}}]}},"template"`)

/** v2 has failed, and somebody has set another image by hand, when a sync with other steps brings v2 again, which fails at once. */
async function broughtAgain(options: StageOptions, hasOtherSteps: boolean): Promise<RunningStage> {
  const stage = await createRunningStage({ policy: { mode: 'notify' }, ...options })
  stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(5_000)
  await stage.abort()
  const steps = stage.commit({ [ROLLOUT]: withSteps(manifest('v2')) }, 'gentler steps')
  stage.web.canary('by-hand')
  await stage.show()
  await stage.advance(1_000)
  stage.policy = { mode: 'pr' }
  stage.app.sync(steps)
  stage.web.canary('v2')
  if (hasOtherSteps) stage.web.steps()
  await stage.show()
  await stage.advance(2_000)
  await stage.abort()
  await stage.advance(MINUTE)
  return stage
}

it.each([
  ['what renders', {}],
  ['files', { wrap: byFiles }],
])('a template that failed before, and begins with other steps, began with the sync that brought those, by %s', async (_, options) => {
  await using stage = await broughtAgain(options, true)
  const open = stage.reverts().filter(({ state }) => state === 'open')
  expect(open.map(({ culprits }) => culprits.map(({ subject }) => subject))).toEqual([['web v2', 'gentler steps']])
})

it.each([
  ['what renders', {}],
  ['files', { wrap: byFiles }],
])('a template began with no later sync where it began with the steps of before, by %s', async (_, options) => {
  await using stage = await broughtAgain(options, false)
  expect(stage.pulls()).toEqual([])
})

it.each([
  ['is part of N+1 where N+1 was made after it', 4_000, [['web v2', 'gentler steps']]],
  ['is a later commit where N+1 may have been made before', 0, []],
])('a sync of other steps, before the controller takes any up, %s', async (_, afterMs, expected) => {
  await using stage = await createRunningStage()
  stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
  await stage.show()
  await stage.advance(5_000)
  stage.app.sync(stage.commit({ [ROLLOUT]: withSteps(manifest('v2')) }, 'gentler steps'))
  await stage.advance(afterMs)
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(500)
  await stage.abort()
  await stage.advance(MINUTE)
  const open = stage.reverts().filter(({ state }) => state === 'open')
  expect(open.map(({ culprits }) => culprits.map(({ subject }) => subject))).toEqual(expected)
})

it('other steps that a running sync has not applied yet began nothing: what fails meanwhile is refused until it has', async () => {
  await using stage = await createRunningStage({ policy: { mode: 'notify' } })
  stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(5_000)
  await stage.abort()
  await stage.advance(MINUTE)
  stage.policy = { mode: 'pr' }
  stage.app.sync(stage.commit({ [ROLLOUT]: withSteps(manifest('v2')) }, 'gentler steps'))
  stage.web.steps()
  const gentlest = stage.commit({ [ROLLOUT]: withSteps(manifest('v2'), 5) }, 'gentlest steps')
  stage.app.change({ rollouts: [] })
  stage.app.begin(gentlest)
  stage.app.change({ rollouts: [stage.web] })
  await stage.show()
  await stage.advance(5_000)
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
  stage.app.sync(gentlest)
  stage.web.steps()
  await stage.show()
  await stage.advance(5_000)
  await stage.abort()
  await stage.advance(MINUTE)
  const open = stage.reverts().filter(({ state }) => state === 'open')
  expect(open.map(({ culprits }) => culprits.map(({ subject }) => subject))).toEqual([['web v2', 'gentler steps', 'gentlest steps']])
})
