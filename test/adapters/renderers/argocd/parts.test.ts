import { expect, it } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import type { RenderedParts } from '../../../../src/domain/application/rendered-parts.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { createOrigin } from '../../../contract/git/origin.ts'
import { application, rollout } from '../../../contract/renderer.ts'
import { openApiWorld } from './api-world.ts'

const config = (value: string): string => `kind: ConfigMap\napiVersion: v1\nmetadata: {name: web}\ndata: {a: ${value}}\n`

async function partsOf(...states: readonly Record<string, string>[]): Promise<readonly (RenderedParts | undefined)[]> {
  await using origin = await createOrigin()
  await using world = await openApiWorld(origin)
  const object = application()
  world.apply(object)
  const asked = { application: readApplication('hub', object) as ApplicationSnapshot, rollout: { namespace: 'shop', name: 'web' } }
  const parts: (RenderedParts | undefined)[] = []
  for (const files of states) {
    const rendering = await world.renderer.render({ ...asked, revisions: [origin.commit(files)] })
    parts.push(rendering.result === 'rendered' ? rendering.rollout.parts : undefined)
  }
  return parts
}

const WEB = { 'web/web.yaml': rollout('web:1'), 'web/worker.yaml': rollout('worker:1', { name: 'worker' }), 'web/config.yaml': config('1') }

it('what a commit changes is told of each Rollout, and of all else', async () => {
  const [first, worker, other] = await partsOf(
    WEB,
    { 'web/worker.yaml': rollout('worker:2', { name: 'worker' }) },
    { 'web/config.yaml': config('2') },
  )
  expect([...(first?.rollouts.keys() ?? [])].toSorted()).toEqual(['shop/web', 'shop/worker'])
  expect(worker?.rollouts.get('shop/web')).toBe(first?.rollouts.get('shop/web'))
  expect(worker?.rollouts.get('shop/worker')).not.toBe(first?.rollouts.get('shop/worker'))
  expect(worker?.rest).toBe(first?.rest)
  expect(other?.rest).not.toBe(first?.rest)
  expect(other?.rollouts).toEqual(worker?.rollouts)
})

it('nothing is told where values of a Secret are hidden', async () => {
  const secret = 'kind: Secret\napiVersion: v1\nmetadata: {name: web}\ndata: {key: "++++++++"}\n'
  expect(await partsOf({ ...WEB, 'web/secret.yaml': secret })).toEqual([undefined])
})

it('all that an Application renders is told object by object, but for how many pods it has', async () => {
  await using origin = await createOrigin()
  await using world = await openApiWorld(origin)
  const object = application()
  world.apply(object)
  const digestAt = async (files: Record<string, string>): Promise<ReadonlyMap<string, string> | undefined> => {
    const revisions = [origin.commit(files)]
    const digest = await world.renderer.digest({ application: readApplication('hub', object) as ApplicationSnapshot, revisions })
    return digest.result === 'rendered' ? digest.objects : undefined
  }
  const [first, scaled] = [await digestAt(WEB), await digestAt({ 'web/web.yaml': rollout('web:1').replace('replicas: 4', 'replicas: 9') })]
  expect(first?.size).toBe(3)
  expect(scaled).toEqual(first)
  const other = await digestAt({ 'web/config.yaml': config('2') })
  const differing = [...(first ?? [])].filter(([id, hash]) => other?.get(id) !== hash)
  expect(differing.map(([id]) => id)).toEqual([expect.stringContaining('ConfigMap')])
})
