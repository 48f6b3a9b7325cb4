import { createAnalyst, newAnalysisRun, type MetricQuestion } from './argo-rollouts/analysis-runs.ts'
import { planBlueGreen } from './argo-rollouts/blue-green.ts'
import { planCanary } from './argo-rollouts/canary.ts'
import { CONDITIONS, setCondition } from './argo-rollouts/conditions.ts'
import type { MetricAnswer } from './argo-rollouts/measure.ts'
import type { Memory, Plan, View } from './argo-rollouts/plan.ts'
import { createPods } from './argo-rollouts/pods.ts'
import { newReplicaSet, ownedBy, renumber, revisionOf } from './argo-rollouts/replica-sets.ts'
import { hashTemplate } from './argo-rollouts/template-hash.ts'
import {
  HASH_LABEL,
  REVISION_ANNOTATION,
  type AnalysisRun,
  type ReplicaSet,
  type Rollout,
  type RolloutStatus,
} from './argo-rollouts/types.ts'
import { findInvalid } from './argo-rollouts/validation.ts'
import type { Clock } from './clock.ts'
import type { ObjectRef } from './kubernetes/object.ts'
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
  pods?: { startMs: number; readyMs: number }
}

/** Just enough of the Argo Rollouts controller that statuses go through the states a real one shows. */
export interface ArgoRollouts {
  stop(): void
}

/** Starts the stand-in on the objects of a store. */
export function startArgoRollouts(options: ArgoRolloutsOptions): ArgoRollouts {
  const { store, clock } = options
  const scaled = (ms: number): number => ms * (options.pace ?? 1)
  const measure = createAnalyst({
    store,
    clock,
    metric: (question) => options.metric(question),
    scaled,
    errorRetryMs: options.errorRetryMs ?? 10_000,
  })
  const tendPods = createPods(store, clock, options.pods ?? { startMs: 50, readyMs: 250 })
  const memories = new Map<string, Memory>()
  const queue = createQueue(clock, options.latencyMs ?? 10, reconcile)

  function reconcile(key: string): number | undefined {
    const [plural = '', namespace = '', name = ''] = key.split('/')
    const object = store.get({ plural, namespace, name })
    if (object === undefined) return undefined
    if (plural === 'replicasets') return tendPods(object as ReplicaSet)
    if (plural === 'analysisruns') return measure(object as AnalysisRun)
    return reconcileRollout(object as Rollout, { plural, namespace, name })
  }

  function reconcileRollout(rollout: Rollout, ref: ObjectRef): number | undefined {
    const invalid = findInvalid(store, rollout)
    if (invalid !== undefined) {
      writeStatus(ref, asInvalid(rollout, invalid, clock.now()))
      return scaled(200)
    }
    const hash = hashTemplate(rollout.spec.template)
    const sets = ownedBy<ReplicaSet>(store, 'replicasets', rollout)
    const newSet = sets.find((set) => set.metadata.labels?.[HASH_LABEL] === hash)
    const newest = Math.max(0, ...sets.map(revisionOf))
    if (newSet === undefined) return createFirst(rollout, ref, newReplicaSet(rollout, hash, newest + 1))
    const current = revisionOf(newSet) < newest ? renumbered(rollout, ref, { set: newSet, revision: newest + 1 }) : rollout
    const view = observe(current, { hash, sets, newSet })
    const plan = current.spec.strategy.blueGreen === undefined ? planCanary(view) : planBlueGreen(view)
    carryOut(plan, view, ref)
    return plan.wakeIn
  }

  /** A new template: ReplicaSet, revision and condition are written now, everything else with the next reconcile. */
  function createFirst(rollout: Rollout, ref: ObjectRef, set: ReplicaSet): undefined {
    store.apply(set)
    annotate(rollout, ref, revisionOf(set))
    const status = structuredClone(rollout.status ?? { canary: {}, blueGreen: {} })
    setCondition(status, clock.now(), CONDITIONS.created(set.metadata.name))
    writeStatus(ref, status)
  }

  function renumbered(rollout: Rollout, ref: ObjectRef, to: { set: ReplicaSet; revision: number }): Rollout {
    renumber(store, to.set, to.revision)
    to.set.metadata.annotations = { ...to.set.metadata.annotations, [REVISION_ANNOTATION]: String(to.revision) }
    return annotate(rollout, ref, to.revision)
  }

  /**
   * Writes the revision. The write fills in defaults of the spec, so it raises the generation once more, as the real
   * one does.
   */
  function annotate(rollout: Rollout, ref: ObjectRef, revision: number): Rollout {
    const spec = structuredClone(rollout.spec)
    for (const container of spec.template.spec.containers) container['resources'] ??= {}
    return store.patch(ref, { metadata: { annotations: { [REVISION_ANNOTATION]: String(revision) } }, spec }, 'main') as Rollout
  }

  function observe(rollout: Rollout, found: { hash: string; sets: ReplicaSet[]; newSet: ReplicaSet }): View {
    const { uid = '' } = rollout.metadata
    const memory = memories.get(uid) ?? {}
    memories.set(uid, memory)
    const stableSet = found.sets.find((set) => set.metadata.labels?.[HASH_LABEL] === rollout.status?.stableRS && set !== found.newSet)
    const oldSets = found.sets.filter((set) => set !== found.newSet)
    const runs = ownedBy<AnalysisRun>(store, 'analysisruns', rollout)
    return {
      rollout,
      hash: found.hash,
      newSet: found.newSet,
      stableSet,
      oldSets,
      runs,
      now: clock.now(),
      scaled,
      memory,
    }
  }

  function carryOut(plan: Plan, view: View, ref: ObjectRef): void {
    const { namespace } = ref
    for (const [name, replicas] of plan.sizes) store.patch({ plural: 'replicasets', namespace, name }, { spec: { replicas } })
    for (const name of plan.terminate) store.patch({ plural: 'analysisruns', namespace, name }, { spec: { terminate: true } })
    const run = plan.start && newAnalysisRun(store, view.rollout, view.newSet, plan.start)
    if (run !== undefined) store.apply(run)
    writeStatus(ref, plan.status)
  }

  /** Replaces the status as a whole: what a merge patch leaves out would stay. */
  function writeStatus(ref: ObjectRef, status: RolloutStatus): void {
    const object = store.get(ref)
    if (object !== undefined) store.apply({ ...object, status }, 'status')
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

function asInvalid(rollout: Rollout, message: string, now: number): RolloutStatus {
  const status = structuredClone(rollout.status ?? { canary: {}, blueGreen: {} })
  setCondition(status, now, CONDITIONS.invalid(message))
  return {
    ...status,
    phase: 'Degraded',
    message: `InvalidSpec: ${message}`,
    observedGeneration: String(rollout.metadata.generation),
  }
}
