import { toTimestamp } from '../clock.ts'
import { canonicalJson } from '../json.ts'
import { CONDITIONS, conditionOf, dropCondition, setCondition } from './conditions.ts'
import { calculatePhase } from './phase.ts'
import { hashText } from './template-hash.ts'
import {
  REVISION_ANNOTATION,
  type AnalysisRun,
  type AnalysisStep,
  type CanaryStep,
  type ReplicaSet,
  type Rollout,
  type RolloutStatus,
  type RunSummary,
} from './types.ts'

/** What one reconcile sees. The ReplicaSet of the wanted template exists. */
export interface View {
  rollout: Rollout
  hash: string
  newSet: ReplicaSet
  /** The ReplicaSet of `stableRS` where that is another one. */
  stableSet: ReplicaSet | undefined
  oldSets: readonly ReplicaSet[]
  runs: readonly AnalysisRun[]
  now: number
  /** How long a duration of the spec, in milliseconds, takes here. */
  scaled(ms: number): number
  memory: Memory
}

/** What the controller keeps in its head, because status holds only whole seconds. Milliseconds since the epoch. */
export interface Memory {
  pausedAt?: number
  /** Hash and counters last seen, and since when: the progress deadline runs from there. */
  progress?: { mark: string; since: number }
  abortedAt?: number
}

/** A run to start. */
export interface RunRequest {
  name: string
  type: 'Step' | 'PrePromotion' | 'PostPromotion'
  stepIndex?: number
  analysis: AnalysisStep
}

/** What one reconcile decides. Effects are carried out before the status is written, as in the real controller. */
export interface Plan {
  status: RolloutStatus
  /** Wanted size by ReplicaSet name. */
  sizes: Map<string, number>
  start?: RunRequest
  terminate: string[]
  /** Milliseconds until something is due although nothing changes. */
  wakeIn?: number
}

/** A plan that changes nothing yet. */
export function newPlan(view: View): Plan {
  const status = structuredClone(view.rollout.status ?? {})
  status.canary ??= {}
  status.blueGreen ??= {}
  dropCondition(status, 'InvalidSpec')
  return { status, sizes: new Map(), terminate: [] }
}

/** The replicas the spec wants. */
export function wantedReplicas(view: View): number {
  return view.rollout.spec.replicas ?? 1
}

/** The canary steps of a Rollout; none for blue-green. */
export function stepsOf(rollout: Rollout): readonly CanaryStep[] {
  return rollout.spec.strategy.canary?.steps ?? []
}

/** Changes with the steps; a change starts the release again. */
export function hashSteps(rollout: Rollout): string {
  return hashText(canonicalJson(stepsOf(rollout)))
}

/** Forgets the attempt under way: another template or other steps are wanted now (sync.go resetRolloutStatus). */
export function resetAttempt(plan: Plan, view: View): void {
  const { status } = plan
  for (const member of ['pauseConditions', 'controllerPause', 'promoteFull'] as const) delete status[member]
  forgetAbort(plan, view)
  delete status.canary?.currentStepAnalysisRunStatus
  delete status.blueGreen?.prePromotionAnalysisRunStatus
  delete status.blueGreen?.postPromotionAnalysisRunStatus
  delete view.memory.pausedAt
  plan.terminate.push(...runningRuns(view))
}

/** Ends the attempt: the cluster goes back to the stable version. `why` is empty for a person's abort. */
export function abort(plan: Plan, view: View, why: string): void {
  const { status } = plan
  status.abort = true
  status.abortedAt = toTimestamp(view.now)
  view.memory.abortedAt = view.now
  delete status.pauseConditions
  delete status.controllerPause
  if (view.rollout.spec.strategy.canary !== undefined && stepsOf(view.rollout).length > 0) status.currentStepIndex = 0
  setCondition(status, view.now, CONDITIONS.aborted(view.newSet.metadata.annotations?.[REVISION_ANNOTATION] ?? '?', why))
  plan.terminate.push(...runningRuns(view))
}

/** The abort was taken back. */
export function forgetAbort(plan: Plan, view: View): void {
  delete plan.status.abort
  delete plan.status.abortedAt
  delete view.memory.abortedAt
}

/** Begins a pause, or carries it on: the Paused condition follows one reconcile later. */
export function pause(plan: Plan, view: View, reason: string): void {
  const { status } = plan
  if (status.pauseConditions === undefined) {
    status.pauseConditions = [{ reason, startTime: toTimestamp(view.now) }]
    status.controllerPause = true
    view.memory.pausedAt = view.now
    return
  }
  setCondition(status, view.now, CONDITIONS.pausedProgress)
  setCondition(status, view.now, CONDITIONS.paused(true))
}

/** Ends a pause. */
export function unpause(plan: Plan, view: View): void {
  delete plan.status.pauseConditions
  delete plan.status.controllerPause
  delete view.memory.pausedAt
}

/** Names of this Rollout's runs that have not ended. */
function runningRuns(view: View): string[] {
  return view.runs.filter((run) => ['', 'Pending', 'Running'].includes(run.status?.phase ?? '')).map((run) => run.metadata.name)
}

/** How status shows a run. */
export function summarise(run: AnalysisRun): RunSummary {
  const { phase = '', message } = run.status ?? {}
  return { name: run.metadata.name, status: phase, ...(message !== undefined && { message }) }
}

/** A name for a run that no earlier attempt has taken: `.1`, `.2` after retries. */
export function freeRunName(view: View, suffix: string): string {
  const base = `${view.rollout.metadata.name}-${view.hash}-${view.newSet.metadata.annotations?.[REVISION_ANNOTATION] ?? ''}-${suffix}`
  const taken = new Set(view.runs.map((run) => run.metadata.name))
  let name = base
  for (let attempt = 1; taken.has(name); attempt += 1) name = `${base}.${attempt}`
  return name
}

/** Counters, the conditions that follow from them, and the phase that follows from both. */
export function finish(plan: Plan, view: View): Plan {
  const { status } = plan
  const { rollout, newSet, now } = view
  const isBlueGreen = rollout.spec.strategy.blueGreen !== undefined
  const sets = [newSet, ...view.oldSets]
  const count = (of: readonly ReplicaSet[], member: 'replicas' | 'readyReplicas' | 'availableReplicas'): number =>
    of.reduce((sum, set) => sum + (set.status?.[member] ?? 0), 0)
  const active = sets.filter(
    (set) => !isBlueGreen || set.metadata.labels?.['rollouts-pod-template-hash'] === (status.blueGreen?.activeSelector ?? view.hash),
  )
  setCount(status, 'replicas', count(sets, 'replicas'))
  setCount(status, 'updatedReplicas', count([newSet], 'replicas'))
  setCount(status, 'readyReplicas', count(active, 'readyReplicas'))
  setCount(status, 'availableReplicas', count(active, 'availableReplicas'))
  setCount(status, 'HPAReplicas', count(active, 'replicas'))
  const labels = Object.entries(rollout.spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`)
  const { activeSelector } = status.blueGreen ?? {}
  status.selector = [...labels, ...(activeSelector === undefined ? [] : [`rollouts-pod-template-hash=${activeSelector}`])].join(',')
  status.observedGeneration = String(rollout.metadata.generation)

  const isPaused = status.pauseConditions !== undefined
  if (!isPaused && conditionOf(status, 'Paused') !== undefined && status.abort !== true) setCondition(status, now, CONDITIONS.paused(false))
  setCondition(status, now, CONDITIONS.minimum((status.availableReplicas ?? 0) >= wantedReplicas(view)))
  setCondition(status, now, CONDITIONS.completed(status.stableRS === view.hash))
  const { phase, message } = calculatePhase(rollout.spec, status)
  if (phase === 'Healthy' || conditionOf(status, 'Healthy') !== undefined)
    setCondition(status, now, CONDITIONS.healthy(phase === 'Healthy'))
  status.phase = phase
  if (message === undefined) delete status.message
  else status.message = message
  return plan
}

/** Absent stands for zero, as `omitempty` has it. */
function setCount(
  status: RolloutStatus,
  member: 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas' | 'HPAReplicas',
  value: number,
): void {
  if (value > 0) status[member] = value
  else delete status[member]
}
