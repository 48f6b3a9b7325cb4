import { readApplication } from '../../src/adapters/kubernetes/snapshots/application.ts'
import { readLiveTemplate } from '../../src/adapters/kubernetes/snapshots/live-template.ts'
import { readRollout } from '../../src/adapters/kubernetes/snapshots/rollout.ts'
import { createViewStore, type ViewStore } from '../../src/adapters/kubernetes/store.ts'
import type { WatchedKind } from '../../src/adapters/kubernetes/tables.ts'
import { KedgeError } from '../../src/domain/errors.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import { accountIn, kindsFor } from './account.ts'
import { KINDS, type Kind } from './world/watches.ts'
import type { World, WorldCluster } from './world/world.ts'

/** What Kedge is shown of a world's clusters, each by the account that it has there. */
export interface Views {
  /** A cluster as the configuration calls it, with all that is there; hears of what happens from now on. */
  attach(cluster: string, name: string): void
  /** None hears of anything any more. */
  detach(): void
  /** @throws Error none is called so */
  view(name: string): ClusterView
  /** What was asked of a cluster that the account may not read there. */
  readonly refused: readonly string[]
}

/** See {@link Views}. */
export function createViews(world: World): Views {
  const attached = new Map<string, { cluster: WorldCluster; store: ViewStore }>()
  const refused: string[] = []
  return {
    refused,
    attach(called, name) {
      const cluster = world.clusters.find((one) => one.name === called)
      if (!cluster) throw new Error(`no cluster ${called}`)
      const store = createViewStore(name)
      attached.set(name, { cluster, store })
      const account = accountIn(world.setup, called)
      const list = (kind: Kind): void => {
        if (account.includes(kind)) store.replaceAll(kind, cluster.objects(kind))
      }
      for (const kind of KINDS) list(kind)
      cluster.watches.listener = {
        hear: ({ type, object }) => {
          if (account.includes(object['kind'] as Kind)) store.apply(type, object)
        },
        list,
      }
    },
    detach() {
      attached.clear()
      for (const cluster of world.clusters) cluster.watches.listener = undefined
    },
    view(name) {
      const found = attached.get(name)
      if (!found) throw new Error(`no cluster is called ${name}`)
      return viewOf(world, found, refused)
    },
  }
}

function viewOf({ clock, setup }: World, { cluster, store }: { cluster: WorldCluster; store: ViewStore }, refused: string[]): ClusterView {
  const account = accountIn(setup, cluster.name)
  const isAway = (): boolean => cluster.aways.some(({ from, until }) => from <= clock.now() && clock.now() < until)
  const ask = <T>(kind: WatchedKind, answer: () => T): T => {
    if (isAway()) throw new KedgeError('E_CLUSTER_UNREACHABLE', `cluster ${cluster.name} cannot be asked`)
    if (account.includes(kind)) return answer()
    refused.push(`${kind} of ${cluster.name}`)
    throw new KedgeError('E_CLUSTER_FORBIDDEN', `the account may not get a ${kind} of ${cluster.name}`)
  }
  return {
    ...store,
    freshness(question) {
      const since = clock.now()
      const hidden = kindsFor(question, cluster.name === setup.clusters[0]).filter((kind) => !account.includes(kind))
      const forbidden = hidden.map((kind) => ({ kind, reason: 'forbidden', since, neverGranted: true as const }))
      const blind = isAway() ? [{ kind: 'Rollout', reason: 'cannot be seen', since }] : forbidden
      return { fresh: blind.length === 0, asOf: since, blind }
    },
    // Past the watch: what is there now, however late the watch is.
    reread: async (namespace, name) =>
      ask('Rollout', () => {
        const rollout = cluster.rollouts.find(({ owner }) => owner.namespace === namespace && owner.name === name)
        return readRollout(store.cluster, rollout?.objects('Rollout').at(-1))
      }),
    rereadApplication: async (namespace, name) =>
      ask('Application', () => {
        const live = cluster.objects('Application').map((object) => readApplication(store.cluster, object))
        return live.find((one) => one?.namespace === namespace && one.name === name)
      }),
    // None of these histories has one of its own.
    rereadExperiment: async () => ask('Experiment', () => undefined),
    template: async ({ uid }) =>
      ask('ReplicaSet', () =>
        cluster.rollouts
          .filter(({ owner }) => uid.startsWith(`${owner.uid}-`))
          .flatMap((rollout) => rollout.objects('ReplicaSet'))
          .map((object) => readLiveTemplate(object, uid))
          .find((template) => template !== undefined),
      ),
  }
}
