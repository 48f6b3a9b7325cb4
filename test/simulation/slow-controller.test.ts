import { expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** v2 is synced with another commit after it that changes nothing about it; the controller makes it after so long. */
async function overtaken(afterMs: number, isFirstSynced: boolean): Promise<RunningStage> {
  const stage = await createRunningStage()
  const first = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
  if (isFirstSynced) stage.app.begin(first)
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

it('what a sync that failed may have brought is put down to no later commit, where the controller was slow to make it', async () => {
  await using stage = await overtaken(5_000, true)
  expect(stage.pulls()).toEqual([])
  const checks = stage.failed()[0]?.decision?.checks ?? []
  expect(checks.find(({ outcome }) => outcome === 'failed')?.detail).toMatch(
    /^which of the commits .* began N\+1 is not known: the controller/,
  )
})

it('what came along in the sync of N+1 goes back with it, where the controller made it at once', async () => {
  await using stage = await overtaken(1_000, false)
  expect(stage.reverts()[0]?.culprits.map(({ subject }) => subject)).toEqual(['web v2', 'config'])
})
