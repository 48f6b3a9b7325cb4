import { expect, it } from 'vitest'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage, createStage, type RunningStage, type Stage } from './stage.ts'

const MINUTE = 60_000
const ROLLOUT = 'apps/web/rollout.yaml'

/** A version of which Kedge sees the release, and which makes it. */
async function runs(stage: RunningStage, tag: string): Promise<void> {
  stage.web.canary(tag)
  await stage.show()
  await stage.advance(5_000)
  stage.web.healthy(tag)
  await stage.show()
  await stage.advance(MINUTE)
}

/** The sync of a commit while the Rollouts controller is away. */
async function neverTakenUp(stage: RunningStage, tag: string): Promise<void> {
  stage.app.sync(stage.commit({ [ROLLOUT]: manifest(tag) }, `web ${tag}`))
  await stage.show()
  await stage.advance(9_000)
}

const culprits = (stage: RunningStage): unknown =>
  stage
    .reverts()
    .find(({ state }) => state === 'open')
    ?.culprits.map(({ subject }) => subject)

function refused(stage: Stage): string | undefined {
  const [newest] = stage.failed().toSorted((a, b) => b.rolloutRevision - a.rolloutRevision)
  return newest?.decision?.checks.find(({ outcome }) => outcome === 'failed')?.detail
}

it('N came back by Git where its own release began with what renders it, though something was passed by since', async () => {
  await using stage = await createRunningStage()
  for (const [tag, message] of [
    ['v2', 'web v2'],
    ['v1', 'calmer'],
    ['v2', 'web v2 after all'],
  ] as const) {
    stage.app.sync(stage.commit({ [ROLLOUT]: manifest(tag) }, message))
    await runs(stage, tag)
  }
  await neverTakenUp(stage, 'v3')
  await stage.release('v4')
  await stage.abort()
  expect(culprits(stage)).toEqual(['web v3', 'web v4'])
})

it('N came back by hand where Git asked for something else by then', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await runs(stage, 'v2')
  await neverTakenUp(stage, 'v3')
  await runs(stage, 'v1')
  await runs(stage, 'v2')
  await stage.release('v4')
  await stage.abort()
  expect(stage.pulls()).toEqual([])
  expect(refused(stage)).toMatch(/^the version before was brought back by hand/)
})

it.each([
  ['what renders', {}, /^the version before was brought back by hand/],
  ['files', { wrap: byFiles }, /^the commit that made the version before is not known/],
])(
  'N came back by hand from what was made by hand, and Git may ask for something newer that is not synced, by %s',
  async (_, options, why) => {
    await using stage = await createRunningStage(options)
    await runs(stage, 'by-hand')
    stage.app.change({ drifted: true })
    stage.app.compare(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
    await runs(stage, 'v1')
    stage.app.change({ drifted: false })
    await stage.release('v3')
    await stage.abort()
    expect(stage.pulls()).toEqual([])
    expect(refused(stage)).toMatch(why)
  },
)

it.each([
  ['what renders', {}, /^the version before was brought back by hand/],
  ['files', { wrap: byFiles }, /^the commit that made the version before is not known/],
])('N came back by hand where what ran in between had failed over another version than N, by %s', async (_, options, why) => {
  await using stage = await createRunningStage(options)
  await stage.release('v2')
  await stage.abort({ why: 'human' })
  await stage.release('v3')
  await stage.abort()
  const before = stage.pulls().length
  await runs(stage, 'v2')
  await stage.release('v4')
  await stage.abort()
  expect(stage.pulls()).toHaveLength(before)
  expect(refused(stage)).toMatch(why)
})

it.each([
  ['what renders', {}, /^the version before was brought back by hand/],
  ['files', { renderer: 'none' }, /^the commit that made the version before is not known/],
] as const)('N that was undone and brought back before Kedge began is not known to be as Git asks, by %s', async (_, options, why) => {
  await using stage = await createStage(options)
  const [web, app] = [stage.addRollout(), stage.addApplication()]
  const sync = async (tag: string): Promise<void> => {
    app.sync(stage.commit({ [ROLLOUT]: manifest(tag) }, `web ${tag}`))
    web.healthy(tag)
    await stage.advance(MINUTE)
  }
  await sync('v1')
  await sync('v2')
  web.healthy('v1')
  // Automated sync is off, and Git asks for v3 when somebody goes back to v2.
  app.compare(stage.commit({ [ROLLOUT]: manifest('v3') }, 'web v3'))
  app.change({ drifted: true })
  web.healthy('v2')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ [ROLLOUT]: manifest('v4') }, 'web v4'))
  web.canary('v4')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.pulls()).toEqual([])
  expect(refused(stage)).toMatch(why)
})

it('N came back by Git where that was before anything else was synced', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await runs(stage, 'v2')
  await runs(stage, 'v1')
  await runs(stage, 'v2')
  await neverTakenUp(stage, 'v3')
  await stage.release('v4')
  await stage.abort()
  expect(culprits(stage)).toEqual(['web v3', 'web v4'])
})

it('N that failed releases were told of before is the same for the next over the same stay', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await runs(stage, 'v2')
  // Undone and healed within a moment: nobody has seen N come back.
  stage.web.healthy('v1')
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  await stage.release('v3')
  await stage.abort()
  expect(culprits(stage)).toEqual(['web v3'])
  await stage.release('v4')
  await stage.abort()
  expect(culprits(stage)).toEqual(['web v3', 'web v4'])
})

it('N that was brought back by hand from what fails again stays so for the next release', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await runs(stage, 'v2')
  await runs(stage, 'v1')
  stage.app.sync(stage.commit({ 'other/readme': 'y\n' }, 'of another team'))
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(5_000)
  await stage.release('v3')
  await stage.abort()
  expect(stage.pulls()).toEqual([])
  expect(refused(stage)).toMatch(/^the version before was brought back by hand/)
})

it('a rollback in Argo CD that left this Rollout as it was says nothing of N', async () => {
  await using stage = await createRunningStage()
  stage.app.sync(stage.commit({ 'apps/web/worker.yaml': 'kind: ConfigMap\n' }, 'worker'))
  await stage.show()
  await stage.advance(MINUTE)
  stage.app.sync(stage.good)
  await stage.show()
  await stage.advance(MINUTE)
  await stage.release('v2')
  await stage.abort()
  expect(culprits(stage)).toEqual(['web v2'])
})

it('a rollback in Argo CD that brought N back is refused by name', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await runs(stage, 'v2')
  stage.app.sync(stage.good)
  await runs(stage, 'v1')
  await stage.release('v3')
  await stage.abort()
  expect(stage.pulls()).toEqual([])
  expect(refused(stage)).toMatch(/^the version before was brought back by a rollback in Argo CD/)
})

it('N that was by hand when something failed over it is by hand still when it is back from that', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await runs(stage, 'v2')
  await neverTakenUp(stage, 'v3')
  await runs(stage, 'v1')
  await runs(stage, 'v2')
  await stage.release('v4')
  await stage.abort()
  await runs(stage, 'v2')
  await stage.release('v5')
  await stage.abort()
  expect(stage.pulls()).toEqual([])
  expect(refused(stage)).toMatch(/^the version before was brought back by hand/)
})
