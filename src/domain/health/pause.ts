import { countOf, entriesOf, entryAt, fieldsOf, isPresent, isTable, lengthOf, textOf, type Fields } from './fields.ts'
import type { RolloutFields } from './rollout-fields.ts'

type Pause = Fields<'reason' | 'startTime'>

const INCONCLUSIVE: Readonly<Record<string, string>> = {
  InconclusiveAnalysisRun: ', analysis inconclusive, someone must promote or abort',
  InconclusiveExperiment: ', experiment inconclusive, someone must promote or abort',
}

/** Why a Rollout is paused, for how long and since when. Of several pauses one that only a person ends leads. */
export function pauseWords(rollout: RolloutFields): string {
  const pause = leadingPause(rollout)
  const inconclusive =
    typeof pause.reason === 'string' && Object.hasOwn(INCONCLUSIVE, pause.reason) ? INCONCLUSIVE[pause.reason] : undefined
  if (rollout.spec.paused === true) return `Paused by hand (spec.paused)${inconclusive ?? ''}`
  const since = textOf(pause.startTime)
  const words = inconclusive === undefined ? timedWords(rollout, pause.reason) : `Paused${stepWords(rollout, ' at ')}${inconclusive}`
  return since === undefined ? words : `${words}, since ${since}`
}

/** Whether a pause stands, by a person or by the controller. */
export function isPaused({ spec, status }: RolloutFields): boolean {
  return spec.paused === true || entryAt(status.pauseConditions, 0) !== undefined
}

/** `step 2 of 5` after the preposition; empty where no step is under way. */
export function stepWords(rollout: RolloutFields, preposition: string): string {
  const index = countOf(rollout.status.currentStepIndex)
  const total = lengthOf(rollout.canary.steps)
  return rollout.isBlueGreen || index === undefined || index >= total ? '' : `${preposition}step ${index + 1} of ${total}`
}

function timedWords(rollout: RolloutFields, reason: unknown): string {
  if (reason === 'CanaryPauseStep') return `Paused${stepWords(rollout, ' at ')}${stepDuration(rollout)}`
  return reason === 'BlueGreenPause' ? `Paused before promotion${promotionDelay(rollout)}` : 'Paused'
}

function leadingPause(rollout: RolloutFields): Pause {
  const pauses: readonly Pause[] = entriesOf(rollout.status.pauseConditions).filter(isPresent).map(fieldsOf)
  const inconclusive = pauses.find(({ reason }) => typeof reason === 'string' && Object.hasOwn(INCONCLUSIVE, reason))
  return inconclusive ?? pauses.find(({ reason }) => isUntilPromoted(rollout, reason)) ?? pauses[0] ?? {}
}

function isUntilPromoted(rollout: RolloutFields, reason: unknown): boolean {
  if (reason === 'CanaryPauseStep') return stepDuration(rollout) === UNTIL_PROMOTED
  return reason === 'BlueGreenPause' && promotionDelay(rollout) === UNTIL_PROMOTED
}

const UNTIL_PROMOTED = ' until someone promotes it'

/** A pause step without a duration lasts until somebody promotes; where the step is no pause, nothing is known of how long. */
function stepDuration({ canary, status }: RolloutFields): string {
  const index = countOf(status.currentStepIndex)
  const pause = index === undefined ? undefined : fieldsOf<'pause'>(entryAt(canary.steps, index)).pause
  if (!isTable(pause)) return ''
  const { duration }: Fields<'duration'> = fieldsOf(pause)
  return isPresent(duration) ? forHowLong(duration) : UNTIL_PROMOTED
}

/** `autoPromotionSeconds` counts only while `autoPromotionEnabled` is not false (argo-rollouts `rollout/pause.go`). */
function promotionDelay({ spec }: RolloutFields): string {
  const strategy = fieldsOf<'blueGreen'>(spec.strategy)
  const blueGreen: Fields<'autoPromotionEnabled' | 'autoPromotionSeconds'> = fieldsOf(strategy.blueGreen)
  if (blueGreen.autoPromotionEnabled === false) return UNTIL_PROMOTED
  const seconds = countOf(blueGreen.autoPromotionSeconds) ?? 0
  return seconds === 0 ? '' : ` for ${seconds}s`
}

/** More are no number of seconds to the controller, but for zeros. */
const MAX_DIGITS = 20

/** A duration is `"10m"`, or a number of seconds as number or text; like the controller, with a plus sign or zeros before it or not. */
function forHowLong(duration: unknown): string {
  const isDigits = typeof duration === 'string' && duration.length <= MAX_DIGITS && /^\+?\d+$/.test(duration)
  const seconds = countOf(isDigits ? Number(duration) : duration)
  if (seconds !== undefined) return ` for ${seconds}s`
  const text = textOf(duration)
  return text === undefined ? '' : ` for ${text}`
}
