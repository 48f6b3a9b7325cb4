import { countOf, textOf } from './fields.ts'
import { newVersionName, twoVersions, type RolloutFields, type Versions } from './rollout-fields.ts'
import { experimentNote, isUnverified, managedRoutes, routesOf, trafficOf } from './traffic.ts'

/**
 * `aborted`: the controller is to go back to stable, and the new version is named elsewhere. `invalid`: the controller does nothing, and
 * the template in the spec may be another than the new version's.
 */
export type Standing = 'usual' | 'aborted' | 'invalid'

/** Who serves, as far as the status proves it, or what it does not say; undefined where there is nothing to say. */
export function servingWords(rollout: RolloutFields, standing: Standing = 'usual'): string | undefined {
  const versions = twoVersions(rollout)
  return versions === undefined ? servingOneVersion(rollout) : servingTwoVersions(rollout, versions, standing)
}

/** Who serves when the stable version is the wanted one; undefined where the counts are not this version's alone. */
export function servingOneVersion(rollout: RolloutFields): string | undefined {
  const { current } = rollout
  if (current === undefined) return undefined
  if (desiredPods(rollout) === 0) return scaledToZero(rollout)
  const elsewhere = notAtCurrent(rollout, current)
  if (elsewhere !== undefined) return elsewhere
  if (rollout.isBlueGreen ? rollout.activeSelector !== current : allPods(rollout) !== updatedPods(rollout)) return undefined
  const [desired, ready, available] = [desiredPods(rollout), readyPods(rollout), availablePods(rollout)]
  if (ready === 0) return `no pod of ${current} is ready`
  if (available === 0) return `${current} has ${ready} of ${desired} pods ready, none available yet`
  if (available < desired) return `${available} of ${desired} pods of ${current} available`
  return `${isUnverified(rollout) ? toldWords(current, undefined) : `${current} serves`}${experimentNote(rollout)}`
}

/** The version that a Rollout on its way back to stable still routes to, which happens with `dynamicStableScale`. */
export function leavingVersion(rollout: RolloutFields): string | undefined {
  const { weight = 0, canaryHash } = routesOf(rollout)
  return weight === 0 || canaryHash === rollout.current ? undefined : canaryHash
}

const NOT_VERIFIED = 'the load balancer has not verified it'

function notAtCurrent(rollout: RolloutFields, current: string): string | undefined {
  const selected = textOf(rollout.activeSelector)
  if (selected !== undefined && selected !== current) return `the active Service selects ${selected}, not ${current}`
  const leaving = leavingVersion(rollout)
  if (leaving !== undefined) return `${leaving} still gets traffic beside ${current}`
  const { stableHash } = routesOf(rollout)
  return stableHash === undefined || stableHash === current ? undefined : `the stable route leads to ${stableHash}, not to ${current}`
}

function servingTwoVersions(rollout: RolloutFields, versions: Versions, standing: Standing): string {
  if (desiredPods(rollout) === 0) {
    const zero = scaledToZero(rollout)
    // What is left has traffic until it is gone, and nothing goes while the spec is invalid or paused.
    return readyPods(rollout) === 0 ? zero : `${zero}, ${trafficWords(rollout, versions, standing)}`
  }
  if (readyPods(rollout) === 0) return `no serving pod is ready, users are hurt; stable is ${versions.stable}`
  return trafficWords(rollout, versions, standing)
}

function trafficWords(rollout: RolloutFields, versions: Versions, standing: Standing): string {
  if (rollout.isBlueGreen) return blueGreenWords(rollout, versions, standing)
  return canaryWords(rollout, versions, standing) + experimentNote(rollout)
}

function blueGreenWords(rollout: RolloutFields, versions: Versions, standing: Standing): string {
  const { stable, current } = versions
  const name = newVersionName(rollout, current, standing === 'usual')
  const selected = textOf(rollout.activeSelector)
  if (selected === stable) return servesWords(rollout, `stable ${stable}`) + (standing === 'aborted' ? '' : `, ${name} not yet`)
  const held = standing === 'aborted' ? heldUp(rollout) : ''
  if (selected === current) {
    if (standing !== 'aborted') return `${servesWords(rollout, name)}, stable is still ${stable}`
    return `${servesWords(rollout, current)}, the active Service has not gone back to stable ${stable}${held}`
  }
  const active =
    selected === undefined ? 'the status does not say what the active Service selects' : `the active Service selects ${selected}`
  return `${active}; stable is ${stable}${held}`
}

function canaryWords(rollout: RolloutFields, versions: Versions, standing: Standing): string {
  const { stable, current } = versions
  const isAborted = standing === 'aborted'
  const name = newVersionName(rollout, current, standing === 'usual')
  const traffic = trafficOf(rollout, versions)
  const way = isAborted ? `going back to stable ${stable}` : `${name} goes out beside stable ${stable}`
  const held = isAborted ? heldUp(rollout) : ''
  if (traffic === undefined) return `${way}, the status does not say who has the traffic${held}`
  if ('elsewhere' in traffic) return `${way}, ${traffic.elsewhere}${held}`
  const routes = managedRoutes(rollout)
  // An experiment may have what the two versions have not.
  const hasStableNone = routesOf(rollout).stableWeight === 0
  const unverified = isUnverified(rollout) ? `, ${NOT_VERIFIED}` : ''
  if (traffic.amount === 0) {
    if (unverified !== '' && !hasStableNone) return toldStable(rollout, stable, routes)
    const serves = hasStableNone ? `stable ${stable} has no traffic` : servesWords(rollout, `stable ${stable}`)
    return (isAborted ? serves : `${serves}, ${name} ${routes === undefined ? 'not yet' : `only ${routes}`}`) + unverified
  }
  if (isAborted) return `${way}, ${current} still has ${traffic.words}${held}${unverified}`
  const share = `${name} has ${traffic.words}${routes === undefined ? '' : ` and ${routes}`}`
  const isAlone = traffic.amount >= traffic.whole || hasStableNone
  return `${share}${isAlone ? `, stable is still ${stable}` : ` beside stable ${stable}`}${unverified}`
}

function toldStable(rollout: RolloutFields, stable: string, routes: string | undefined): string {
  const unproven = unprovenWords(rollout, `stable ${stable}`)
  return toldWords(`stable ${stable}`, routes) + (unproven === undefined ? '' : `; ${unproven}`)
}

/** A weight in the status is what the router was told, which is not yet what a load balancer does. */
function toldWords(name: string, routes: string | undefined): string {
  return `the router was told to send all traffic${routes === undefined ? '' : ` but ${routes}`} to ${name}, ${NOT_VERIFIED}`
}

function heldUp(rollout: RolloutFields): string {
  return rollout.spec.paused === true ? ' (spec.paused holds this up)' : ''
}

/**
 * `stable A serves`, where at least one available pod is certainly A's. The counts of a canary are those of all its versions: the new
 * one's pods may be the available ones, and so may those that are more than the spec asks for. Services route to ready pods, which are
 * not available before `minReadySeconds`.
 */
function servesWords(rollout: RolloutFields, name: string): string {
  const unproven = unprovenWords(rollout, name)
  if (unproven !== undefined) return unproven
  const [desired, available] = [desiredPods(rollout), availablePods(rollout)]
  const isShort = otherPods(rollout) === 0 && available < desired
  return isShort ? `${name} serves with ${available} of ${desired} pods available` : `${name} serves`
}

/** What is said in place of `serves`; undefined where that is proven. */
function unprovenWords(rollout: RolloutFields, name: string): string | undefined {
  const [desired, ready, available] = [desiredPods(rollout), readyPods(rollout), availablePods(rollout)]
  const others = otherPods(rollout)
  if (available > others) return undefined
  if (available > 0) {
    return `${name} is not proven to serve, the ${available} available ${available === 1 ? 'pod' : 'pods'} may be of another version`
  }
  if (rollout.isBlueGreen || others > 0) return `${name} is not proven to serve, no pod is available yet`
  return `${name} has ${ready} of ${desired} pods ready, none available yet`
}

/** How many of the available pods may be of another version. */
function otherPods(rollout: RolloutFields): number {
  const desired = desiredPods(rollout)
  const left = desired === 0 ? 0 : Math.max(allPods(rollout) - updatedPods(rollout) - desired, 0)
  return rollout.isBlueGreen ? 0 : updatedPods(rollout) + left
}

function scaledToZero(rollout: RolloutFields): string {
  const left = podsThere(rollout)
  return left === 0 ? 'scaled to 0, nothing serves' : `the spec asks for 0 pods, ${left} ${left === 1 ? 'is' : 'are'} left`
}

/** Pods of any version, as far as the status counts them. */
export function podsThere(rollout: RolloutFields): number {
  return Math.max(allPods(rollout), readyPods(rollout))
}

function desiredPods(rollout: RolloutFields): number {
  return countOf(rollout.spec.replicas) ?? 1
}

function allPods(rollout: RolloutFields): number {
  return countOf(rollout.status.replicas) ?? 0
}

function updatedPods(rollout: RolloutFields): number {
  return countOf(rollout.status.updatedReplicas) ?? 0
}

/** Available pods: of every ReplicaSet of a canary, of the active one of a blue-green Rollout. */
function availablePods(rollout: RolloutFields): number {
  return countOf(rollout.status.availableReplicas) ?? 0
}

/** Ready pods; what is available is ready, whatever the other field says. Of a blue-green Rollout sometimes of every ReplicaSet. */
function readyPods(rollout: RolloutFields): number {
  return Math.max(countOf(rollout.status.readyReplicas) ?? 0, availablePods(rollout))
}
