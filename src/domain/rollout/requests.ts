import type { ReplicaSetSnapshot, RolloutSnapshot } from './snapshots.ts'

/**
 * Who gets the requests while a canary is routed step by step, as sentences: by its weight, and by the routes by header, which lead to N+1
 * whatever its weight is. Empty where no step makes such a route: then the weight alone is on the board.
 *
 * @param canary N+1's ReplicaSet: without an available pod the controller takes all of its routes away
 */
export function requestsWords(rollout: RolloutSnapshot, canary: ReplicaSetSnapshot | undefined): string {
  const { currentPodHash, headerRoutes, weights } = rollout
  if (headerRoutes === undefined || weights === undefined) return ''
  const weight = canary?.availableReplicas === 0 ? 0 : weights.canaryWeight
  const routes = canary?.availableReplicas === 0 ? [] : activeRoutes(rollout)
  const named = `${routes.length === 1 ? 'its route' : 'its routes'} by header (${routes.join(', ')})`
  if (routes.length === 0)
    return weight === 0 ? ` No request goes to ${currentPodHash}.` : ` A weight of ${weight} goes to ${currentPodHash}.`
  if (weight === 0) return ` Only requests that match ${named} go to ${currentPodHash}.`
  return ` A weight of ${weight} goes to ${currentPodHash}, and every request that matches ${named}.`
}

/** After the last step they stay until N+1 is promoted. */
function activeRoutes({ currentStepIndex, headerRoutes = [] }: RolloutSnapshot): readonly string[] {
  return headerRoutes[Math.min(currentStepIndex ?? 0, headerRoutes.length - 1)] ?? []
}

/**
 * Whether routes by header may still lead to N+1 after an abort, although its weight is 0, as it was before. The controller takes them away
 * in the pass after the one that says why it aborted, and at the end of that pass it no longer names the analysis.
 * Source: argo-rollouts `rollout/canary.go` rolloutCanary: traffic before analysis; seen in recordings.
 */
export function mayStillBeRouted({ analysisNamed, headerRoutes }: RolloutSnapshot): boolean {
  return headerRoutes !== undefined && analysisNamed === true
}
