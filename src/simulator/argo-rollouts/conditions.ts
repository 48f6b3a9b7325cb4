import { toTimestamp } from '../clock.ts'
import type { Condition, RolloutStatus } from './types.ts'

type NewCondition = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

/** The condition of this type, if any. */
export function conditionOf(status: RolloutStatus, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type)
}

/**
 * Sets a condition at the end of the list. One of equal status and reason stays as it is, so the first abort's message
 * survives (conditions.go SetRolloutCondition).
 */
export function setCondition(status: RolloutStatus, now: number, next: NewCondition): void {
  const current = conditionOf(status, next.type)
  if (current?.status === next.status && current.reason === next.reason) return
  const stamp = toTimestamp(now)
  const transition = current?.status === next.status ? current.lastTransitionTime : stamp
  const others = (status.conditions ?? []).filter((condition) => condition.type !== next.type)
  status.conditions = [...others, { ...next, lastTransitionTime: transition, lastUpdateTime: stamp }]
}

/** Takes a condition away. */
export function dropCondition(status: RolloutStatus, type: string): void {
  if (status.conditions !== undefined) status.conditions = status.conditions.filter((condition) => condition.type !== type)
}

/** The conditions this controller sets, with their texts (argo-rollouts utils/conditions/conditions.go). */
export const CONDITIONS = {
  created: (set: string): NewCondition => ({
    type: 'Progressing',
    status: 'True',
    reason: 'NewReplicaSetCreated',
    message: `Created new replica set "${set}"`,
  }),
  progressing: (set: string): NewCondition => ({
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message: `ReplicaSet "${set}" is progressing.`,
  }),
  available: (set: string): NewCondition => ({
    type: 'Progressing',
    status: 'True',
    reason: 'NewReplicaSetAvailable',
    message: `ReplicaSet "${set}" has successfully progressed.`,
  }),
  timedOut: (set: string): NewCondition => ({
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: `ReplicaSet "${set}" has timed out progressing.`,
  }),
  aborted: (revision: string, why: string): NewCondition => ({
    type: 'Progressing',
    status: 'False',
    reason: 'RolloutAborted',
    message: `Rollout aborted update to revision ${revision}${why && `: ${why}`}`,
  }),
  retrying: {
    type: 'Progressing',
    status: 'Unknown',
    reason: 'RolloutRetry',
    message: 'Retrying Rollout after abort',
  } satisfies NewCondition,
  resumed: {
    type: 'Progressing',
    status: 'Unknown',
    reason: 'RolloutResumed',
    message: 'Rollout is resumed',
  } satisfies NewCondition,
  pausedProgress: {
    type: 'Progressing',
    status: 'Unknown',
    reason: 'RolloutPaused',
    message: 'Rollout is paused',
  } satisfies NewCondition,
  paused: (yes: boolean): NewCondition => ({
    type: 'Paused',
    status: yes ? 'True' : 'False',
    reason: 'RolloutPaused',
    message: 'Rollout is paused',
  }),
  completed: (yes: boolean): NewCondition => ({
    type: 'Completed',
    status: yes ? 'True' : 'False',
    reason: 'RolloutCompleted',
    message: 'RolloutCompleted',
  }),
  healthy: (yes: boolean): NewCondition => ({
    type: 'Healthy',
    status: yes ? 'True' : 'False',
    reason: 'RolloutHealthy',
    message: yes ? 'Rollout is healthy' : 'Rollout is not healthy',
  }),
  minimum: (yes: boolean): NewCondition => ({
    type: 'Available',
    status: yes ? 'True' : 'False',
    reason: 'AvailableReason',
    message: yes ? 'Rollout has minimum availability' : 'Rollout does not have minimum availability',
  }),
  invalid: (message: string): NewCondition => ({ type: 'InvalidSpec', status: 'True', reason: 'InvalidSpec', message }),
} as const
