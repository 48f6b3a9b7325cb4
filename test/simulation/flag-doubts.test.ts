import { expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { createAlertStage, type AlertStage } from './alerts-stage.ts'
import { operation } from './application-objects.ts'
import { BAKE, burn, FLAGS, flags, MINUTE, policy, running, SOURCE } from './flags-stage.ts'
import { byFiles, manifest } from './manifest.ts'

async function sync(stage: AlertStage, commit: CommitSha): Promise<void> {
  stage.app.sync(commit)
  await stage.show()
}

it('a template that was promoted while Kedge was away leaves the flag not alone, however long it was tried', async () => {
  await using stage = await running()
  await stage.stop()
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'))
  stage.web.canary('v2')
  await stage.clock.advanceTo(stage.clock.now() + 3 * BAKE, async () => undefined)
  stage.web.healthy('v2')
  await stage.start()
  await stage.advance(MINUTE)
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.attempts[0]?.burn).toMatchObject({ flags: [FLAGS], others: 1 })
})

it('a flag that a sync of a part applied long before is not that of the whole sync after it', async () => {
  await using stage = await running()
  const commit = stage.commit({ [FLAGS]: flags('on') }, 'flag on')
  stage.app.selfHeal(commit)
  await stage.show()
  await stage.advance(3 * BAKE)
  await sync(stage, commit)
  await burn(stage)
  expect(stage.pulls()).toEqual([])
})

it('a sync that failed makes no release of flags, though it reached the Rollout', async () => {
  await using stage = await running()
  const commit = stage.commit({ [FLAGS]: flags('on') }, 'flag on')
  const entry = { id: 9, revisions: [commit], at: stage.clock.now(), sources: [SOURCE] }
  stage.app.change({ syncStatus: 'OutOfSync', operation: operation(entry, { multi: false, phase: 'Failed', rollouts: [stage.web] }) })
  await stage.show()
  await burn(stage)
  expect(stage.failed()).toEqual([])
  expect(stage.pulls()).toEqual([])
})

it('a flag that was changed on is not told as restored', async () => {
  await using stage = await running({ policy: { ...policy, prCauses: [] } })
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await burn(stage)
  await sync(stage, stage.commit({ [FLAGS]: flags('more') }, 'flag more'))
  await stage.advance(MINUTE)
  await stage.resolve()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'superseded' }])
})

it('a flag that was moved to another file is not told as restored', async () => {
  await using stage = await running({ policy: { ...policy, prCauses: [] } })
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await burn(stage)
  await sync(stage, stage.commit({ [FLAGS]: null, 'apps/web/flags/moved.yaml': flags('on') }, 'move'))
  await stage.advance(MINUTE)
  await stage.resolve()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'superseded' }])
})

it('what the same commit changed outside of the Application stays', async () => {
  await using stage = await running()
  await sync(stage, stage.commit({ [FLAGS]: flags('on'), 'other/readme': 'y\n' }, 'flag on, and more'))
  await burn(stage)
  expect(stage.reverts()[0]).toMatchObject({ paths: [FLAGS] })
})

it('a PR that nobody has decided on yet, once its alert is over, keeps no later flag from being told', async () => {
  await using stage = await running()
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await burn(stage)
  await stage.resolve()
  await stage.advance(3 * BAKE)
  const later = stage.commit({ 'apps/web/flags/other.yaml': flags('on').replace('"flags"', '"other"') }, 'other flag')
  await sync(stage, later)
  await stage.advance(2 * MINUTE)
  await stage.fire({ fingerprint: 'decaf', name: 'LatencyBurn' })
  await stage.advance(MINUTE)
  expect(stage.failed().map(({ revision, outcome }) => ({ revision, outcome }))).toContainEqual({ revision: later, outcome: 'open' })
  expect(stage.failed()).toHaveLength(2)
  expect(stage.pulls()).toHaveLength(1)
})

it('while a flag burns, another alert begins no second failure', async () => {
  await using stage = await running()
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await burn(stage)
  await stage.fire({ fingerprint: 'decaf', name: 'LatencyBurn' })
  await stage.advance(3 * BAKE)
  await sync(stage, stage.commit({ 'apps/web/flags/other.yaml': flags('on').replace('"flags"', '"other"') }, 'other flag'))
  await stage.advance(2 * MINUTE)
  await stage.fire({ fingerprint: 'cocoa', name: 'ErrorsBurn' })
  await stage.advance(MINUTE)
  expect(stage.failed()).toHaveLength(1)
})

it('who shortens the window of an alert does not shorten that of what else it may be about', async () => {
  await using stage = await running()
  await stage.release('v2')
  await stage.promote('v2')
  await stage.advance(5 * MINUTE)
  stage.policy = { ...policy, bakeMs: MINUTE, ruledBakeMs: BAKE }
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await stage.advance(30_000)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.failed()[0]?.attempts[0]?.burn).toMatchObject({ flags: [FLAGS], others: 1 })
  expect(stage.pulls()).toEqual([])
})

it('who shortens the window does not make another sync of it be overlooked', async () => {
  await using stage = await running()
  await sync(stage, stage.commit({ [FLAGS]: flags('half') }, 'flag half'))
  stage.policy = { ...policy, bakeMs: MINUTE, ruledBakeMs: BAKE }
  await stage.advance(5 * MINUTE)
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await stage.advance(30_000)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.failed()[0]?.attempts[0]?.burn?.flags).toEqual([FLAGS])
  expect(stage.pulls()).toEqual([])
})

it.each([
  ['by rendering', 'renders something else than N+1 runs'],
  ['by files', 'is among the flags, and holds a Rollout'],
])('a template that lies among the flags is none, though the controller is late (%s)', async (how, why) => {
  await using stage = await running({ policy: { ...policy, flags: ['apps/web/**'] }, ...(how === 'by files' && { wrap: byFiles }) })
  await sync(stage, stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'))
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain(why)
})

it('values among the flags are taken back where they are rendered alone', async () => {
  await using stage = await running({ policy: { ...policy, flags: ['apps/web/values.yaml'] }, wrap: byFiles })
  await sync(stage, stage.commit({ 'apps/web/values.yaml': flags('on').replace('"flags"', '"values"') }, 'values'))
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('what it changes is not known where nothing is rendered')
})

it('of a hydrated Application the flags are back with their dry files, and not with any other sync', async () => {
  await using stage = await createAlertStage({ policy: { ...policy, prCauses: [], flags: ['dry/web/flags.yaml'] } })
  const drySource = { repoURL: SOURCE.repoURL, targetRevision: 'main', path: 'dry/web' }
  stage.app.change({ sources: [], hydrator: { drySource, syncSource: { targetBranch: 'env/prod', path: 'web' } } })
  const hydrate = (files: Record<string, string>): CommitSha => {
    const drySha = stage.commit(files, Object.keys(files).join())
    return stage.commit({ 'web/hydrator.metadata': JSON.stringify({ drySha }) }, 'hydrated', { branch: 'env/prod' })
  }
  await sync(stage, hydrate({ 'dry/web/rollout.yaml': manifest('v1'), 'dry/web/flags.yaml': flags('off') }))
  await stage.advance(2 * BAKE + MINUTE)
  await sync(stage, hydrate({ 'dry/web/flags.yaml': flags('on') }))
  await burn(stage)
  expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
  await sync(stage, hydrate({ 'dry/web/other.yaml': flags('on').replace('"flags"', '"other"') }))
  await stage.advance(MINUTE)
  await stage.resolve()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
  await sync(stage, hydrate({ 'dry/web/flags.yaml': flags('off') }))
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
})
