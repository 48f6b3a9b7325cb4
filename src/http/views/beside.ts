import { KedgeError } from '../../domain/errors.ts'
import type { Beside, MaybeBeside } from '../../domain/migration/beside.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { BesideStanding } from '../../ui/beside.ts'

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

/** The Deployments that serve beside a Rollout in a list, from memory: nobody waits for a cluster, nor believes one that cannot be seen. */
export function servesBesideOf(view: ClusterView, rollout: { namespace: string; uid: string }): MaybeBeside {
  if (!view.besideKnown || !view.freshness('rollouts').fresh) return {}
  const { asOf, of } = view.besideKnown()
  const items = of(rollout)
  // One that has only the same name is not known to serve.
  return items && asOf !== null
    ? { servesBeside: { deployments: items.flatMap(({ name, how }) => (how === 'name' ? [] : name)), asOf } }
    : {}
}

/** How the memories of all clusters stand, for the foot of a list. None where no cluster is asked. */
export function besideStanding(views: readonly ClusterView[]): readonly BesideStanding[] {
  return views.flatMap((view) => {
    if (!view.besideKnown || !view.freshness('rollouts').fresh) return []
    const { asOf, fault } = view.besideKnown()
    return [{ cluster: view.cluster, asOf, fault }]
  })
}
