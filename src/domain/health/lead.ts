import { entriesOf, fieldsOf, isPresent, textOf, type Fields } from './fields.ts'
import { isPaused, pauseWords, stepWords } from './pause.ts'
import { newVersionName, twoVersions, type RolloutFields } from './rollout-fields.ts'
import { leavingVersion, podsThere, servingOneVersion, servingWords, type Standing } from './serving.ts'

type Condition = Fields<'type' | 'status' | 'reason' | 'message'>

const ABORT_PENDING = 'Abort asked for, not carried out yet'
const PROMOTION_PENDING = 'Full promotion asked for, not carried out yet'

/** What a person needs to know of a Degraded Rollout: why, who serves, and what to do. */
export function degradedLead(rollout: RolloutFields): string | undefined {
  const { status } = rollout
  const cause = causeOfDegraded(status.conditions)
  const versions = twoVersions(rollout)
  if (cause === 'InvalidSpec') return invalidSpecLead(rollout)
  if (status.promoteFull === true && (status.abort === true || cause === 'RolloutAborted')) return leadServing(rollout, PROMOTION_PENDING)
  if (status.abort === true) {
    if (!isPresent(status.abortedAt) && cause !== 'RolloutAborted') return leadServing(rollout, ABORT_PENDING)
    const lead = leadServing(rollout, 'Aborted', 'aborted')
    if (versions === undefined) return lead
    return `${lead}; the spec asks for ${newVersionName(rollout, versions.current, true)}: revert it in Git, fix forward or retry`
  }
  if (cause === 'RolloutAborted') return leadServing(rollout, 'Retry asked for, not carried out yet')
  if (cause === undefined) return servingWords(rollout)
  // Rollouts 1.7 counts a blue-green pause against the progress deadline.
  if (isPaused(rollout)) return pausedLead(rollout)
  if (versions !== undefined) return `${leadServing(rollout, 'Stuck, not aborted')}; abort it or fix forward`
  return `${leadServing(rollout, 'Stuck, with no other version to go back to')}; look at its pods or fix forward`
}

/** The controller neither scales nor routes while the spec is invalid: who had traffic keeps it. */
function invalidSpecLead(rollout: RolloutFields): string {
  if (rollout.stable === undefined) {
    if (podsThere(rollout) === 0) return 'Invalid spec: nothing is rolled out'
    return leadServing(rollout, 'Invalid spec, the first rollout stands still until it is mended', 'invalid')
  }
  const isUnderWay = twoVersions(rollout) !== undefined
  return leadServing(
    rollout,
    isUnderWay ? 'Invalid spec, the update stands still until it is mended' : 'Invalid spec, not rolled out',
    'invalid',
  )
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

/** Why a Rollout is paused, for how long, and who serves meanwhile. */
export function pausedLead(rollout: RolloutFields): string {
  const { status } = rollout
  if (status.abort === true && !isPresent(status.abortedAt)) return leadServing(rollout, ABORT_PENDING)
  return leadServing(rollout, status.promoteFull === true ? PROMOTION_PENDING : pauseWords(rollout))
}

/** What is said while the controller has not yet acted on a pause that somebody ended. */
export function resumingLead(rollout: RolloutFields): string {
  return leadServing(rollout, rollout.spec.paused === true ? pauseWords(rollout) : 'Resuming, the pause is over')
}

/** What a Progressing Rollout is doing, or what keeps it from doing so. */
export function progressingLead(rollout: RolloutFields): string | undefined {
  const { status } = rollout
  if (blocker(status.conditions) !== '') return leadServing(rollout, 'Blocked')
  if (status.abort === true && !isPresent(status.abortedAt)) return leadServing(rollout, ABORT_PENDING)
  if (twoVersions(rollout) === undefined) {
    const leaving = rollout.current === undefined ? undefined : leavingVersion(rollout)
    return leaving === undefined ? servingOneVersion(rollout) : `Going back to ${rollout.current}: ${leaving} still gets traffic`
  }
  if (status.promoteFull === true) return leadServing(rollout, 'Promoting in full')
  return leadServing(rollout, isRetry(status.conditions) ? 'Retrying' : 'Releasing') + stepWords(rollout, ', ')
}

function isRetry(conditions: unknown): boolean {
  return entriesOf(conditions).some((entry) => fieldsOf<'reason'>(entry).reason === 'RolloutRetry')
}

/** `lead: who serves`, or the lead alone where the status does not say. What keeps pods from being made is never left out. */
function leadServing(rollout: RolloutFields, lead: string, standing: Standing = 'usual'): string {
  const who = servingWords(rollout, standing)
  const why = lead + blocker(rollout.status.conditions)
  return who === undefined ? why : `${why}: ${who}`
}

/** What keeps pods from being made; the phase stays Progressing until the progress deadline, when the reason is still the same. */
function blocker(conditions: unknown): string {
  for (const entry of entriesOf(conditions)) {
    const condition: Condition = fieldsOf(entry)
    const { type, reason } = condition
    if (type === 'ReplicaFailure' && condition.status === 'True') return blocked('pods', condition.message)
    if (type === 'Progressing' && reason === 'ReplicaSetCreateError') return blocked('the ReplicaSet', condition.message)
  }
  return ''
}

function blocked(what: string, message: unknown): string {
  const why = textOf(message)
  return why === undefined ? `, ${what} cannot be created` : `, ${what} cannot be created (${why})`
}
