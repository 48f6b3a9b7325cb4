import { createAnalyst, type MetricQuestion } from './argo-rollouts/analysis-runs.ts'
import type { MetricAnswer } from './argo-rollouts/measure.ts'
import { createPods, type PodTimes } from './argo-rollouts/pods.ts'
import { createRolloutReconciler } from './argo-rollouts/rollout.ts'
import type { AnalysisRun, ReplicaSet, Rollout } from './argo-rollouts/types.ts'
import type { Clock } from './clock.ts'
import type { ObjectStore } from './kubernetes/store.ts'
import { createQueue } from './queue.ts'

export interface ArgoRolloutsOptions {
  store: ObjectStore
  clock: Clock
  /** What the metric provider says, for each measurement of an AnalysisRun. */
  metric(question: MetricQuestion): MetricAnswer
  /** How long a second of the manifests takes here; 0.5 runs pauses and intervals twice as fast. Default 1. */
  pace?: number
  /** How long the controller takes to answer a change, in milliseconds. Default 10. */
  latencyMs?: number
  /**
   * How long an AnalysisRun waits after a measurement that could not be taken, in milliseconds before `pace`. Default
   * 10,000, as in Argo.
   */
  errorRetryMs?: number
  /** How long pods take to start and to get ready. Default 50 and 250 ms. */
  pods?: PodTimes
}

/** Just enough of the Argo Rollouts controller that statuses go through the states a real one shows. */
export interface ArgoRollouts {
  stop(): void
}

/** Starts the stand-in on the objects of a store. */
export function startArgoRollouts(options: ArgoRolloutsOptions): ArgoRollouts {
  const { store, clock } = options
  const scaled = (ms: number): number => ms * (options.pace ?? 1)
  const roll = createRolloutReconciler({ store, clock, scaled })
  const measure = createAnalyst({
    store,
    clock,
    metric: (question) => options.metric(question),
    scaled,
    errorRetryMs: options.errorRetryMs ?? 10_000,
  })
  const tendPods = createPods(store, clock, options.pods ?? { startMs: 50, readyMs: 250 })
  const queue = createQueue(clock, options.latencyMs ?? 10, reconcile)

  function reconcile(key: string): number | undefined {
    const [plural = '', namespace = '', name = ''] = key.split('/')
    const object = store.get({ plural, namespace, name })
    if (object === undefined) return undefined
    if (plural === 'replicasets') return tendPods(object as ReplicaSet)
    if (plural === 'analysisruns') return measure(object as AnalysisRun)
    return roll(object as Rollout, { plural, namespace, name })
  }

  const unsubscribe = store.subscribe(({ object, resource }) => {
    const { namespace, name, ownerReferences } = object.metadata
    if (['rollouts', 'replicasets', 'analysisruns'].includes(resource.plural)) queue.add(`${resource.plural}/${namespace}/${name}`)
    const owner = ownerReferences?.find((candidate) => candidate.kind === 'Rollout')
    if (owner !== undefined) queue.add(`rollouts/${namespace}/${owner.name}`)
  })
  for (const rollout of store.list('rollouts')) queue.add(`rollouts/${rollout.metadata.namespace}/${rollout.metadata.name}`)
  return {
    stop() {
      unsubscribe()
      queue.stop()
    },
  }
}
