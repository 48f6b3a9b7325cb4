import { mayStillBeRouted, requestsWords } from './requests.ts'
import type { ReplicaSetSnapshot, RolloutSnapshot } from './snapshots.ts'

/**
 * Who serves: the second axis beside health. The words are those of recordings' expected.json. `undone` and `waiting-for-sync` are never
 * said of who serves alone: there one version serves, and by Argo CD's comparison it is not what Git asks for (see `Wish`).
 */
export type ServingState =
  | 'in-step'
  | 'rolling'
  | 'undone'
  | 'waiting-for-sync'
  | 'aborting'
  | 'split'
  | 'stuck'
  | 'first-deploy-failed'
  | 'invalid-spec'
  | 'unknown'

/** A failure with an identity: the same failure has the same one in every later look. */
export interface Failure {
  readonly kind: 'abort' | 'stuck' | 'first-deploy' | 'invalid-spec'
  /** `abortedAt`, or the kind where nothing was aborted. Tells one attempt from the next. */
  readonly attempt: string
  /** Epoch milliseconds of the abort, by the controller's clock; undefined where nothing was aborted. */
  readonly at: number | undefined
}

/** The release that the cluster is at: N+1 while one is under way or has failed. */
export interface ReleaseIdentity {
  readonly podTemplateHash: string
  readonly rolloutRevision: number
}

export interface Serving {
  readonly state: ServingState
  /** One sentence: why. */
  readonly reason: string
  /** Of an abort: why it is not proven that the stable version alone serves, as a clause. Undefined where it is, and without an abort. */
  readonly unproven?: string | undefined
  readonly failure: Failure | undefined
  /** Undefined while the controller is still moving the numbers, or when there is nothing to name. */
  readonly current: ReleaseIdentity | undefined
}

export interface ServingInput {
  readonly rollout: RolloutSnapshot | undefined
  /** ReplicaSets that the Rollout owns. */
  readonly replicaSets: readonly ReplicaSetSnapshot[]
  /** The ledger says that this pod template was seen Healthy. */
  readonly seenHealthy: (podTemplateHash: string) => boolean
  /** The ledger says that this pod template failed as the first one. */
  readonly failedFirst: (podTemplateHash: string) => boolean
}

/**
 * Says who serves. Pure; the order of the questions is that of the controller's own states.
 * Source: argo-rollouts `rollout/sync.go`, `rollout/canary.go`, `rollout/bluegreen.go`, `rollout/controller.go`.
 */
export function assessServing(input: ServingInput): Serving {
  const { rollout } = input
  if (!rollout) return nothing('unknown', 'The Rollout is not in the cluster.')
  if (rollout.deleting) return nothing('unknown', 'The Rollout is being deleted.')
  if (!rollout.hasStatus) return nothing('unknown', 'The Rollouts controller has not written a status yet.')
  if (!rollout.observed) return nothing('unknown', 'The Rollouts controller has not seen the newest spec yet.')
  if (rollout.invalidSpec !== undefined) {
    return {
      state: 'invalid-spec',
      reason: rollout.invalidSpec,
      failure: { kind: 'invalid-spec', attempt: 'invalid-spec', at: undefined },
      current: undefined,
    }
  }
  const current = identify(rollout, input.replicaSets)
  if (!rollout.currentPodHash || !rollout.stableRS)
    return { state: 'rolling', reason: 'The first version is starting.', failure: undefined, current }
  if (rollout.currentPodHash === rollout.stableRS) return { ...assessAtStable(input, rollout), current }
  return { ...assessBetween(input, rollout), current }
}

/** The ReplicaSet of a pod template, if the view has it. */
export function replicaSetOf(
  replicaSets: readonly ReplicaSetSnapshot[],
  podTemplateHash: string | null | undefined,
): ReplicaSetSnapshot | undefined {
  return replicaSets.find((set) => set.podTemplateHash === podTemplateHash)
}

/**
 * Whether a version ever carried traffic. `stableRS` alone is no proof: the controller sets it on the first deploy before a pod is
 * ready (argo-rollouts `rollout/sync.go` promoteStable). Nor are a few pods of a first version that is known to have failed.
 */
function hasServed(input: ServingInput, podTemplateHash: string): boolean {
  if (input.seenHealthy(podTemplateHash)) return true
  return (replicaSetOf(input.replicaSets, podTemplateHash)?.availableReplicas ?? 0) > 0 && !input.failedFirst(podTemplateHash)
}

type Verdict = Omit<Serving, 'current'>

function assessAtStable(input: ServingInput, rollout: RolloutSnapshot): Verdict {
  const weights = rollout.weights
  if (weights?.canaryHash && weights.canaryHash !== rollout.currentPodHash && weights.canaryWeight > 0) {
    return calm('rolling', `Traffic is returning to stable ${rollout.stableRS}; ${weights.canaryWeight}% is still elsewhere.`)
  }
  // The ledger is asked last and seldom: a fleet of 50,000 is assessed in one go.
  const first = rollout.phase !== 'Healthy' && (rollout.rolloutRevision ?? 1) === 1 && !input.seenHealthy(rollout.currentPodHash ?? '')
  if (first && rollout.phase === 'Degraded') {
    return {
      state: 'first-deploy-failed',
      reason: rollout.message ?? 'The first version did not become available.',
      failure: { kind: 'first-deploy', attempt: 'first-deploy', at: undefined },
    }
  }
  if (first) return calm('rolling', rollout.message ?? 'The first version is starting.')
  return calm('in-step', `The cluster was told to run ${rollout.currentPodHash}, and no other version.`)
}

function assessBetween(input: ServingInput, rollout: RolloutSnapshot): Verdict {
  if (rollout.abort) return assessAbort(input, rollout)
  if (rollout.progressingReason === 'RolloutAborted')
    return calm('rolling', 'A retry was asked for; the controller has not taken it up yet.')
  // Rollouts 1.7 counts a blue-green pause against the progress deadline: it waits, and is not stuck.
  const isPaused = rollout.specPaused || rollout.pauseReasons.length > 0
  if (rollout.progressingReason === 'ProgressDeadlineExceeded' && !isPaused) {
    return {
      state: 'stuck',
      reason: rollout.message ?? rollout.progressingMessage ?? 'The update exceeded its progress deadline and was not aborted.',
      failure: { kind: 'stuck', attempt: 'stuck', at: undefined },
    }
  }
  const moves = rollout.message ?? `${rollout.currentPodHash} is rolling out over ${rollout.stableRS}.`
  return calm('rolling', `${moves}${requestsWords(rollout, replicaSetOf(input.replicaSets, rollout.currentPodHash))}`)
}

function assessAbort(input: ServingInput, rollout: RolloutSnapshot): Verdict {
  if (rollout.abortedAt === undefined) return calm('aborting', 'An abort was asked for; the controller has not carried it out yet.')
  const failure: Failure = { kind: 'abort', attempt: rollout.abortedAt, at: rollout.abortedAtMs }
  const why = rollout.message ?? rollout.progressingMessage ?? ''
  if (!hasServed(input, rollout.stableRS ?? '')) {
    return { state: 'first-deploy-failed', reason: `Aborted, and stable ${rollout.stableRS} was never seen to serve. ${why}`, failure }
  }
  const unproven = whyUnproven(rollout, input.replicaSets)
  if (unproven === undefined) {
    const serves = `it serves ${rollout.stableRS}${besideStable(rollout, input.replicaSets)}`
    return { state: 'split', reason: `The cluster was told to run ${rollout.currentPodHash}, and ${serves}. ${why}`, failure }
  }
  return {
    state: 'aborting',
    reason: `Aborted, and not proven that ${rollout.stableRS} alone serves: ${unproven}. ${why}`,
    failure,
    unproven,
  }
}

/**
 * Why it is not proven that N alone serves, as a clause; undefined where it is. An abort proves neither that the traffic has gone back nor
 * that N has a pod to take it: the first is told by {@link whereTrafficGoes}, the second by N's own ReplicaSet, since the counts of a
 * Rollout are those of all its versions.
 */
function whyUnproven(rollout: RolloutSnapshot, replicaSets: readonly ReplicaSetSnapshot[]): string | undefined {
  const elsewhere = whereTrafficGoes(rollout)
  if (elsewhere !== undefined) return elsewhere
  const stable = replicaSetOf(replicaSets, rollout.stableRS)
  if (stable === undefined) return `the ReplicaSet of ${rollout.stableRS} is not in view`
  if (stable.availableReplicas > 0) return undefined
  return rollout.specReplicas === 0 ? 'it is scaled to 0' : `no pod of ${rollout.stableRS} is available`
}

/**
 * Who has traffic besides N, as a clause: by the active selector (blue-green), by what the router was told and has taken up, or by the
 * count of N+1's pods.
 * Source: argo-rollouts `rollout/service.go` reconcileActiveService, `rollout/trafficrouting.go`, `rollout/canary.go`.
 */
function whereTrafficGoes(rollout: RolloutSnapshot): string | undefined {
  const { activeSelector, currentPodHash, routed, stableRS, updatedReplicas, weights } = rollout
  if (rollout.strategy === 'blueGreen') {
    if (activeSelector === stableRS) return undefined
    return activeSelector ? `the active Service selects ${activeSelector}` : 'nobody says what the active Service selects'
  }
  if (routed && weights) {
    if (weights.canaryWeight !== 0) return `${weights.canaryHash ?? currentPodHash} still has a weight of ${weights.canaryWeight}`
    if (weights.stableHash !== undefined && weights.stableHash !== stableRS) return `the stable route leads to ${weights.stableHash}`
    if (weights.experimentWeight !== 0) return `an experiment has a weight of ${weights.experimentWeight}`
    if (mayStillBeRouted(rollout)) return `routes by header may still lead to ${currentPodHash}`
    return weights.verified === false ? 'the load balancer has not verified the weights' : undefined
  }
  return updatedReplicas === 0 ? undefined : `${currentPodHash} still has ${updatedReplicas} pod(s)`
}

/** Without a router, pods of a version that was overtaken share the traffic with N's until the controller has scaled them down. */
function besideStable({ currentPodHash, routed, stableRS, strategy }: RolloutSnapshot, replicaSets: readonly ReplicaSetSnapshot[]): string {
  if (routed || strategy !== 'canary') return ''
  const isThird = ({ podTemplateHash: hash }: ReplicaSetSnapshot): boolean => hash !== stableRS && hash !== currentPodHash
  const third = replicaSets.find((set) => set.replicas > 0 && isThird(set))
  return third === undefined ? '' : ` beside ${third.replicas} pod(s) of ${third.podTemplateHash}`
}

/**
 * Names the release by its ReplicaSet's number. The Rollout's own annotation moves before its status does, so a number is believed
 * only when both say the same.
 */
function identify(rollout: RolloutSnapshot, replicaSets: readonly ReplicaSetSnapshot[]): ReleaseIdentity | undefined {
  if (!rollout.currentPodHash) return undefined
  const set = replicaSetOf(replicaSets, rollout.currentPodHash)
  const number = rollout.rolloutRevision
  if (number === undefined || (set && set.rolloutRevision !== number)) return undefined
  return { podTemplateHash: rollout.currentPodHash, rolloutRevision: number }
}

function calm(state: ServingState, reason: string): Verdict {
  return { state, reason, failure: undefined }
}

function nothing(state: ServingState, reason: string): Serving {
  return { ...calm(state, reason), current: undefined }
}
