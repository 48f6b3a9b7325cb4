import { CONDITIONS, setCondition } from './conditions.ts'
import { abort, wantedReplicas, type Plan, type View } from './plan.ts'

const DEFAULT_DEADLINE_SECONDS = 600

/**
 * Judges whether the new version comes up in time. Past the deadline the Rollout is stuck (Degraded, N+1's pods stay)
 * or, where
 * the spec says so and there is a stable version to go back to, aborted.
 */
export function judgeProgress(plan: Plan, view: View): void {
  const { rollout, newSet, now, memory, hash } = view
  const set = newSet.metadata.name
  const wanted = plan.sizes.get(set) ?? newSet.spec.replicas
  const available = newSet.status?.availableReplicas ?? 0
  const mark = [hash, available, plan.status.currentStepIndex, wanted].join()
  if (memory.progress?.mark !== mark) memory.progress = { mark, since: now }
  if (available >= wanted) {
    const isDone = plan.status.stableRS === hash && available >= wantedReplicas(view)
    return setCondition(plan.status, now, isDone ? CONDITIONS.available(set) : CONDITIONS.progressing(set))
  }
  const left = memory.progress.since + view.scaled((rollout.spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS) * 1000) - now
  if (left > 0) {
    plan.wakeIn = Math.min(plan.wakeIn ?? left, left)
    return setCondition(plan.status, now, CONDITIONS.progressing(set))
  }
  const timedOut = CONDITIONS.timedOut(set)
  if (rollout.spec.progressDeadlineAbort === true && plan.status.stableRS !== hash) return abort(plan, view, timedOut.message)
  setCondition(plan.status, now, timedOut)
}
