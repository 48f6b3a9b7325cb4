import type { ClusterView, Freshness } from '../../ports/cluster-view.ts'
import type { Ledger } from '../../ports/ledger.ts'

interface Known {
  views: readonly ClusterView[]
  ledger: Pick<Ledger, 'read'>
}

/**
 * Whether a cluster is there for its Applications alone: the account of a hub may read these and no more, and Rollouts of it were never
 * seen. Where they once were, or where it is the only cluster, that is a right which is missing.
 */
export function isForApplicationsOnly({ views, ledger }: Known, view: ClusterView): boolean {
  if (views.length === 1 || ledger.read('baseline', view.cluster) || !view.freshness('applications').fresh) return false
  const { blind } = view.freshness('rollouts')
  return blind.length > 0 && blind.every(({ neverGranted }) => neverGranted === true)
}

/** How far a cluster can be seen, in all that is asked of it. */
export function sightOf(known: Known, view: ClusterView): Freshness {
  return isForApplicationsOnly(known, view) ? view.freshness('applications') : view.freshness()
}
