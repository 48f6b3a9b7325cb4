import { CONDITIONS, conditionOf, setCondition } from './conditions.ts'
import {
  abort,
  finish,
  freeRunName,
  newPlan,
  pause,
  resetAttempt,
  summarise,
  unpause,
  wantedReplicas,
  type Plan,
  type View,
} from './plan.ts'
import { judgeProgress } from './progress.ts'
import type { AnalysisStep } from './types.ts'

const DEFAULT_SCALE_DOWN_SECONDS = 30

/**
 * One reconcile of a blue-green Rollout: the new version comes up whole beside the old, is analysed, and takes over.
 */
export function planBlueGreen(view: View): Plan {
  const plan = newPlan(view)
  const { status } = plan
  const blueGreen = (status.blueGreen ??= {})
  if (status.currentPodHash !== view.hash) {
    resetAttempt(plan, view)
    status.currentPodHash = view.hash
    status.stableRS ??= view.hash
    blueGreen.previewSelector = view.hash
    setCondition(status, view.now, CONDITIONS.progressing(view.newSet.metadata.name))
  } else if (status.stableRS === view.hash) settle(plan, view)
  else if (status.abort === true) retreat(plan, view)
  else if (status.abortedAt !== undefined) retry(plan, view)
  else advance(plan, view)
  return finish(plan, view)
}

function settle(plan: Plan, view: View): void {
  const total = wantedReplicas(view)
  plan.sizes.set(view.newSet.metadata.name, total)
  if ((view.newSet.status?.availableReplicas ?? 0) >= total && plan.status.blueGreen !== undefined)
    plan.status.blueGreen.activeSelector = view.hash
  judgeProgress(plan, view)
}

/** The old version is still whole and active; the new one goes after a delay. */
function retreat(plan: Plan, view: View): void {
  if (plan.status.abortedAt === undefined) return abort(plan, view, '')
  const seconds = view.rollout.spec.strategy.blueGreen?.abortScaleDownDelaySeconds ?? DEFAULT_SCALE_DOWN_SECONDS
  const left = (view.memory.abortedAt ?? view.now) + view.scaled(seconds * 1000) - view.now
  if (left <= 0) plan.sizes.set(view.newSet.metadata.name, 0)
  else plan.wakeIn = left
}

function retry(plan: Plan, view: View): void {
  if (conditionOf(plan.status, 'Progressing')?.reason === 'RolloutAborted')
    return setCondition(plan.status, view.now, CONDITIONS.retrying)
  delete plan.status.abortedAt
  delete plan.status.blueGreen?.prePromotionAnalysisRunStatus
}

function advance(plan: Plan, view: View): void {
  const { status } = plan
  const { prePromotionAnalysis, autoPromotionEnabled } = view.rollout.spec.strategy.blueGreen ?? {}
  const total = wantedReplicas(view)
  plan.sizes.set(view.newSet.metadata.name, total)
  judgeProgress(plan, view)
  if (status.abort === true || (view.newSet.status?.availableReplicas ?? 0) < total) return
  const mayPromote =
    status.promoteFull === true || prePromotionAnalysis === undefined || analyse(plan, view, prePromotionAnalysis)
  if (!mayPromote) return
  const wasResumed = status.controllerPause === true && status.pauseConditions === undefined
  if (autoPromotionEnabled === false && !wasResumed && status.promoteFull !== true)
    return pause(plan, view, 'BlueGreenPause')
  unpause(plan, view)
  if (status.blueGreen !== undefined) status.blueGreen.activeSelector = view.hash
  status.stableRS = view.hash
  delete status.promoteFull
}

/** Whether the analysis before the switch has passed. Starts it, and aborts where it failed. */
function analyse(plan: Plan, view: View, analysis: AnalysisStep): boolean {
  const blueGreen = (plan.status.blueGreen ??= {})
  const run = view.runs.find((candidate) => candidate.metadata.name === blueGreen.prePromotionAnalysisRunStatus?.name)
  if (run === undefined) {
    const name = freeRunName(view, 'pre')
    plan.start = { name, type: 'PrePromotion', analysis }
    blueGreen.prePromotionAnalysisRunStatus = { name, status: '' }
    return false
  }
  blueGreen.prePromotionAnalysisRunStatus = summarise(run)
  const { phase = '', message } = run.status ?? {}
  if (phase === 'Failed' || phase === 'Error')
    abort(
      plan,
      view,
      `Blue/green pre-promotion analysis phase error/failed${message === undefined ? '' : `: ${message}`}`,
    )
  if (phase === 'Inconclusive') pause(plan, view, 'InconclusiveAnalysisRun')
  return phase === 'Successful'
}
