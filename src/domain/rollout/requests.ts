import type { ReplicaSetSnapshot, RolloutSnapshot } from './snapshots.ts'

/**
 * Who gets the requests while a canary is routed step by step, as sentences: by its weight, and by the routes by header, which lead to N+1
 * whatever its weight is. Empty where no step makes such a route: then the weight alone is on the board.
 *
 * A step that makes or takes away a route is under way until the controller is past it: what it changes may hold already, or not yet.
 *
 * @param canary N+1's ReplicaSet: without an available pod the controller takes all of its routes away
 */
export function requestsWords(rollout: RolloutSnapshot, canary: ReplicaSetSnapshot | undefined): string {
  const { currentPodHash, headerRoutes, weights } = rollout
  if (headerRoutes === undefined || weights === undefined) return ''
  if (canary?.availableReplicas === 0) return ` No request goes to ${currentPodHash}.`
  const { sure, changing } = activeRoutes(rollout, headerRoutes)
  const { canaryWeight: weight } = weights
  if (weight === 0) {
    const all = [...sure, ...changing]
    if (all.length === 0) return ` No request goes to ${currentPodHash}.`
    return ` ${changing.length === 0 ? 'Only' : 'At most'} requests that match ${named(all)} go to ${currentPodHash}.`
  }
  const also = changing.length === 0 ? '' : ` Requests that match ${named(changing)} may go there as well.`
  if (sure.length === 0) return ` A weight of ${weight} goes to ${currentPodHash}.${also}`
  return ` A weight of ${weight} goes to ${currentPodHash}, and every request that matches ${named(sure)}.${also}`
}

function named(routes: readonly string[]): string {
  return `${routes.length === 1 ? 'its route' : 'its routes'} by header (${routes.join(', ')})`
}

interface ActiveRoutes {
  readonly sure: readonly string[]
  readonly changing: readonly string[]
}

/**
 * The router is told before the index moves on, so what a step makes or takes away is certain from the next step on. After the last step
 * the routes stay until N+1 is promoted.
 * Source: argo-rollouts `rollout/canary.go` rolloutCanary: traffic before status.
 */
function activeRoutes({ currentStepIndex = 0 }: RolloutSnapshot, headerRoutes: readonly (readonly string[])[]): ActiveRoutes {
  const before = headerRoutes[Math.min(currentStepIndex, headerRoutes.length) - 1] ?? []
  const after = headerRoutes[currentStepIndex] ?? before
  const sure = before.filter((name) => after.includes(name))
  return { sure, changing: [...before, ...after].filter((name) => !sure.includes(name)) }
}

/**
 * Whether routes by header may still lead to N+1 after an abort, although its weight is 0, as it was before. The controller takes them away
 * in the pass after the one that says why it aborted, and at the end of that pass it no longer names the analysis.
 * Source: argo-rollouts `rollout/canary.go` rolloutCanary: traffic before analysis; seen in recordings.
 */
export function mayStillBeRouted({ analysisNamed, headerRoutes }: RolloutSnapshot): boolean {
  return headerRoutes !== undefined && analysisNamed === true
}
