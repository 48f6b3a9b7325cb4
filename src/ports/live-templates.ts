import type { ReplicaSetSnapshot } from '../domain/rollout/snapshots.ts'
import type { LiveTemplate } from '../domain/rollout/template.ts'

/**
 * The pod templates of one cluster. They are read one by one when they are needed: a fleet has too many to be kept, and what is in them is
 * nobody's business until then.
 */
export interface LiveTemplates {
  /**
   * The template of a ReplicaSet as it is now: the controller changes labels, annotations and anti-affinity of one that is there.
   * Undefined when it is gone, or another has its name. @throws KedgeError E_CLUSTER_*
   */
  template(replicaSet: Pick<ReplicaSetSnapshot, 'namespace' | 'name' | 'uid'>): Promise<LiveTemplate | undefined>
}
