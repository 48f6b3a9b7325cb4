import { expect, test } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { RenderQuestion } from '../../../../src/ports/renderer.ts'
import { createOrigin } from '../../../contract/git/origin.ts'
import { application, rollout } from '../../../contract/renderer.ts'
import { openApiWorld } from './api-world.ts'

function question(revision: string): RenderQuestion {
  const snapshot = readApplication('hub', application()) as ApplicationSnapshot
  return { application: snapshot, revisions: [revision], rollout: { namespace: 'shop', name: 'web' } }
}

test('a refusal of an Application that was rendered before is a right that was lost, and no word on what may be got', async () => {
  await using origin = await createOrigin()
  const sha = origin.commit({ 'web/rollout.yaml': rollout('web:1') })
  const next = origin.commit({ 'web/rollout.yaml': rollout('web:2') })
  const is = { allowed: true }
  await using world = await openApiWorld(origin, () => is.allowed)
  world.apply(application())
  expect(await world.renderer.render(question(sha))).toMatchObject({ result: 'rendered' })
  is.allowed = false
  expect(await world.renderer.render(question(next))).toMatchObject({ why: 'locked-out' })
  is.allowed = true
  expect(await world.renderer.render(question(next))).toMatchObject({ result: 'rendered' })
})
