import { expect, it } from 'vitest'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000
const ROLLOUT = 'apps/web/rollout.yaml'

/** A sync that puts this into the cluster and fails: the history never has it. */
async function syncFails(stage: RunningStage, revision: string): Promise<void> {
  stage.app.begin(revision)
  await stage.show()
  await stage.advance(3_000)
}

async function fails(stage: RunningStage, tag: string): Promise<void> {
  stage.web.canary(tag)
  await stage.show()
  await stage.advance(5_000)
  await stage.abort()
}

const withSteps = (text: string): string => text.replace('"template"', '"strategy":{"canary":{"steps":[{"setWeight":10}]}},"template"')
const culprits = (stage: RunningStage): readonly (readonly string[])[] =>
  stage
    .reverts()
    .filter(({ state }) => state === 'open')
    .map((revert) => revert.culprits.map(({ subject }) => subject))

it.each([
  ['what renders', {}],
  ['files', { wrap: byFiles }],
])('what a sync brought that failed over another Rollout is N: it does not go back, by %s', async (_, options) => {
  await using stage = await createRunningStage(options)
  await syncFails(stage, stage.commit({ [ROLLOUT]: withSteps(manifest('v1')) }, 'other steps'))
  await syncFails(stage, stage.commit({ [ROLLOUT]: withSteps(manifest('v2')) }, 'web v2'))
  await fails(stage, 'v2')
  expect(culprits(stage)).toEqual([['web v2']])
  expect(stage.origin.git(['show', `${stage.pulls()[0]?.branch}:${ROLLOUT}`])).toBe(withSteps(manifest('v1')))
})

it.each([
  ['what renders', {}],
  ['files', { wrap: byFiles }],
])('what may be N by a sync that failed and that Kedge has not seen is refused, by %s', async (_, options) => {
  await using stage = await createRunningStage(options)
  await syncFails(stage, stage.commit({ [ROLLOUT]: withSteps(manifest('v1')) }, 'other steps'))
  await syncFails(stage, stage.commit({ [ROLLOUT]: withSteps(manifest('v2')) }, 'web v2'))
  await stage.restart()
  await fails(stage, 'v2')
  await stage.advance(MINUTE)
  expect(culprits(stage)).toEqual([])
  const reasons = stage.failed()[0]?.decision?.checks.flatMap(({ outcome, detail }) => (outcome === 'failed' ? detail : []))
  expect(reasons).toEqual([expect.stringMatching(/^the commit that made the version before is not known for certain: Kedge has not seen/)])
})

it('what a person has brought back with a revert began with that revert, though all between failed to sync', async () => {
  await using stage = await createRunningStage({ policy: { mode: 'notify' } })
  stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
  await fails(stage, 'v2')
  await syncFails(stage, stage.commit({ [ROLLOUT]: manifest('v3') }, 'web v3'))
  await fails(stage, 'v3')
  stage.policy = { mode: 'pr' }
  await syncFails(stage, stage.commit({ [ROLLOUT]: manifest('v2') }, 'Revert "web v3"'))
  await fails(stage, 'v2')
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
  const newest = stage.failed().toSorted((a, b) => b.rolloutRevision - a.rolloutRevision)[0]
  expect(newest?.decision?.reason).toMatch(/“Revert "web v3"” is itself a revert/)
})

it.each([
  ['is known by its failed sync, however slow the controller was', false, [['web v2']]],
  ['is not known where Kedge may not have seen its sync', true, []],
])('the commit that began N+1, before another was synced, %s', async (_, isAway, expected) => {
  await using stage = await createRunningStage()
  const bad = stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2')
  stage.app.begin(bad)
  if (isAway) await stage.restart()
  else await stage.show()
  await stage.advance(3_000)
  stage.app.begin(stage.commit({ 'apps/web/config.yaml': 'kind: ConfigMap\n' }, 'config'))
  if (isAway) await stage.restart()
  else await stage.show()
  await stage.advance(10_000)
  await fails(stage, 'v2')
  await stage.advance(MINUTE)
  expect(culprits(stage)).toEqual(expected)
})

it('by files, what a release by hand was taken for is no proof against a commit that leaves N as it was', async () => {
  await using stage = await createRunningStage({ wrap: byFiles })
  await stage.release('v2')
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  // Somebody sets an image while a commit is being synced, which brings N back at its end.
  const config = stage.commit({ 'apps/web/config.yaml': 'kind: ConfigMap\n' }, 'config')
  stage.app.begin(config)
  await stage.show()
  await stage.advance(1_000)
  await fails(stage, 'by-hand')
  await stage.advance(10_000)
  stage.app.sync(config)
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(15_000)
  stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v3') }, 'web v3'))
  await fails(stage, 'v3')
  await stage.advance(MINUTE)
  for (const subjects of culprits(stage)) expect(subjects).toEqual(['web v3'])
})
