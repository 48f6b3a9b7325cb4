import { readLiveTemplate } from '../../src/adapters/kubernetes/snapshots/live-template.ts'
import { createViewStore, type ViewStore } from '../../src/adapters/kubernetes/store.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import type { Raw } from './objects.ts'
import type { StagedRollout } from './rollout.ts'

/** One cluster, and what Kedge can see of it. */
export interface StagedCluster {
  /** As the configuration calls it. */
  name: string
  /** As Argo CD calls it. */
  readonly destination: string
  readonly rollouts: StagedRollout[]
  /** What else is there. */
  readonly besides: { objects(): Raw[] }[]
  /** What the view is kept in; a new one for each start of Kedge. */
  store: ViewStore
  fresh: boolean
  /** The account may list nothing else there. */
  onlyApplications: boolean
  view(): ClusterView
}

/** See {@link StagedCluster}. Its view is fresh until it is made blind. */
export function stageCluster(name: string, clock: Pick<Clock, 'now'>): StagedCluster {
  const cluster: StagedCluster = {
    name,
    destination: name,
    rollouts: [],
    besides: [],
    store: createViewStore(name),
    fresh: true,
    onlyApplications: false,
    view() {
      const { store } = cluster
      const since = clock.now()
      const freshness: ClusterView['freshness'] = (question) => {
        const isRefused = cluster.onlyApplications && question !== 'applications'
        const refused = isRefused ? [{ kind: 'Rollout', reason: 'forbidden', since, neverGranted: true as const }] : []
        const blind = cluster.fresh ? refused : [{ kind: 'Rollout', reason: 'the watch is broken', since: clock.now() }]
        return { fresh: blind.length === 0, asOf: clock.now(), blind }
      }
      return {
        ...store,
        freshness,
        reread: async (namespace, rollout) => store.rollout(namespace, rollout),
        rereadApplication: async (namespace, application) => store.application(namespace, application),
        rereadExperiment: async (namespace, name) => store.standaloneExperiment(namespace, name),
        async template({ uid }) {
          const objects = cluster.rollouts.flatMap((rollout) => rollout.objects())
          return objects.map((object) => readLiveTemplate(object, uid)).find((template) => template !== undefined)
        },
      }
    },
  }
  return cluster
}
