import { replicaSetOf } from './serving.ts'
import type { ReplicaSetSnapshot, RolloutSnapshot } from './snapshots.ts'

/**
 * Images of the template that the cluster was told. One that has its template elsewhere (`spec.workloadRef`) holds none itself: the
 * ReplicaSet that was made of it names them. Empty where nothing does, or not yet.
 */
export function imagesTold(rollout: RolloutSnapshot, replicaSets: readonly ReplicaSetSnapshot[]): readonly string[] {
  if (rollout.workloadRef === undefined) return rollout.images
  // Of a spec that the controller has not seen, or does not take, no ReplicaSet is made: the hash is still that of the version before.
  const isMade = rollout.observed && rollout.invalidSpec === undefined
  return (isMade && replicaSetOf(replicaSets, rollout.currentPodHash)?.images) || []
}
