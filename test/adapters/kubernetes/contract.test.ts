import { resourceOf } from '../../../src/adapters/kubernetes/resources.ts'
import { createViewStore } from '../../../src/adapters/kubernetes/store.ts'
import { WATCHED_KINDS, type WatchedKind } from '../../../src/adapters/kubernetes/tables.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import { describeClusterView } from '../../contract/cluster-view.ts'
import { startWorld } from './faults/world.ts'
import { aView, until } from './harness.ts'

interface Row {
  uid: string
  resourceVersion: string
}

interface Named {
  kind: WatchedKind
  metadata: { namespace: string; name: string; uid: string; resourceVersion?: string; generation?: number }
}

describeClusterView('the view that watches an API server', async () => {
  const world = await startWorld()
  world.api.store.delete({ plural: 'rollouts', namespace: 'shop', name: 'web' })
  const view = aView(world.url, { kinds: WATCHED_KINDS })
  await view.start()
  return {
    view,
    async put(object) {
      const { metadata, ...rest } = object as Named
      const { resourceVersion: _version, generation: _generation, ...kept } = metadata
      const stored = world.api.store.apply({ ...rest, metadata: kept } as never) as unknown as Named
      await until(view, () => isIn(view, stored))
    },
    async remove(object) {
      const { kind, metadata } = object as Named
      world.api.store.delete({ plural: resourceOf(kind).resource, namespace: metadata.namespace, name: metadata.name })
      await until(view, () => view.rollout(metadata.namespace, metadata.name) === undefined)
    },
    async [Symbol.asyncDispose]() {
      await view[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
})

describeClusterView('the store under it', () => {
  const store = createViewStore('prod')
  const view: ClusterView = {
    ...store,
    freshness: () => ({ fresh: true, asOf: 1, blind: [] }),
    reread: (namespace, name) => Promise.resolve(store.rollout(namespace, name)),
    rereadApplication: (namespace, name) => Promise.resolve(store.application(namespace, name)),
    rereadExperiment: (namespace, name) => Promise.resolve(store.standaloneExperiment(namespace, name)),
    template: () => Promise.resolve(undefined),
  }
  let version = 0
  const next = (object: object): object => {
    version += 1
    return { ...object, metadata: { ...(object as Named).metadata, resourceVersion: String(version) } }
  }
  return Promise.resolve({
    view,
    put: (object) => Promise.resolve(store.apply('MODIFIED', next(object))),
    remove: (object) => Promise.resolve(store.apply('DELETED', next(object))),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  })
})

/** Whether the view holds this very version of an object. */
function isIn(view: ClusterView, { kind, metadata }: Named): boolean {
  const standalone = view.standaloneExperiments()
  const owners = [...view.rollouts(), ...standalone].map(({ uid }) => uid)
  const byKind: Partial<Record<WatchedKind, readonly Row[]>> = { Rollout: [...view.rollouts()], Application: [...view.applications()] }
  const kept = byKind[kind] ?? [
    ...standalone,
    ...owners.flatMap((uid) => [...view.replicaSets(uid), ...view.experiments(uid), ...view.analysisRuns(uid)]),
  ]
  return kept.some(({ uid, resourceVersion }) => uid === metadata.uid && resourceVersion === metadata.resourceVersion)
}
