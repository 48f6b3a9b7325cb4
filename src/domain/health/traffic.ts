import { countOf, entriesOf, entryAt, fieldsOf, isPresent, isTable, lengthOf, textOf, type Fields } from './fields.ts'
import type { RolloutFields, Versions } from './rollout-fields.ts'

/**
 * What the new version of a canary has: an amount, of how much, and its words. `elsewhere` are the words for traffic that goes to neither
 * version as expected; undefined where the status does not say.
 */
export type Traffic =
  | { readonly amount: number; readonly whole: number; readonly words: string }
  | { readonly elsewhere: string }
  | undefined

/** Who has the traffic of a canary in mid-update: by the weights that its router was given, else by the number of pods. */
export function trafficOf(rollout: RolloutFields, { stable, current }: Versions): Traffic {
  const { status, canary } = rollout
  if (!isTable(canary.trafficRouting)) {
    const updated = countOf(status.updatedReplicas) ?? 0
    const all = countOf(status.replicas) ?? 0
    return { amount: updated, whole: all, words: `${updated} of ${all} pods` }
  }
  const { weight, canaryHash, stableHash } = routesOf(rollout)
  if (weight === undefined) return undefined
  if (stableHash !== undefined && stableHash !== stable) {
    return { elsewhere: `the stable route leads to ${stableHash}, not to stable ${stable}` }
  }
  const words = shareWords(rollout, weight)
  if (weight === 0 || canaryHash === current) return { amount: weight, whole: wholeOf(rollout), words }
  // With a third version in between, the router may not have been told of this one yet.
  return canaryHash === undefined || canaryHash === stable ? undefined : { elsewhere: `${canaryHash} still has ${words}` }
}

/** What the router of a canary was told; each part undefined where the status does not say. */
export function routesOf({ canary, status }: RolloutFields): {
  weight: number | undefined
  canaryHash: string | undefined
  stableHash: string | undefined
  stableWeight: number | undefined
} {
  if (!isTable(canary.trafficRouting)) {
    return { weight: undefined, canaryHash: undefined, stableHash: undefined, stableWeight: undefined }
  }
  const weights: Fields<'canary' | 'stable'> = fieldsOf(weightsOf(status))
  const route: Fields<'weight' | 'podTemplateHash'> = fieldsOf(weights.canary)
  const stableRoute: Fields<'weight' | 'podTemplateHash'> = fieldsOf(weights.stable)
  return {
    weight: countOf(route.weight),
    canaryHash: textOf(route.podTemplateHash),
    stableHash: textOf(stableRoute.podTemplateHash),
    stableWeight: countOf(stableRoute.weight),
  }
}

/** `verified` is there for load balancers that the controller asks whether they have taken the weights up. */
export function isUnverified({ canary, status }: RolloutFields): boolean {
  return isTable(canary.trafficRouting) && fieldsOf<'verified'>(weightsOf(status)).verified === false
}

/** `, an experiment has 20% of the traffic` and its like; empty without an experiment. */
export function experimentNote(rollout: RolloutFields): string {
  const { canary, status } = rollout
  if (!isTable(canary.trafficRouting)) {
    const experiment = textOf(fieldsOf<'currentExperiment'>(status.canary).currentExperiment)
    return experiment === undefined ? '' : ', pods of a running experiment may get traffic too'
  }
  let sum = 0
  for (const entry of entriesOf(fieldsOf<'additional'>(weightsOf(status)).additional)) {
    sum += countOf(fieldsOf<'weight'>(entry).weight) ?? 0
  }
  return sum === 0 || countOf(sum) === undefined ? '' : `, an experiment has ${shareWords(rollout, sum)}`
}

/**
 * What the new version gets besides its weight, by the steps that the canary has passed. The controller removes such routes when it
 * carries out an abort or a full promotion (argo-rollouts `rollout/trafficrouting.go`); until then they stand. Without pods they lead
 * nowhere.
 */
export function managedRoutes({ canary, status }: RolloutFields): string | undefined {
  const index = countOf(status.currentStepIndex)
  if (!isTable(canary.trafficRouting) || index === undefined || (countOf(status.updatedReplicas) ?? 0) === 0) return undefined
  if (isAbortDone(status) || isPromotionDone(status, index >= lengthOf(canary.steps))) return undefined
  const routes = new Map<string, 'header' | 'mirror'>()
  for (let i = 0; i <= index && i < lengthOf(canary.steps); i += 1) {
    const step: Fields<'setHeaderRoute' | 'setMirrorRoute'> = fieldsOf(entryAt(canary.steps, i))
    setRoute(routes, 'header', step.setHeaderRoute, i < index)
    setRoute(routes, 'mirror', step.setMirrorRoute, i < index)
  }
  const kinds = [...routes.values()]
  const header = kinds.includes('header') ? 'requests by header route' : undefined
  const mirror = kinds.includes('mirror') ? 'copies of requests' : undefined
  return header !== undefined && mirror !== undefined ? `${header} and ${mirror}` : (header ?? mirror)
}

/** Until a retry is carried out, too, the abort before it is what the controller did last. */
function isAbortDone({ abort, abortedAt, conditions }: RolloutFields['status']): boolean {
  if (abort === true && isPresent(abortedAt)) return true
  return entriesOf(conditions).some((entry) => fieldsOf<'reason'>(entry).reason === 'RolloutAborted')
}

/** The controller goes past the last step as it promotes in full (argo-rollouts `rollout/canary.go`). */
function isPromotionDone({ promoteFull }: RolloutFields['status'], isPastTheSteps: boolean): boolean {
  return promoteFull === true && isPastTheSteps
}

/** A step without a match takes its route away, but only once it is done. */
function setRoute(routes: Map<string, 'header' | 'mirror'>, kind: 'header' | 'mirror', step: unknown, isDone: boolean): void {
  const { name, match }: Fields<'name' | 'match'> = fieldsOf(step)
  const route = textOf(name)
  if (route === undefined) return
  if (lengthOf(match) > 0) routes.set(route, kind)
  else if (isDone) routes.delete(route)
}

function weightsOf(status: RolloutFields['status']): unknown {
  return fieldsOf<'weights'>(status.canary).weights
}

function wholeOf({ canary }: RolloutFields): number {
  return countOf(fieldsOf<'maxTrafficWeight'>(canary.trafficRouting).maxTrafficWeight) ?? 100
}

function shareWords(rollout: RolloutFields, weight: number): string {
  const whole = wholeOf(rollout)
  return whole === 100 ? `${weight}% of the traffic` : `${weight}/${whole} of the traffic`
}
