import { CONDITIONS, conditionOf, setCondition } from './conditions.ts'
import {
  abort,
  finish,
  forgetAbort,
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

const DEFAULT_SCALE_DOWN_SECONDS = 30

/**
 * One reconcile of a blue-green Rollout: the new version comes up whole beside the old, is analysed, takes over, and may be analysed once
 * more.
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
  else if (status.promoteFull === true) advance(plan, view)
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

/** The old version is still whole; it gets the traffic back where it had lost it, and the new one goes after a delay. */
function retreat(plan: Plan, view: View): void {
  if (plan.status.abortedAt === undefined) return abort(plan, view, '')
  if (plan.status.blueGreen !== undefined) plan.status.blueGreen.activeSelector = plan.status.stableRS ?? view.hash
  const seconds = view.rollout.spec.strategy.blueGreen?.abortScaleDownDelaySeconds ?? DEFAULT_SCALE_DOWN_SECONDS
  const left = (view.memory.abortedAt ?? view.now) + view.scaled(seconds * 1000) - view.now
  if (left <= 0) plan.sizes.set(view.newSet.metadata.name, 0)
  else plan.wakeIn = left
}

function retry(plan: Plan, view: View): void {
  if (conditionOf(plan.status, 'Progressing')?.reason === 'RolloutAborted') return setCondition(plan.status, view.now, CONDITIONS.retrying)
  forgetAbort(plan, view)
  delete plan.status.blueGreen?.prePromotionAnalysisRunStatus
  delete plan.status.blueGreen?.postPromotionAnalysisRunStatus
}

function advance(plan: Plan, view: View): void {
  const { status } = plan
  // A full promotion takes the abort back (bluegreen.go syncRolloutStatusBlueGreen).
  if (status.promoteFull === true) forgetAbort(plan, view)
  const total = wantedReplicas(view)
  plan.sizes.set(view.newSet.metadata.name, total)
  judgeProgress(plan, view)
  if (status.abort === true || (view.newSet.status?.availableReplicas ?? 0) < total) return
  const isActive = status.blueGreen?.activeSelector === view.hash
  if (isActive ? !hasPassed(plan, view, 'post') : !hasSwitched(plan, view)) return
  status.stableRS = view.hash
  delete status.promoteFull
}

/** Whether the new version has the traffic now, and needs no analysis with it. */
function hasSwitched(plan: Plan, view: View): boolean {
  const { status } = plan
  const { autoPromotionEnabled, postPromotionAnalysis } = view.rollout.spec.strategy.blueGreen ?? {}
  if (!hasPassed(plan, view, 'pre')) return false
  const wasResumed = status.controllerPause === true && status.pauseConditions === undefined
  if (autoPromotionEnabled === false && !wasResumed && status.promoteFull !== true) {
    pause(plan, view, 'BlueGreenPause')
    return false
  }
  unpause(plan, view)
  if (status.blueGreen !== undefined) status.blueGreen.activeSelector = view.hash
  // The run starts once the switch is written.
  return postPromotionAnalysis === undefined || status.promoteFull === true
}

const TYPES = { pre: 'PrePromotion', post: 'PostPromotion' } as const

/** Whether the analysis before or after the switch has passed, or none is needed. Starts it, and aborts where it failed. */
function hasPassed(plan: Plan, view: View, when: keyof typeof TYPES): boolean {
  const analysis = view.rollout.spec.strategy.blueGreen?.[`${when}PromotionAnalysis`]
  if (analysis === undefined || plan.status.promoteFull === true) return true
  const blueGreen = (plan.status.blueGreen ??= {})
  const member = `${when}PromotionAnalysisRunStatus` as const
  const run = view.runs.find((candidate) => candidate.metadata.name === blueGreen[member]?.name)
  if (run === undefined) {
    const name = freeRunName(view, when)
    plan.start = { name, type: TYPES[when], analysis }
    blueGreen[member] = { name, status: '' }
    return false
  }
  blueGreen[member] = summarise(run)
  const { phase = '', message } = run.status ?? {}
  if (phase === 'Failed' || phase === 'Error')
    abort(plan, view, `Blue/green ${when}-promotion analysis phase error/failed${message === undefined ? '' : `: ${message}`}`)
  if (phase === 'Inconclusive') pause(plan, view, 'InconclusiveAnalysisRun')
  return phase === 'Successful'
}
