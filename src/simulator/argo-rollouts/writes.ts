import type { Clock } from '../clock.ts'
import type { ObjectRef } from '../kubernetes/object.ts'
import type { ObjectStore } from '../kubernetes/store.ts'
import { newAnalysisRun } from './analysis-runs.ts'
import { CONDITIONS, setCondition } from './conditions.ts'
import type { Plan, View } from './plan.ts'
import { renumber, revisionOf } from './replica-sets.ts'
import { REVISION_ANNOTATION, type ReplicaSet, type Rollout, type RolloutStatus } from './types.ts'

/** Everything that the controller writes. */
export function createWrites(store: ObjectStore, clock: Clock) {
  /** A new template: ReplicaSet, revision and condition are written now, everything else with the next reconcile. */
  function first(rollout: Rollout, ref: ObjectRef, set: ReplicaSet): undefined {
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

  return { first, renumbered, carryOut, status: writeStatus }
}
