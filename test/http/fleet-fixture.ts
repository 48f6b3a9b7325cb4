import { createMemoryLedger, type MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { ApplicationSnapshot } from '../../src/domain/application/snapshots.ts'
import type { BesideKnown } from '../../src/domain/migration/beside.ts'
import { assessServing } from '../../src/domain/rollout/serving.ts'
import type { AnalysisRunSnapshot, ReplicaSetSnapshot, RolloutSnapshot } from '../../src/domain/rollout/snapshots.ts'
import type { ReadOptions } from '../../src/http/request/options.ts'
import type { ClusterView, Freshness } from '../../src/ports/cluster-view.ts'
import type { Ledger, LedgerStore } from '../../src/ports/ledger.ts'
import { openLedger } from '../../src/reconcile/ledger/open-ledger.ts'

export const NOW = Date.parse('2026-11-23T10:00:00Z')

/** A Rollout in step, with the fields a test cares about. */
export function aRollout(fields: Partial<RolloutSnapshot> & { name: string }): RolloutSnapshot {
  return {
    cluster: 'east',
    namespace: 'shop',
    uid: `uid-${fields.name}`,
    resourceVersion: '1',
    generation: 2,
    createdAt: NOW - 9e8,
    deleting: false,
    trackingId: undefined,
    instanceLabel: undefined,
    settings: {},
    labels: {},
    strategy: 'canary',
    routed: true,
    dynamicStableScale: false,
    specReplicas: 5,
    specPaused: false,
    workloadRef: undefined,
    images: [`registry.example/${fields.name}:v1.7.3`],
    rolloutRevision: 8,
    observed: true,
    hasStatus: true,
    phase: 'Healthy',
    message: undefined,
    abort: false,
    abortedAt: undefined,
    abortedAtMs: undefined,
    currentPodHash: 'good',
    stableRS: 'good',
    currentStepHash: 'steps',
    currentStepIndex: undefined,
    stepCount: 0,
    updatedReplicas: 5,
    availableReplicas: 5,
    readyReplicas: 5,
    invalidSpec: undefined,
    progressingReason: 'NewReplicaSetAvailable',
    progressingMessage: undefined,
    pauseReasons: [],
    weights: undefined,
    activeSelector: undefined,
    previewSelector: undefined,
    health: { status: 'Healthy', message: '' },
    ...fields,
  }
}

/** The same Rollout after its canary was aborted: Git wants `bad`, the cluster serves `good`. */
export function aSplitRollout(fields: Partial<RolloutSnapshot> & { name: string }): RolloutSnapshot {
  return aRollout({
    images: [`registry.example/${fields.name}:v1.8.0`],
    currentPodHash: 'bad',
    rolloutRevision: 9,
    phase: 'Degraded',
    abort: true,
    message:
      'RolloutAborted: Rollout aborted update to revision 9: Metric "success-rate" assessed Failed due to failed (3) > failureLimit (2)',
    abortedAt: '2026-11-23T09:55:48Z',
    abortedAtMs: NOW - 252_000,
    currentStepIndex: 0,
    stepCount: 8,
    updatedReplicas: 0,
    progressingReason: 'RolloutAborted',
    weights: { canaryWeight: 0, canaryHash: 'bad', stableHash: 'good', experimentWeight: 0, verified: undefined },
    health: { status: 'Degraded', message: 'RolloutAborted: Rollout aborted update to revision 9' },
    ...fields,
  })
}

/** The ReplicaSet of one pod template of a Rollout. */
export function aReplicaSet(rollout: RolloutSnapshot, fields: Partial<ReplicaSetSnapshot>): ReplicaSetSnapshot {
  return {
    namespace: rollout.namespace,
    name: `${rollout.name}-good`,
    uid: `${rollout.uid}-good`,
    resourceVersion: '1',
    ownerUid: rollout.uid,
    podTemplateHash: 'good',
    rolloutRevision: 8,
    formerRevisions: [],
    createdAt: NOW - 9e7,
    replicas: 5,
    availableReplicas: 5,
    images: [`registry.example/${rollout.name}:v1.7.3`],
    ...fields,
  }
}

/** Everything a fixture view holds. */
export interface Objects {
  rollouts: readonly RolloutSnapshot[]
  replicaSets?: readonly ReplicaSetSnapshot[]
  analysisRuns?: readonly AnalysisRunSnapshot[]
  applications?: readonly ApplicationSnapshot[]
  freshness?: Freshness
  beside?: BesideKnown
}

/** A view over plain objects. */
export function aView(cluster: string, objects: Objects): ClusterView {
  const byName = new Map(objects.rollouts.map((rollout) => [`${rollout.namespace}/${rollout.name}`, rollout]))
  const sets = Map.groupBy(objects.replicaSets ?? [], ({ ownerUid }) => ownerUid)
  const owners = new Map<string, ApplicationSnapshot[]>()
  for (const one of objects.applications ?? []) for (const key of one.rollouts) owners.set(key, [...(owners.get(key) ?? []), one])
  const application: ClusterView['application'] = (namespace, name) =>
    (objects.applications ?? []).find((one) => one.namespace === namespace && one.name === name)
  return {
    cluster,
    freshness: () => objects.freshness ?? { fresh: true, asOf: NOW, blind: [] },
    rollouts: () => byName.values(),
    rollout: (namespace, name) => byName.get(`${namespace}/${name}`),
    replicaSets: (uid) => sets.get(uid) ?? [],
    analysisRuns: (uid) => (objects.analysisRuns ?? []).filter(({ ownerUid }) => ownerUid === uid),
    experiments: () => [],
    standaloneExperiments: () => [],
    standaloneExperiment: () => undefined,
    applications: () => objects.applications ?? [],
    application,
    applicationsOf: (namespace, name) => owners.get(`${namespace}/${name}`) ?? [],
    rereadApplication: async (namespace, name) => application(namespace, name),
    rereadExperiment: async () => undefined,
    reread: async (namespace, name) => byName.get(`${namespace}/${name}`),
    template: async () => undefined,
    ...(objects.beside && { besideKnown: () => objects.beside! }),
    subscribe: () => ({ [Symbol.dispose]: () => undefined }),
  }
}

/** A ledger and its store in one, forgotten at the end, the clock at `NOW`. */
export async function aLedger(): Promise<Ledger & MemoryLedger> {
  const store = createMemoryLedger({ clock: { now: () => NOW } })
  return { ...store, ...(await openLedger(store)) }
}

/** What the API reads, over these views. Verdicts are the domain's own; a stale view is unknown. */
export function readOptions(views: readonly ClusterView[], ledger: Ledger & LedgerStore): ReadOptions {
  return {
    views,
    ledger,
    store: ledger,
    clock: { now: () => NOW, elapsed: () => 0, after: () => ({ [Symbol.dispose]: () => undefined }) },
    verdict(ref) {
      const view = views.find(({ cluster }) => cluster === ref.cluster)
      const rollout = view?.rollout(ref.namespace, ref.name)
      if (!view?.freshness().fresh) return { serving: 'unknown', reason: 'The view of this cluster is stale.' }
      const { state, reason } = assessServing({
        rollout,
        replicaSets: view.replicaSets(rollout?.uid ?? ''),
        seenHealthy: (hash) => hash === 'good',
        failedFirst: () => false,
      })
      return { serving: state, reason }
    },
    ownersOf: ({ cluster, namespace, name }) => views.find((view) => view.cluster === cluster)?.applicationsOf(namespace, name) ?? [],
    links: {
      application: (namespace, name) => `https://argocd.example/applications/${namespace}/${name}`,
      commit: (repository, revision) => `https://${repository}/commit/${revision}`,
      more: ({ rollout }) => [{ text: 'Dashboard', url: `https://grafana.example/d/${rollout}` }],
    },
  }
}
