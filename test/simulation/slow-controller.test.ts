import { expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** v2 is synced with another commit after it that changes nothing about it; the controller makes it after so long. */
async function released(afterMs: number): Promise<RunningStage> {
  const stage = await createRunningStage()
  stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
  await stage.advance(5_000)
  stage.app.sync(stage.commit({ 'apps/web/config.yaml': 'kind: ConfigMap\n' }, 'config'))
  await stage.advance(afterMs)
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  await stage.advance(MINUTE)
  return stage
}

it.each([1_000, 10_000])('what came along in the sync of N+1 goes back with it, though the controller made it %i ms later', async (ms) => {
  await using stage = await released(ms)
  expect(stage.reverts()[0]?.culprits.map(({ subject }) => subject)).toEqual(['web v2', 'config'])
})
