import { expect, it } from 'vitest'
import { createDoraReader } from '../../src/http/views/dora.ts'
import { createRunningStage, type RunningStage } from './stage.ts'
import { MINUTE, settle } from './transition-stories.ts'

const read = (stage: RunningStage) => createDoraReader({ ledger: stage.ledger, store: stage.ledgerStore, clock: stage.clock })({})

it('the cluster is safe when it was seen to be, and Git is honest when the revert was merged, by the clock beside', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  const failedAt = stage.clock.now()
  stage.web.abort()
  await stage.show()
  await stage.advance(2_000)
  const safeAt = stage.clock.now()
  const [attempt] = stage.failed()[0]?.attempts ?? []
  expect(attempt?.safeAt).toBeGreaterThanOrEqual(failedAt)
  expect(attempt?.safeAt).toBeLessThanOrEqual(safeAt)
  expect(await read(stage)).toMatchObject({ clusterSafe: { measured: 1, open: 0 }, gitHonest: { measured: 0, open: 1 } })
  await stage.advance(30 * MINUTE)
  const merged = stage.merge(1)
  const mergedAt = stage.clock.now()
  await stage.pushed()
  await stage.advance(5 * MINUTE)
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await settle(stage)
  const { gitHonest, clusterSafe } = await read(stage)
  expect(gitHonest).toMatchObject({ measured: 1, open: 0 })
  expect(gitHonest.median).toBeGreaterThanOrEqual(mergedAt - failedAt - 1_000)
  expect(gitHonest.median).toBeLessThanOrEqual(mergedAt - failedAt + 2_000)
  expect(clusterSafe.median).toBeLessThanOrEqual(safeAt - failedAt + 1_000)
})

it('a promotion has a lead time from its commit, once Git has told of it', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  stage.web.healthy('v2')
  await settle(stage)
  const { leadTime, promoted, complete } = await read(stage)
  const [release] = stage.releases()
  expect({ promoted, complete, measured: leadTime.measured }).toEqual({ promoted: 1, complete: true, measured: 1 })
  expect(leadTime.median).toBe(Math.max(0, (release?.endedAt ?? 0) - (release?.committedAt ?? 0)))
  expect(release?.committedAt).toBe(Number(stage.origin.git(['log', '-1', '--format=%ct', 'refs/heads/main'])) * 1_000)
})
