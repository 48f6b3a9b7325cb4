import type { Clock } from '../clock.ts'
import type { ObjectRef } from '../kubernetes/object.ts'
import type { ObjectStore } from '../kubernetes/store.ts'
import { planBlueGreen } from './blue-green.ts'
import { planCanary } from './canary.ts'
import { CONDITIONS, setCondition } from './conditions.ts'
import type { Memory, View } from './plan.ts'
import { newReplicaSet, ownedBy, revisionOf } from './replica-sets.ts'
import { hashTemplate } from './template-hash.ts'
import { HASH_LABEL, type AnalysisRun, type ReplicaSet, type Rollout, type RolloutStatus } from './types.ts'
import { findInvalid } from './validation.ts'
import { createWrites } from './writes.ts'

export interface RolloutReconcilerOptions {
  store: ObjectStore
  clock: Clock
  scaled: (ms: number) => number
}

/** One reconcile of a Rollout: what is there, what follows, what is written. Returns milliseconds until it is due again. */
export function createRolloutReconciler({ store, clock, scaled }: RolloutReconcilerOptions) {
  const writes = createWrites(store, clock)
  const memories = new Map<string, Memory>()

  function observe(rollout: Rollout, found: { hash: string; sets: ReplicaSet[]; newSet: ReplicaSet }): View {
    const { uid = '' } = rollout.metadata
    const memory = memories.get(uid) ?? {}
    memories.set(uid, memory)
    const { hash, newSet } = found
    const oldSets = found.sets.filter((set) => set !== newSet)
    const stableSet = oldSets.find((set) => set.metadata.labels?.[HASH_LABEL] === rollout.status?.stableRS)
    const runs = ownedBy<AnalysisRun>(store, 'analysisruns', rollout)
    return { rollout, hash, newSet, stableSet, oldSets, runs, now: clock.now(), scaled, memory }
  }

  return (rollout: Rollout, ref: ObjectRef): number | undefined => {
    const invalid = findInvalid(store, rollout)
    if (invalid !== undefined) {
      writes.status(ref, asInvalid(rollout, invalid, clock.now()))
      return scaled(200)
    }
    const hash = hashTemplate(rollout.spec.template)
    const sets = ownedBy<ReplicaSet>(store, 'replicasets', rollout)
    const newSet = sets.find((set) => set.metadata.labels?.[HASH_LABEL] === hash)
    const newest = Math.max(0, ...sets.map(revisionOf))
    if (newSet === undefined) return writes.first(rollout, ref, newReplicaSet(rollout, hash, newest + 1))
    const current = revisionOf(newSet) < newest ? writes.renumbered(rollout, ref, { set: newSet, revision: newest + 1 }) : rollout
    const view = observe(current, { hash, sets, newSet })
    const plan = current.spec.strategy.blueGreen === undefined ? planCanary(view) : planBlueGreen(view)
    writes.carryOut(plan, view, ref)
    return plan.wakeIn
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
