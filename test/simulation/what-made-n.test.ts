import { expect, it } from 'vitest'
import { createRunningStage, type RunningStage } from './stage.ts'

const BOT = { author: 'argocd-image-updater <noreply@argoproj.io>' }

/** v2 fails, its revert is merged; how Argo CD tells of the sync is the test's. */
async function mergedRevert(stage: RunningStage): Promise<{ bad: string; merged: string }> {
  const bad = await stage.release('v2')
  await stage.abort()
  const merged = stage.merge(1)
  await stage.pushed()
  return { bad, merged }
}

it("while Argo CD has not named the sync that brought N back, the failed version's sync is not remembered as that of N", async () => {
  await using stage = await createRunningStage()
  const { bad } = await mergedRevert(stage)
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(10_000)
  const v3 = await stage.release('v3')
  await stage.abort()
  const [newest] = stage.failed()
  expect(newest).toMatchObject({ revision: v3 })
  expect(newest?.goodRevision).not.toBe(bad)
  for (const pull of stage.pulls().slice(1)) expect(pull.body).not.toContain(`what they were at \`${bad.slice(0, 12)}\``)
})

it('the bad version that comes back before N has settled is told by its own commit', async () => {
  await using stage = await createRunningStage()
  const { merged } = await mergedRevert(stage)
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await stage.show()
  const again = await stage.release('v2', 'build: automatic update of web', BOT)
  await stage.abort()
  const [newest] = stage.failed()
  expect(newest).toMatchObject({ revision: again, recurrence: 2, decision: { action: 'notify' } })
  expect(stage.pulls()).toHaveLength(1)
})
