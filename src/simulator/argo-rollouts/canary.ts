import { canaryScale } from './canary-scale.ts'
import { CONDITIONS, conditionOf, setCondition } from './conditions.ts'
import { parseDuration } from './duration.ts'
import {
  abort,
  finish,
  forgetAbort,
  freeRunName,
  hashSteps,
  newPlan,
  pause,
  resetAttempt,
  stepsOf,
  summarise,
  unpause,
  wantedReplicas,
  type Plan,
  type View,
} from './plan.ts'
import { judgeProgress } from './progress.ts'
import type { AnalysisStep, CanaryStep } from './types.ts'

/** One reconcile of a canary Rollout: each call takes one small step, as the recorded statuses do. */
export function planCanary(view: View): Plan {
  const plan = newPlan(view)
  const { status } = plan
  const stepHash = hashSteps(view.rollout)
  const isNew = status.currentPodHash !== view.hash || (status.currentStepHash !== undefined && status.currentStepHash !== stepHash)
  status.currentStepHash = stepHash
  if (isNew) begin(plan, view)
  else if (status.stableRS === undefined || status.stableRS === view.hash) settle(plan, view)
  else if (status.promoteFull === true && status.abort === true) promoteAborted(plan, view)
  else if (status.abort === true) retreat(plan, view)
  else if (status.abortedAt !== undefined) retry(plan, view)
  else advance(plan, view)
  return finish(plan, view)
}

/** Another template or other steps. One that is stable already needs no step: that is a revert. */
function begin(plan: Plan, view: View): void {
  resetAttempt(plan, view)
  plan.status.currentPodHash = view.hash
  plan.status.currentStepIndex = plan.status.stableRS === view.hash ? stepsOf(view.rollout).length : 0
  setCondition(plan.status, view.now, CONDITIONS.progressing(view.newSet.metadata.name))
}

/** The wanted version is the stable one. A first deploy gets here at once, before any pod is ready. */
function settle(plan: Plan, view: View): void {
  const { status } = plan
  status.stableRS = view.hash
  status.currentStepIndex = stepsOf(view.rollout).length
  delete status.promoteFull
  resize(plan, view, 100)
  judgeProgress(plan, view)
}

/** Aborted: back to the stable version, and the evidence leaves the status. */
function retreat(plan: Plan, view: View): void {
  if (plan.status.abortedAt === undefined) {
    delete plan.status.canary?.currentStepAnalysisRunStatus
    return abort(plan, view, '')
  }
  delete plan.status.canary?.currentStepAnalysisRunStatus
  resize(plan, view, 0)
}

/** Somebody took the abort back: the same version once more, from the first step. */
function retry(plan: Plan, view: View): void {
  const { status } = plan
  // The failed run must not be taken for this attempt's.
  delete status.canary?.currentStepAnalysisRunStatus
  if (conditionOf(status, 'Progressing')?.reason === 'RolloutAborted') return setCondition(status, view.now, CONDITIONS.retrying)
  forgetAbort(plan, view)
}

/** A full promotion takes the abort back, and needs no step any more (canary.go syncRolloutStatusCanary). */
function promoteAborted(plan: Plan, view: View): void {
  forgetAbort(plan, view)
  advance(plan, view)
}

/** Takes the current step, or promotes after the last. */
function advance(plan: Plan, view: View): void {
  const { status } = plan
  const steps = stepsOf(view.rollout)
  if (status.promoteFull === true) {
    unpause(plan, view)
    status.currentStepIndex = steps.length
  }
  const index = status.currentStepIndex ?? 0
  const step = steps[index]
  const weight = weightAt(steps, index)
  resize(plan, view, weight, canaryScale(view.rollout.spec.strategy.canary, index, wantedReplicas(view)))
  if (step === undefined) return promote(plan, view)
  if (wasResumed(plan, view)) return
  if (status.pauseConditions === undefined) judgeProgress(plan, view)
  if (status.abort !== true) take(plan, view, { step, index, weight })
}

/** A person cleared the pause: the controller says so once, then goes to the next step. */
function wasResumed(plan: Plan, view: View): boolean {
  const { status } = plan
  if (status.controllerPause !== true || status.pauseConditions !== undefined) return false
  if (conditionOf(status, 'Progressing')?.reason !== 'RolloutResumed') {
    setCondition(status, view.now, CONDITIONS.resumed)
    return true
  }
  unpause(plan, view)
  status.currentStepIndex = (status.currentStepIndex ?? 0) + 1
  delete status.canary?.currentStepAnalysisRunStatus
  setCondition(status, view.now, CONDITIONS.progressing(view.newSet.metadata.name))
  return true
}

function take(plan: Plan, view: View, at: { step: CanaryStep; index: number; weight: number }): void {
  const { step, index } = at
  if (step.pause !== undefined) return takePause(plan, view, { step: step.pause, index })
  if (step.analysis !== undefined) return takeAnalysis(plan, view, { analysis: step.analysis, index })
  const size = plan.sizes.get(view.newSet.metadata.name) ?? 0
  const isThere = (view.newSet.status?.availableReplicas ?? 0) >= size && view.newSet.spec.replicas === size
  if (!isThere) return
  route(plan, view, at.weight)
  plan.status.currentStepIndex = index + 1
}

function takePause(plan: Plan, view: View, at: { step: NonNullable<CanaryStep['pause']>; index: number }): void {
  const { duration } = at.step
  const end =
    (view.memory.pausedAt ?? view.now) + (duration === undefined ? Number.POSITIVE_INFINITY : view.scaled(parseDuration(duration)))
  if (plan.status.pauseConditions !== undefined && view.now >= end) {
    unpause(plan, view)
    plan.status.currentStepIndex = at.index + 1
    return setCondition(plan.status, view.now, CONDITIONS.progressing(view.newSet.metadata.name))
  }
  pause(plan, view, 'CanaryPauseStep')
  if (Number.isFinite(end)) plan.wakeIn = end - view.now
}

function takeAnalysis(plan: Plan, view: View, at: { analysis: AnalysisStep; index: number }): void {
  const { status } = plan
  const canary = (status.canary ??= {})
  const run = view.runs.find((candidate) => candidate.metadata.name === canary.currentStepAnalysisRunStatus?.name)
  if (run === undefined) {
    const name = freeRunName(view, String(at.index))
    plan.start = { name, type: 'Step', stepIndex: at.index, analysis: at.analysis }
    canary.currentStepAnalysisRunStatus = { name, status: '' }
    return
  }
  canary.currentStepAnalysisRunStatus = summarise(run)
  const { phase = '', message } = run.status ?? {}
  if (phase === 'Failed' || phase === 'Error')
    return abort(plan, view, `Step-based analysis phase error/failed${message === undefined ? '' : `: ${message}`}`)
  if (phase === 'Inconclusive') return pause(plan, view, 'InconclusiveAnalysisRun')
  if (phase !== 'Successful') return
  delete canary.currentStepAnalysisRunStatus
  status.currentStepIndex = at.index + 1
}

/** All steps are taken: the new version is stable once all of its pods are there. */
function promote(plan: Plan, view: View): void {
  judgeProgress(plan, view)
  if (plan.status.abort === true || (view.newSet.status?.availableReplicas ?? 0) < wantedReplicas(view)) return
  plan.status.stableRS = view.hash
  delete plan.status.promoteFull
  setCondition(plan.status, view.now, CONDITIONS.available(view.newSet.metadata.name))
}

/** The weight in force at a step: the last that was set, 100 after the last step. */
function weightAt(steps: readonly CanaryStep[], index: number): number {
  if (index >= steps.length) return 100
  return steps.slice(0, index + 1).findLast((step) => step.setWeight !== undefined)?.setWeight ?? 0
}

/**
 * Sizes the ReplicaSets for a weight. Without a traffic router the pods are the weight; with one the stable version
 * stays whole, and a scale of its own may say how many the canary has.
 */
function resize(plan: Plan, view: View, weight: number, scale?: number): void {
  const { newSet, stableSet, rollout } = view
  const total = wantedReplicas(view)
  const isRouted = rollout.spec.strategy.canary?.trafficRouting !== undefined
  const isStable = plan.status.stableRS === view.hash
  const canary = isStable ? total : (scale ?? Math.ceil((total * weight) / 100))
  for (const set of view.oldSets) plan.sizes.set(set.metadata.name, 0)
  if (stableSet !== undefined && !isStable) plan.sizes.set(stableSet.metadata.name, isRouted ? total : total - canary)
  plan.sizes.set(newSet.metadata.name, canary)
  if (isRouted && plan.status.abort === true) delayScaleDown(plan, view)
  if (isRouted && (isStable ? (newSet.status?.availableReplicas ?? 0) >= total : plan.status.abort === true)) route(plan, view, 0)
}

/** With a router the aborted version keeps its pods for a while, so that a quick retry is cheap. */
function delayScaleDown(plan: Plan, view: View): void {
  const seconds = view.rollout.spec.strategy.canary?.abortScaleDownDelaySeconds ?? 30
  const left = (view.memory.abortedAt ?? view.now) + view.scaled(seconds * 1000) - view.now
  if (left <= 0) return
  plan.sizes.set(view.newSet.metadata.name, view.newSet.spec.replicas)
  plan.wakeIn = left
}

/** Writes down the weights that a traffic router would have taken. */
function route(plan: Plan, view: View, weight: number): void {
  const { canary } = view.rollout.spec.strategy
  if (canary?.trafficRouting === undefined || plan.status.stableRS === undefined) return
  plan.status.canary = {
    ...plan.status.canary,
    weights: {
      canary: { podTemplateHash: view.hash, serviceName: canary.canaryService ?? 'canary', weight },
      stable: {
        podTemplateHash: plan.status.stableRS,
        serviceName: canary.stableService ?? 'stable',
        weight: 100 - weight,
      },
    },
  }
}
