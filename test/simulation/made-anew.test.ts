import { expect, it } from 'vitest'
import { fails, refusals, touch } from './failing.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const ROLLOUT = 'apps/web/rollout.yaml'

/** The Application is deleted and made anew: its sync history begins anew, too, and nobody has seen what was before. */
async function madeAnew(stage: RunningStage, options?: { loseLedger: boolean }): Promise<void> {
  stage.app.forget()
  await stage.restart(options)
}

it('a commit that was synced first after that has brought nothing that it does not change: it is no culprit', async () => {
  await using stage = await createRunningStage()
  stage.policy = { mode: 'notify' }
  await stage.release('v2')
  await stage.abort()
  await madeAnew(stage)
  stage.app.sync(touch(stage, 'analysis'))
  await stage.show()
  stage.web.canary('by-hand')
  await stage.show()
  await stage.advance(5_000)
  stage.policy = { mode: 'pr' }
  await fails(stage, 'v2')
  expect(stage.pulls()).toEqual([])
  const reason = 'P4: which of the commits that were synced began N+1 is not known: Kedge has not seen every sync since the one before.'
  expect(refusals(stage)).toEqual([reason])
})

it('a commit that may have come along with what fails does not stand in for N, and stay', async () => {
  await using stage = await createRunningStage()
  await madeAnew(stage, { loseLedger: true })
  touch(stage, 'config')
  stage.app.sync(stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2'))
  await fails(stage, 'v2')
  expect(stage.pulls()).toEqual([])
  const reason = /^P6: .* nor the sync history reaches back to its sync, and \w+ “config”, which .* along with either version\.$/
  expect(refusals(stage)).toEqual([expect.stringMatching(reason)])
})
