import { condition, stamp, type Raw } from './objects.ts'

/** What a status is about: the Rollout's name, the hash of what is asked for, and of what is stable. */
export interface StatusOf {
  name: string
  hash: string
  stable: string
}

/** The canary of N+1 has begun. */
export function inCanary(of: StatusOf): Raw {
  const told = `ReplicaSet "${of.name}-${of.hash}" is progressing.`
  return { ...progressing(of), ...conditions(condition('Progressing', 'True', 'ReplicaSetUpdated', told)) }
}

/** All pods are of this version. */
export function healthy({ name, hash, stable }: StatusOf, now: number): Raw {
  const told = `ReplicaSet "${name}-${hash}" has successfully progressed.`
  return {
    phase: 'Healthy',
    currentPodHash: hash,
    stableRS: stable,
    updatedReplicas: 4,
    ...conditions(condition('Progressing', 'True', 'NewReplicaSetAvailable', told), {
      ...condition('Healthy', 'True', 'RolloutHealthy', 'Rollout is healthy'),
      lastTransitionTime: stamp(now),
    }),
  }
}

/** Pods of N+1 that are `still` there get traffic. */
export function aborted({ hash, stable }: StatusOf, { text, still, now }: { text: string; still: number; now: number }): Raw {
  return {
    phase: 'Degraded',
    message: `RolloutAborted: ${text}`,
    abort: true,
    abortedAt: stamp(now),
    currentPodHash: hash,
    stableRS: stable,
    ...(still > 0 && { updatedReplicas: still }),
    ...conditions(condition('Progressing', 'False', 'RolloutAborted', text)),
  }
}

/** A person has it tried again. */
export function retried(of: StatusOf): Raw {
  return {
    ...progressing(of),
    abort: false,
    ...conditions(condition('Progressing', 'Unknown', 'RolloutRetry', 'Retrying Rollout after abort')),
  }
}

/** The same release with other steps. */
export function begunAnew(of: StatusOf): Raw {
  const told = `Rollout "${of.name}" is progressing.`
  return { ...progressing(of), ...conditions(condition('Progressing', 'True', 'ReplicaSetUpdated', told)) }
}

function progressing({ hash, stable }: StatusOf): Raw {
  return {
    phase: 'Progressing',
    message: 'more replicas need to be updated',
    currentPodHash: hash,
    ...(stable !== '' && { stableRS: stable }),
    updatedReplicas: 1,
    currentStepIndex: 0,
  }
}

function conditions(...extra: Raw[]): Raw {
  return { conditions: [condition('Available', 'True', 'AvailableReason', 'Rollout has minimum availability'), ...extra] }
}
