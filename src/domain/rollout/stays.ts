import type { ReplicaSetSnapshot } from './snapshots.ts'

/**
 * The templates that ran between a template's stay before and its present one, by Rollouts' own numbers; empty where it never left.
 * `complete`: none of them is missing from the view (old ReplicaSets are deleted).
 */
export function ranSinceFormerStay(
  replicaSets: readonly ReplicaSetSnapshot[],
  set: ReplicaSetSnapshot,
): { between: readonly ReplicaSetSnapshot[]; complete: boolean } {
  const now = set.rolloutRevision
  if (set.formerRevisions.length === 0) return { between: [], complete: true }
  if (now === undefined) return { between: [], complete: false }
  const before = Math.max(...set.formerRevisions)
  const isBetween = (revision: number | undefined): boolean => revision !== undefined && revision > before && revision < now
  const numbers = (one: ReplicaSetSnapshot): readonly (number | undefined)[] => [one.rolloutRevision, ...one.formerRevisions]
  const between = replicaSets.filter((one) => one !== set && numbers(one).some(isBetween))
  const seen = new Set(between.flatMap(numbers).filter(isBetween))
  return { between, complete: seen.size === now - before - 1 }
}
