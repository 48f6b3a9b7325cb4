import { countOf, fieldsOf, isTable, textOf, type Fields } from './fields.ts'

/** Of a Rollout, what its health is told from. */
export interface RolloutFields {
  readonly spec: Fields<'replicas' | 'paused' | 'strategy' | 'workloadRef'>
  readonly status: Fields<StatusField>
  readonly isBlueGreen: boolean
  readonly canary: Fields<'trafficRouting' | 'steps'>
  readonly stable: string | undefined
  readonly current: string | undefined
  /** The version that the active Service of a blue-green Rollout selects. */
  readonly activeSelector: unknown
}

type StatusField =
  | 'abort'
  | 'abortedAt'
  | 'availableReplicas'
  | 'blueGreen'
  | 'canary'
  | 'conditions'
  | 'controllerPause'
  | 'currentPodHash'
  | 'currentStepIndex'
  | 'message'
  | 'observedGeneration'
  | 'pauseConditions'
  | 'phase'
  | 'promoteFull'
  | 'replicas'
  | 'stableRS'
  | 'updatedReplicas'
  | 'workloadObservedGeneration'

/** Gathers the fields of a Rollout's spec and status. */
export function rolloutFields(spec: RolloutFields['spec'], status: RolloutFields['status']): RolloutFields {
  const strategy: Fields<'blueGreen' | 'canary'> = fieldsOf(spec.strategy)
  const isBlueGreen = isTable(strategy.blueGreen)
  return {
    spec,
    status,
    isBlueGreen,
    canary: fieldsOf(strategy.canary),
    stable: textOf(status.stableRS),
    current: textOf(status.currentPodHash),
    activeSelector: isBlueGreen ? fieldsOf<'activeSelector'>(status.blueGreen).activeSelector : undefined,
  }
}

/** The two versions of a Rollout in mid-update, or undefined when there is one or none. */
export function twoVersions(rollout: RolloutFields): { stable: string; current: string } | undefined {
  const { stable, current } = rollout
  return stable === undefined || current === undefined || stable === current ? undefined : { stable, current }
}

/** Pods that the spec asks for. */
export function desiredPods(rollout: RolloutFields): number {
  return countOf(rollout.spec.replicas) ?? 1
}

/** Available pods: of every ReplicaSet of a canary, of the active one of a blue-green Rollout. */
export function availablePods(rollout: RolloutFields): number {
  return countOf(rollout.status.availableReplicas) ?? 0
}

/** Whether pods are wanted and none of those that could serve is available. */
export function isOutage(rollout: RolloutFields): boolean {
  return desiredPods(rollout) > 0 && availablePods(rollout) === 0
}

/** What the new version has: an amount, of how much, and its words. Undefined where weights are not known. */
export function newShare(rollout: RolloutFields): { amount: number; whole: number; words: string } | undefined {
  const { status, canary } = rollout
  if (!isTable(canary.trafficRouting)) {
    const updated = countOf(status.updatedReplicas) ?? 0
    const all = countOf(status.replicas) ?? 0
    return { amount: updated, whole: all, words: `${updated} of ${all} pods` }
  }
  const route = canaryRoute(rollout)
  const weight = countOf(route.weight)
  if (weight === undefined || route.podTemplateHash !== rollout.current) return undefined
  const whole = countOf(fieldsOf<'maxTrafficWeight'>(canary.trafficRouting).maxTrafficWeight) ?? 100
  return { amount: weight, whole, words: whole === 100 ? `${weight}% of the traffic` : `${weight}/${whole} of the traffic` }
}

/**
 * The version that a Rollout on its way back to stable still routes to, which happens with dynamicStableScale
 * (argo-rollouts `utils/rollout/rolloututil.go`).
 */
export function leavingVersion(rollout: RolloutFields): string | undefined {
  const route = canaryRoute(rollout)
  const hash = textOf(route.podTemplateHash)
  if (!isTable(rollout.canary.trafficRouting) || (countOf(route.weight) ?? 0) === 0) return undefined
  return hash === rollout.current ? undefined : hash
}

function canaryRoute(rollout: RolloutFields): Fields<'weight' | 'podTemplateHash'> {
  const weights = fieldsOf<'weights'>(rollout.status.canary).weights
  return fieldsOf(fieldsOf<'canary'>(weights).canary)
}

/** `lead: who serves`, or the lead alone where the status does not say. */
export function leadServing(rollout: RolloutFields, lead: string): string {
  const who = serving(rollout)
  return who === undefined ? lead : `${lead}: ${who}`
}

function serving(rollout: RolloutFields): string | undefined {
  const versions = twoVersions(rollout)
  return versions === undefined ? servingOneVersion(rollout) : servingTwoVersions(rollout, versions)
}

function servingTwoVersions(rollout: RolloutFields, versions: { stable: string; current: string }): string {
  const { stable, current } = versions
  if (isOutage(rollout)) return `no serving pod is available, users are hurt; stable is ${stable}`
  if (rollout.isBlueGreen) {
    if (rollout.activeSelector === stable) return `stable ${stable} serves, ${current} not yet`
    return rollout.activeSelector === current ? `${current} serves, stable is still ${stable}` : `stable is ${stable}`
  }
  const share = newShare(rollout)
  if (share === undefined) return `${current} goes out beside stable ${stable}`
  if (share.amount === 0) return `stable ${stable} serves, ${current} not yet`
  if (share.amount >= share.whole) return `${current} has ${share.words}, stable is still ${stable}`
  return `${current} has ${share.words} beside stable ${stable}`
}

/** Who serves when the stable version is the wanted one; undefined where the counts are not this version's alone. */
export function servingOneVersion(rollout: RolloutFields): string | undefined {
  const { current, status } = rollout
  if (current === undefined) return undefined
  if (rollout.isBlueGreen) {
    if (rollout.activeSelector !== current) return undefined
  } else if ((countOf(status.replicas) ?? 0) !== (countOf(status.updatedReplicas) ?? 0)) {
    return undefined
  }
  const desired = desiredPods(rollout)
  const available = availablePods(rollout)
  if (desired === 0) return 'scaled to 0'
  if (available === 0) return `no pod of ${current} is available`
  return available < desired ? `${available} of ${desired} pods of ${current} available` : `${current} serves`
}
