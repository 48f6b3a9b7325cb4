import { countOf, entriesOf, entryAt, fieldsOf, isPresent, lengthOf, textOf, type Fields } from './fields.ts'
import {
  availablePods,
  desiredPods,
  isOutage,
  leadServing,
  leavingVersion,
  newShare,
  servingOneVersion,
  twoVersions,
  type RolloutFields,
} from './serving.ts'

type Condition = Fields<'type' | 'status' | 'reason' | 'message'>

const ABORT_PENDING = 'Abort asked for, not carried out yet'
const PROMOTION_PENDING = 'Full promotion asked for, not carried out yet'

/** What a person needs to know of a Degraded Rollout; undefined when the object does not say why it is Degraded. */
export function degradedLead(rollout: RolloutFields): string | undefined {
  const { status, stable } = rollout
  const cause = causeOfDegraded(status.conditions)
  if (cause === 'InvalidSpec') {
    return stable === undefined ? 'Invalid spec: nothing is rolled out' : `Invalid spec: not rolled out, stable ${stable} is as it was`
  }
  const versions = twoVersions(rollout)
  if (status.promoteFull === true && (status.abort === true || cause === 'RolloutAborted')) return leadServing(rollout, PROMOTION_PENDING)
  if (status.abort === true) {
    if (!isPresent(status.abortedAt) && cause !== 'RolloutAborted') return leadServing(rollout, ABORT_PENDING)
    if (versions === undefined) return leadServing(rollout, 'Aborted')
    return `${abortedLead(rollout, versions)}; Git still wants ${versions.current}`
  }
  if (cause === 'RolloutAborted') return leadServing(rollout, 'Retry asked for, not carried out yet')
  if (cause === undefined) return undefined
  return leadServing(rollout, versions === undefined ? 'Stuck, with no other version to go back to' : 'Stuck, not aborted')
}

/** The first of these in list order is what the controller made its phase of (argo-rollouts CalculateRolloutPhase). */
function causeOfDegraded(conditions: unknown): 'InvalidSpec' | 'RolloutAborted' | 'ProgressDeadlineExceeded' | undefined {
  for (const entry of entriesOf(conditions)) {
    const { type, reason }: Condition = fieldsOf(entry)
    if (type === 'InvalidSpec') return type
    if (reason === 'RolloutAborted' || reason === 'ProgressDeadlineExceeded') return reason
  }
  return undefined
}

/** An abort is the controller's promise to go back to stable; activeSelector, weights and pods say whether it is kept. */
function abortedLead(rollout: RolloutFields, versions: { stable: string; current: string }): string {
  const { stable, current } = versions
  if (isOutage(rollout)) return `Aborted, and no serving pod is available, users are hurt: stable is ${stable}`
  if (rollout.isBlueGreen) {
    if (rollout.activeSelector === stable) return stableServes(rollout, stable, true)
    if (rollout.activeSelector !== current) return goingBack(rollout, versions, undefined)
    return `Aborted, but ${current} still serves: the active Service has not gone back to stable ${stable}`
  }
  const share = newShare(rollout)
  if (share?.amount !== 0) return goingBack(rollout, versions, share?.words)
  return stableServes(rollout, stable, (countOf(rollout.status.updatedReplicas) ?? 0) === 0)
}

function stableServes(rollout: RolloutFields, stable: string, isCountExact: boolean): string {
  const desired = desiredPods(rollout)
  const available = availablePods(rollout)
  const lead = `Aborted: stable ${stable} serves`
  return isCountExact && available < desired ? `${lead} with ${available} of ${desired} pods available` : lead
}

function goingBack(rollout: RolloutFields, versions: { stable: string; current: string }, left: string | undefined): string {
  const still = left === undefined ? '' : `, ${versions.current} still has ${left}`
  const held = rollout.spec.paused === true ? ' (spec.paused holds this up)' : ''
  return `Aborted: going back to stable ${versions.stable}${still}${held}`
}

/** Why a Rollout is paused, for how long, and who serves meanwhile. */
export function pausedLead(rollout: RolloutFields): string {
  const { status } = rollout
  if (status.abort === true && !isPresent(status.abortedAt)) return leadServing(rollout, ABORT_PENDING)
  if (status.promoteFull === true) return leadServing(rollout, PROMOTION_PENDING)
  const pause: Fields<'reason' | 'startTime'> = fieldsOf(entryAt(status.pauseConditions, 0))
  const since = textOf(pause.startTime)
  const words = pauseWords(rollout, pause.reason)
  return leadServing(rollout, since === undefined || rollout.spec.paused === true ? words : `${words}, since ${since}`)
}

function pauseWords(rollout: RolloutFields, reason: unknown): string {
  if (rollout.spec.paused === true) return 'Paused by hand (spec.paused)'
  switch (reason) {
    case 'CanaryPauseStep':
      return `Paused${stepWords(rollout, ' at ')}${howLong(currentPauseStep(rollout).duration)}`
    case 'BlueGreenPause':
      return `Paused before promotion${howLong(autoPromotion(rollout))}`
    case 'InconclusiveAnalysisRun':
      return `Paused${stepWords(rollout, ' at ')}, analysis inconclusive, someone must promote or abort`
    case 'InconclusiveExperiment':
      return `Paused${stepWords(rollout, ' at ')}, experiment inconclusive, someone must promote or abort`
    default:
      return 'Paused'
  }
}

function stepWords(rollout: RolloutFields, preposition: string): string {
  const index = countOf(rollout.status.currentStepIndex)
  const total = lengthOf(rollout.canary.steps)
  return rollout.isBlueGreen || index === undefined || index >= total ? '' : `${preposition}step ${index + 1} of ${total}`
}

function currentPauseStep(rollout: RolloutFields): Fields<'duration'> {
  const step = entryAt(rollout.canary.steps, countOf(rollout.status.currentStepIndex) ?? 0)
  return fieldsOf(fieldsOf<'pause'>(step).pause)
}

function autoPromotion(rollout: RolloutFields): unknown {
  const { blueGreen }: Fields<'blueGreen'> = fieldsOf(rollout.spec.strategy)
  return fieldsOf<'autoPromotionSeconds'>(blueGreen).autoPromotionSeconds
}

/** A duration is `"10m"` or a number of seconds. */
function howLong(duration: unknown): string {
  const seconds = countOf(duration)
  if (seconds !== undefined) return ` for ${seconds}s`
  const text = textOf(duration)
  return text === undefined ? ' until someone promotes it' : ` for ${text}`
}

/** What a Progressing Rollout is doing, or what keeps it from doing so. */
export function progressingLead(rollout: RolloutFields): string | undefined {
  const { status } = rollout
  const { blocker, isRetry } = progressOf(status.conditions)
  if (blocker !== undefined) return leadServing(rollout, blocker)
  if (status.abort === true && !isPresent(status.abortedAt)) return leadServing(rollout, ABORT_PENDING)
  if (twoVersions(rollout) === undefined) {
    const leaving = rollout.current === undefined ? undefined : leavingVersion(rollout)
    return leaving === undefined ? servingOneVersion(rollout) : `Going back to ${rollout.current}: ${leaving} still gets traffic`
  }
  if (status.promoteFull === true) return leadServing(rollout, 'Promoting in full')
  return leadServing(rollout, isRetry ? 'Retrying' : 'Releasing') + stepWords(rollout, ', ')
}

/** What keeps pods from being made (the phase stays Progressing until the progress deadline), else whether this is a retry. */
function progressOf(conditions: unknown): { blocker: string | undefined; isRetry: boolean } {
  let isRetry = false
  for (const entry of entriesOf(conditions)) {
    const condition: Condition = fieldsOf(entry)
    const { type, reason } = condition
    if (reason === 'RolloutRetry') isRetry = true
    if (type === 'ReplicaFailure' && condition.status === 'True') return { blocker: blocked('pods', condition.message), isRetry }
    if (type === 'Progressing' && reason === 'ReplicaSetCreateError')
      return { blocker: blocked('the ReplicaSet', condition.message), isRetry }
  }
  return { blocker: undefined, isRetry }
}

function blocked(what: string, message: unknown): string {
  const why = textOf(message)
  return why === undefined ? `Blocked, ${what} cannot be created` : `Blocked, ${what} cannot be created (${why})`
}
