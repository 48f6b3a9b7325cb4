import { createViewStore, type ViewStore } from '../../src/adapters/kubernetes/store.ts'
import type { RunningView } from '../../src/service/adapters.ts'
import { stageRollout } from '../simulation/rollout.ts'

/** A view of what a store holds, without a watch: always fresh, and whoever asks once more is answered from the store. */
export function viewOf(store: ViewStore): RunningView {
  return {
    ...store,
    freshness: () => ({ fresh: true, asOf: Date.now(), blind: [] }),
    reread: async (namespace, name) => store.rollout(namespace, name),
    rereadApplication: async (namespace, name) => store.application(namespace, name),
    rereadExperiment: async (namespace, name) => store.standaloneExperiment(namespace, name),
    template: async () => undefined,
    start: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** A cluster in which a release had failed before anybody looked. */
export function brokenCluster(): RunningView {
  let version = 0
  const rollout = stageRollout({ now: () => Date.now() - 600_000, nextVersion: () => (version += 1) })
  rollout.healthy('v1')
  rollout.canary('v2')
  rollout.abort()
  const store = createViewStore('prod')
  for (const object of rollout.objects()) store.apply('ADDED', object)
  return viewOf(store)
}
