import { expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { BOT, createReverted, shown } from './quarantine-stage.ts'

it('a commit that brings a version back while nobody looks, or whose leader dies before it is written down, is red at once', async () => {
  await using stage = await createReverted()
  const commit = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2', BOT)
  await stage.advance(20_000)
  expect(shown(stage)).toEqual([])
  await stage.restart()
  await stage.advance(5_000)
  expect(shown(stage)).toEqual([[commit, 'failure']])
})
