import type { Rollout, RolloutStatus } from './types.ts'

export interface PhaseVerdict {
  phase: NonNullable<RolloutStatus['phase']>
  message?: string
}

/** Phase and message of a status, in the order of argo-rollouts utils/rollout/rolloututil.go CalculateRolloutPhase. */
export function calculatePhase(spec: Rollout['spec'], status: RolloutStatus): PhaseVerdict {
  for (const condition of status.conditions ?? []) {
    if (condition.type === 'InvalidSpec' || condition.reason === 'RolloutAborted' || condition.reason === 'ProgressDeadlineExceeded') {
      return { phase: 'Degraded', message: `${condition.reason}: ${condition.message}` }
    }
  }
  if (spec.paused === true) return { phase: 'Paused', message: 'manually paused' }
  const pause = status.pauseConditions?.[0]
  if (pause !== undefined) return { phase: 'Paused', message: pause.reason }
  const waitingFor = pending(spec, status)
  return waitingFor === undefined ? { phase: 'Healthy' } : { phase: 'Progressing', message: waitingFor }
}

function pending(spec: Rollout['spec'], status: RolloutStatus): string | undefined {
  const updated = status.updatedReplicas ?? 0
  if (updated < (spec.replicas ?? 1)) return 'more replicas need to be updated'
  if ((status.availableReplicas ?? 0) < updated) return 'updated replicas are still becoming available'
  const isPromoted = status.stableRS !== undefined && status.stableRS === status.currentPodHash
  const { canary, blueGreen } = spec.strategy
  if (blueGreen !== undefined && status.blueGreen?.activeSelector !== status.currentPodHash) return 'active service cutover pending'
  if (blueGreen !== undefined) return isPromoted ? undefined : 'waiting for analysis to complete'
  if (canary?.trafficRouting === undefined && (status.replicas ?? 0) > updated) return 'old replicas are pending termination'
  return isPromoted ? undefined : 'waiting for all steps to complete'
}
