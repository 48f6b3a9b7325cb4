import { condition, REASONS, stamp, type Raw } from '../../simulation/objects.ts'
import type { Mode, RolloutState } from './rollout-state.ts'

/** What a Rollout's status says of what its controller has come to. */
export function statusOf(state: RolloutState): Raw {
  return STATUSES[state.mode](state)
}

const STATUSES: Readonly<Record<Mode, (state: RolloutState) => Raw>> = {
  none: progressing,
  progressing,
  healthy,
  aborted,
  stuck,
  paused,
  retrying,
}

const AVAILABLE = condition('Available', 'True', 'AvailableReason', 'Rollout has minimum availability')

function healthy(state: RolloutState): Raw {
  return {
    phase: 'Healthy',
    updatedReplicas: 4,
    ...conditions('True', 'NewReplicaSetAvailable', `${setOf(state)} has successfully progressed.`),
  }
}

function aborted({ revision, why, abortedAt, still }: RolloutState): Raw {
  const text = `Rollout aborted update to revision ${revision}${REASONS[why]}`
  return {
    phase: 'Degraded',
    message: `RolloutAborted: ${text}`,
    abort: true,
    abortedAt: stamp(abortedAt ?? 0),
    currentStepIndex: 0,
    ...(still > 0 && { updatedReplicas: still }),
    ...conditions('False', 'RolloutAborted', text),
  }
}

function stuck(state: RolloutState): Raw {
  const text = `${setOf(state)} has timed out progressing.`
  return {
    phase: 'Degraded',
    message: `ProgressDeadlineExceeded: ${text}`,
    updatedReplicas: 1,
    ...conditions('False', 'ProgressDeadlineExceeded', text),
  }
}

function paused(state: RolloutState): Raw {
  return {
    phase: 'Paused',
    message: 'InconclusiveAnalysisRun',
    updatedReplicas: 1,
    currentStepIndex: 1,
    controllerPause: true,
    pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: '2026-12-01T22:00:00Z' }],
    ...conditions('Unknown', 'RolloutPaused', 'Rollout is paused'),
    ...askedToAbort(state),
  }
}

function retrying(): Raw {
  return {
    phase: 'Progressing',
    message: 'more replicas need to be updated',
    abort: false,
    updatedReplicas: 1,
    currentStepIndex: 0,
    ...conditions('Unknown', 'RolloutRetry', 'Retrying Rollout after abort'),
  }
}

function progressing(state: RolloutState): Raw {
  return {
    phase: 'Progressing',
    message: 'more replicas need to be updated',
    updatedReplicas: 1,
    currentStepIndex: 0,
    ...conditions('True', 'ReplicaSetUpdated', `${setOf(state)} is progressing.`),
    ...askedToAbort(state),
  }
}

function setOf({ owner, current }: RolloutState): string {
  return `ReplicaSet "${owner.name}-${current}"`
}

/** By hand, and not yet carried out. */
function askedToAbort({ abortAsked }: RolloutState): Raw {
  return abortAsked ? { abort: true } : {}
}

function conditions(status: string, reason: string, message: string): Raw {
  return { conditions: [AVAILABLE, condition('Progressing', status, reason, message)] }
}
