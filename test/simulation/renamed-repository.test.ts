import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { REPO } from './application.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const NEW = 'https://git.example/shop/delivery.git'
const MINUTE = 60_000

/** A forge that is followed to the new name, and has nobody of that name before. */
function renaming(state: { isRenamed: boolean }) {
  return (environment: Environment): Environment => ({
    ...environment,
    forges: {
      forRepository(url) {
        if (!state.isRenamed && url === NEW) throw new KedgeError('E_FORGE_NOT_FOUND', 'nobody has this name')
        return environment.forges.forRepository(REPO)
      },
    },
  })
}

/** `meanwhile`: what people do with the PR before. */
async function renamed(meanwhile: (stage: RunningStage) => Promise<void> = async () => undefined): Promise<RunningStage> {
  const state = { isRenamed: false }
  const stage = await createRunningStage({ wrap: renaming(state) })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(5_000)
  expect(stage.pulls()).toMatchObject([{ number: 1, state: 'open' }])
  await meanwhile(stage)
  state.isRenamed = true
  stage.app.change({ sources: [{ repoURL: NEW, targetRevision: 'main', path: 'apps/web' }] })
  await stage.show()
  await stage.pushed()
  await stage.advance(10 * MINUTE)
  return stage
}

it('an open PR stands for the repository by its new name, too: no second one is opened, now or after a restart', async () => {
  await using stage = await renamed()
  expect(stage.pulls()).toMatchObject([{ number: 1, state: 'open', comments: [] }])
  await stage.restart()
  await stage.advance(10 * MINUTE)
  expect([stage.pulls().length, stage.branches().length, stage.reverts().length]).toEqual([1, 1, 1])
})

it('its merge is the end of it: the revert has ended as merged, the version before is back, and the branch is gone', async () => {
  await using stage = await renamed()
  const merged = stage.merge(1)
  await stage.pushed()
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(10 * MINUTE)
  expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'merged' }])
  expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
  expect([stage.pulls().length, stage.branches()]).toEqual([1, []])
})

it('what people have closed stays closed under the new name', async () => {
  await using stage = await renamed(async (before) => {
    before.forges.closeByHuman(REPO, 1)
    await before.advance(5 * MINUTE)
    expect(before.reverts()).toMatchObject([{ outcome: 'declined' }])
  })
  await stage.restart()
  await stage.advance(10 * MINUTE)
  expect([stage.pulls().length, stage.reverts().length, stage.branches()]).toEqual([1, 1, []])
})
