import { expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { createAlertStage, PR_BY_BURN, type AlertStage } from './alerts-stage.ts'
import { manifest } from './manifest.ts'

const MINUTE = 60_000
const BAKE = 10 * MINUTE

const FLAGS = 'apps/web/flags.yaml'

const flags = (level: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flags' }, data: { level } })

const byBurn = { policy: { prCauses: PR_BY_BURN, bakeMs: BAKE } }

/** A commit that changes the flag, and the sync that applies it. */
async function flag(stage: AlertStage, level: string): Promise<CommitSha> {
  const commit = stage.commit({ [FLAGS]: flags(level) }, `flag ${level}`)
  stage.app.sync(commit)
  await stage.show()
  return commit
}

async function burn(stage: AlertStage): Promise<void> {
  await stage.fire()
  await stage.advance(MINUTE)
}

async function promote(stage: AlertStage, tag: string): Promise<void> {
  await stage.release(tag)
  await stage.promote(tag)
}

it('a flag that was applied shortly before the promotion leaves nobody to blame: people are told of both', async () => {
  await using stage = await createAlertStage(byBurn)
  await flag(stage, 'on')
  await stage.advance(5 * MINUTE)
  await promote(stage, 'v2')
  await stage.advance(2 * MINUTE)
  await burn(stage)
  expect(stage.failed()).toMatchObject([{ cause: 'slo-burn', outcome: 'open' }])
  expect(stage.pulls()).toEqual([])
  const outcome = stage.cards()[0]?.card.outcome
  expect(outcome).toContain('“web v2”')
  expect(outcome).toContain('“flag on” was applied')
})

it('a flag that was applied between the promotion and the alert is named, too', async () => {
  await using stage = await createAlertStage(byBurn)
  await promote(stage, 'v2')
  await stage.advance(2 * MINUTE)
  await flag(stage, 'on')
  await stage.advance(2 * MINUTE)
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toMatch(/besides N\+1 .*“web v2”.*, .*“flag on” was applied/)
})

it('a flag that came in the sync of the release goes back with it', async () => {
  await using stage = await createAlertStage(byBurn)
  stage.commit({ [FLAGS]: flags('on') }, 'flag on')
  await promote(stage, 'v2')
  await stage.advance(2 * MINUTE)
  await burn(stage)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.reverts()[0]).toMatchObject({ paths: [FLAGS, 'apps/web/rollout.yaml'] })
})

it('a flag that is older than twice the window is not asked about', async () => {
  await using stage = await createAlertStage(byBurn)
  await flag(stage, 'on')
  await stage.advance(2 * BAKE + MINUTE)
  await promote(stage, 'v2')
  await stage.advance(2 * MINUTE)
  await burn(stage)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.reverts()[0]).toMatchObject({ paths: ['apps/web/rollout.yaml'] })
})

it("a sync of another team's commit is nobody's rival", async () => {
  await using stage = await createAlertStage(byBurn)
  stage.app.sync(stage.commit({ 'other/readme': 'y\n' }, 'other'))
  await stage.show()
  await promote(stage, 'v2')
  await stage.advance(2 * MINUTE)
  stage.app.sync(stage.commit({ 'other/readme': 'z\n' }, 'another'))
  await stage.show()
  await burn(stage)
  expect(stage.pulls()).toHaveLength(1)
})

it.each(['selfHeal', 'fails'] as const)('a flag that came by a sync of a part or one that failed counts, too (%s)', async (how) => {
  await using stage = await createAlertStage(byBurn)
  const commit = stage.commit({ [FLAGS]: flags('on') }, 'flag on')
  if (how === 'selfHeal') stage.app.selfHeal(commit)
  else stage.app.begin(commit)
  await stage.show()
  await stage.advance(5 * MINUTE)
  // Its commit is in what is released now, and has been at work for longer than that.
  await promote(stage, 'v2')
  await stage.advance(2 * MINUTE)
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('“flag on” was applied')
})

it('where Argo CD does not tell of all that was applied within twice the window, none is taken back', async () => {
  await using stage = await createAlertStage(byBurn)
  // More syncs than Argo CD keeps.
  for (let left = 12; left > 0; left -= 1) stage.app.sync(stage.commit({ 'other/readme': `${left}\n` }, 'other'))
  await stage.restart()
  await promote(stage, 'v2')
  await stage.advance(2 * MINUTE)
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('Argo CD does not tell of all that was applied')
})

it('a change that was taken back again within the window is one all the same', async () => {
  await using stage = await createAlertStage(byBurn)
  await flag(stage, 'on')
  await stage.advance(MINUTE)
  stage.app.sync(stage.commit({ [FLAGS]: null, 'apps/web/rollout.yaml': manifest('v1') }, 'flag off'))
  await stage.show()
  await promote(stage, 'v2')
  await stage.advance(2 * MINUTE)
  await burn(stage)
  expect(stage.pulls()).toEqual([])
})
