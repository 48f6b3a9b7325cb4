import { expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { AlertStage } from './alerts-stage.ts'
import { BAKE, burn, FLAGS, flags, MINUTE, running } from './flags-stage.ts'

const MOVED = 'apps/web/flags/moved.yaml'

/** One of its own name, so that it is another object. */
const other = (name: string): string => flags('on').replace('"flags"', JSON.stringify(name))

async function sync(stage: AlertStage, commit: CommitSha): Promise<void> {
  stage.app.sync(commit)
  await stage.show()
}

it.each([
  ['among the flags', 'apps/web/flags/new.yaml'],
  ['outside of them', 'apps/web/new.yaml'],
])('a file that is created %s and moved within one sync is the flag that it was applied as, and goes back', async (_, created) => {
  await using stage = await running()
  stage.commit({ [created]: other('new') }, 'create')
  await sync(stage, stage.commit({ [created]: null, [MOVED]: other('new') }, 'move'))
  await burn(stage)
  expect(stage.failed()[0]?.attempts[0]?.burn).toMatchObject({ flags: [MOVED] })
  expect(stage.reverts()).toMatchObject([{ paths: [MOVED] }])
  const merge = stage.merge(1)
  await sync(stage, merge)
  await stage.resolve()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
})

it('a file that is created among the flags and moved out of them is no flag', async () => {
  await using stage = await running()
  stage.commit({ [MOVED]: other('new') }, 'create')
  await sync(stage, stage.commit({ [MOVED]: null, 'apps/web/new.yaml': other('new') }, 'move'))
  await burn(stage)
  expect(stage.failed()).toEqual([])
})

it('what one sync made and took back again is no change of flags', async () => {
  await using stage = await running()
  stage.commit({ [FLAGS]: flags('on') }, 'flag on')
  await sync(stage, stage.commit({ [FLAGS]: flags('off') }, 'flag off'))
  await burn(stage)
  expect(stage.failed()).toEqual([])
})

it('of many alerts that fire, each is held against the flags, and the sixth that alone names them is told', async () => {
  await using stage = await running()
  const often = Array.from({ length: 5 }, (_, at) => ({ fingerprint: `f${at}`, name: `Often${at}` }))
  for (const one of often) await stage.fire(one)
  await stage.advance(MINUTE)
  for (const { name } of often) await stage.resolve(name)
  await stage.advance(2 * BAKE)
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await stage.advance(2 * MINUTE)
  for (const one of often) await stage.fire(one)
  await stage.advance(MINUTE)
  expect(stage.failed()).toEqual([])
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.failed()[0]?.attempts[0]?.burn).toMatchObject({ alert: 'ErrorBudgetBurn', flags: [FLAGS], past: 'clean' })
})

it('alerts that began after another sync, however many, hide none that began before it', async () => {
  await using stage = await running()
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await stage.advance(2 * MINUTE)
  const began = stage.clock.now()
  await stage.advance(MINUTE)
  await sync(stage, stage.commit({ 'apps/web/settings.yaml': '{}' }, 'settings'))
  await stage.advance(MINUTE)
  for (let at = 0; at < 6; at++) await stage.fire({ fingerprint: `f${at}`, name: `Later${at}` })
  expect(stage.failed()).toEqual([])
  await stage.fire({ beganAt: began })
  await stage.advance(MINUTE)
  expect(stage.failed()[0]?.attempts[0]?.burn).toMatchObject({ alert: 'ErrorBudgetBurn', flags: [FLAGS] })
  expect(stage.pulls()).toEqual([])
})

it('what an alert says of flags is asked anew once more is known of its past', async () => {
  await using stage = await running()
  const known = stage.alerts.pastOf
  stage.alerts.pastOf = () => ({ result: 'told', since: 0, spells: [{ from: stage.clock.now() - 2 * BAKE, to: stage.clock.now() }] })
  await sync(stage, stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await burn(stage)
  expect(stage.failed()).toEqual([])
  stage.alerts.pastOf = known
  await stage.resolve()
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ cause: 'slo-burn' }])
})
