import { entriesOf, entryAt, fieldsOf, isPresent, isTable, numberOr, type Fields } from './fields.ts'
import { degradedLead, pausedLead, progressingLead } from './lead.ts'
import type { RolloutFields } from './rollout-fields.ts'
import { verdict, type HealthVerdict } from './verdict.ts'

/**
 * Health of a Rollout whose controller wrote no phase: Rollouts 0.10 and older, and the very first status write of
 * every newer one. Same statuses as Argo CD's built-in check (argo-cd `resource_customizations/argoproj.io/Rollout`).
 */
export function assessLegacyRollout(rollout: RolloutFields): HealthVerdict {
  const { spec, status } = rollout
  for (const entry of entriesOf(status.conditions)) {
    const { type, reason, message }: Fields<'type' | 'reason' | 'message'> = fieldsOf(entry)
    const isFailed = type === 'Progressing' && (reason === 'RolloutAborted' || reason === 'ProgressDeadlineExceeded')
    if (type === 'InvalidSpec' || isFailed) return verdict('Degraded', degradedLead(rollout), message)
  }
  if (entryAt(status.pauseConditions, 0) !== undefined || spec.paused === true) {
    return verdict('Suspended', pausedLead(rollout), 'Rollout is paused')
  }
  if (!isPresent(status.currentPodHash)) {
    return verdict('Progressing', undefined, 'Waiting for rollout to finish: status has not been reconciled.')
  }
  const waiting = waitingFor(rollout)
  return waiting === undefined ? verdict('Healthy', undefined, undefined) : verdict('Progressing', progressingLead(rollout), waiting)
}

function waitingFor(rollout: RolloutFields): string | undefined {
  const { spec, status } = rollout
  const updated = numberOr(status.updatedReplicas, 0)
  if (updated < numberOr(spec.replicas, 1)) return 'Waiting for roll out to finish: More replicas need to be updated'
  if (numberOr(status.availableReplicas, 0) < updated) {
    return 'Waiting for roll out to finish: updated replicas are still becoming available'
  }
  if (rollout.isBlueGreen) return waitingForBlueGreen(rollout)
  if (isTable(fieldsOf<'canary'>(spec.strategy).canary)) return waitingForCanary(rollout, updated)
  return undefined
}

function waitingForBlueGreen(rollout: RolloutFields): string | undefined {
  const { status, activeSelector } = rollout
  if (activeSelector !== status.currentPodHash) return 'active service cutover pending'
  const stable = legacyStable(status)
  // v0.7 wrote no stableRS for blue-green.
  return stable !== '' && stable !== status.currentPodHash ? 'waiting for analysis to complete' : undefined
}

function waitingForCanary(rollout: RolloutFields, updated: number): string | undefined {
  const { status } = rollout
  if (numberOr(status.replicas, 0) > updated) return 'Waiting for roll out to finish: old replicas are pending termination'
  const stable = legacyStable(status)
  return stable === '' || stable !== status.currentPodHash ? 'Waiting for rollout to finish steps' : undefined
}

/** v0.8 moved `status.canary.stableRS` to `status.stableRS`. */
function legacyStable(status: RolloutFields['status']): unknown {
  if (isPresent(status.stableRS)) return status.stableRS
  return isPresent(status.canary) ? fieldsOf<'stableRS'>(status.canary).stableRS : ''
}
