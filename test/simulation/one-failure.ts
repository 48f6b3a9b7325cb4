import { expect } from 'vitest'
import type { RunningStage } from './stage.ts'

/** v2 is released and aborted: one PR, one card. */
export async function failed(stage: RunningStage): Promise<void> {
  await stage.release('v2')
  await stage.abort()
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.cards()).toHaveLength(1)
}

/** A person merges PR `number`, Argo CD syncs it, N is wanted again and Healthy at once. */
export async function restore(stage: RunningStage, number: number): Promise<void> {
  const merged = stage.merge(number)
  await stage.pushed()
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(60_000)
}
