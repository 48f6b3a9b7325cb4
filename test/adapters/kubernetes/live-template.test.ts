import { expect, test } from 'vitest'
import { createRecordedView } from '../../../src/adapters/kubernetes/recorded-view.ts'
import { describeLiveTemplates } from '../../contract/live-templates.ts'
import { startWorld } from './faults/world.ts'
import { aView, machineClock } from './harness.ts'

const PLACE = { plural: 'replicasets', namespace: 'shop', name: 'web-1' }

describeLiveTemplates('an API server', async () => {
  const world = await startWorld()
  const view = aView(world.url)
  return {
    view,
    put: async (object) => void world.api.store.apply(object as never),
    remove: async () => void world.api.store.delete(PLACE),
    async [Symbol.asyncDispose]() {
      await view[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
})

describeLiveTemplates('a recording', async () => {
  const recorded = createRecordedView('replay', machineClock)
  let version = 0
  const versioned = (object: object): Record<string, unknown> => {
    const { metadata, ...rest } = object as { metadata: object }
    return { ...rest, metadata: { ...metadata, resourceVersion: String((version += 1)) } }
  }
  return {
    view: recorded.view,
    put: async (object) => recorded.apply({ type: 'MODIFIED', object: versioned(object) }),
    remove: async (object) => recorded.apply({ type: 'DELETED', object: versioned(object) }),
    [Symbol.asyncDispose]: async () => undefined,
  }
})

test('a template that may not be read is a fault by name', async () => {
  await using world = await startWorld()
  await using view = aView(world.url)
  world.api.faults.inject({ path: /replicasets/, fault: { kind: 'status', status: 403, body: { message: 'replicasets is forbidden' } } })
  await expect(view.template({ ...PLACE, uid: 'u-1' })).rejects.toMatchObject({ code: 'E_CLUSTER_FORBIDDEN' })
})
