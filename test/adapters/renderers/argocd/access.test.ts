import { expect, test } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { RenderQuestion } from '../../../../src/ports/renderer.ts'
import { createOrigin, type Origin } from '../../../contract/git/origin.ts'
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

/** A server with three commits, and what may be asked of it. */
async function openRights(origin: Origin) {
  const [first = '', next = '', last = ''] = ['web:1', 'web:2', 'web:3'].map((image) =>
    origin.commit({ 'web/rollout.yaml': rollout(image) }),
  )
  const is = { allowed: true }
  const world = await openApiWorld(origin, () => is.allowed)
  world.apply(application())
  const digest = async (revision: string, insistsOnAccess?: boolean): Promise<string> => {
    const { application: snapshot, revisions } = question(revision)
    const told = await world.renderer.digest({
      application: snapshot,
      revisions,
      ...(insistsOnAccess !== undefined && { insistsOnAccess }),
    })
    return told.result === 'rendered' ? told.result : told.why
  }
  return { first, next, last, is, digest, renderer: world.renderer, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

test('so is one of a digest, where who asks insists on it, and of no other', async () => {
  await using origin = await createOrigin()
  await using world = await openRights(origin)
  const { first, next, is, digest } = world
  expect(await digest(first, true)).toBe('rendered')
  is.allowed = false
  expect([await digest(first, true), await digest(next, true), await digest(next)]).toEqual(['rendered', 'locked-out', 'forbidden'])
  is.allowed = true
  expect([await digest(next, true), await digest(next)]).toEqual(['rendered', 'rendered'])
})

test('that it was rendered is known from a Rollout of it as well, and from no digest that does not insist', async () => {
  await using origin = await createOrigin()
  await using world = await openRights(origin)
  const { first, next, last, is, digest, renderer } = world
  expect(await digest(first)).toBe('rendered')
  is.allowed = false
  expect([await digest(next, true), (await renderer.render(question(next))).result]).toEqual(['forbidden', 'unknown'])
  expect(await renderer.render(question(next))).toMatchObject({ why: 'forbidden' })
  is.allowed = true
  expect(await renderer.render(question(next))).toMatchObject({ result: 'rendered' })
  is.allowed = false
  expect([await digest(last, true), await digest(last)]).toEqual(['locked-out', 'forbidden'])
})
