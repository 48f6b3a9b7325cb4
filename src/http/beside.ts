import { KedgeError } from '../domain/errors.ts'
import type { Beside } from '../domain/migration/beside.ts'
import type { ClusterView } from '../ports/cluster-view.ts'

/**
 * The Deployments beside a Rollout, or why that is not known; undefined where the configuration does not ask for it. What cannot be read
 * keeps nobody from the rest.
 */
export async function besideOf(view: ClusterView, rollout: { namespace: string; name: string }): Promise<Beside | undefined> {
  if (!view.deploymentsBeside) return undefined
  if (!view.freshness('rollouts').fresh) return { items: [], fault: 'the cluster cannot be seen' }
  try {
    return { items: await view.deploymentsBeside(rollout), fault: null }
  } catch (fault) {
    if (fault instanceof KedgeError) return { items: [], fault: fault.message }
    throw fault
  }
}
