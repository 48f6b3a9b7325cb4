import type { CanaryStep, CanaryStrategy } from './types.ts'

/**
 * How many pods a canary has where a `setCanaryScale` is in force, whatever its weight is; undefined where its weight says it. Only with a
 * router. Source: argo-rollouts `utils/replicaset/canary.go` UseSetCanaryScale, GetCanaryReplicasOrWeight.
 *
 * @param index of the current step
 */
export function canaryScale(canary: CanaryStrategy | undefined, index: number, total: number): number | undefined {
  const steps = canary?.steps ?? []
  if (canary?.trafficRouting === undefined || index >= steps.length) return undefined
  const scale = steps.slice(0, index + 1).findLast(isScale)?.setCanaryScale
  if (scale === undefined || scale.matchTrafficWeight === true) return undefined
  return scale.replicas ?? (scale.weight === undefined ? undefined : Math.ceil((total * scale.weight) / 100))
}

function isScale(step: CanaryStep): boolean {
  return step.setCanaryScale !== undefined
}
