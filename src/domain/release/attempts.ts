import type { Failure } from '../rollout/serving.ts'
import type { RolloutSnapshot } from '../rollout/snapshots.ts'
import { howItBegan } from './again.ts'
import { classifyCause, collectEvidence } from './evidence.ts'
import { attemptKey } from './keys.ts'
import type { Observation } from './observation.ts'
import type { Attempt, Release } from './release.ts'
import type { ReleaseEvent, ReleaseFacts } from './transitions.ts'

/** The failure as an attempt of the release, unless it is there already. `release`: as stored, or as it begins. */
export function fail(release: ReleaseFacts, rollout: RolloutSnapshot, failure: Failure, look: Observation): ReleaseEvent | undefined {
  const key = attemptKey(release.key, failure.attempt)
  if (release.attempts.some((attempt) => attempt.key === key)) return undefined
  const attempt: Attempt = {
    key,
    ...explain(rollout, failure, { look, previous: release.attempts.at(-1) }),
    message: rollout.message ?? look.serving.reason,
    seenAt: look.now,
    abortedAt: failure.kind === 'abort' ? failure.attempt : null,
    abortedAtMs: failure.at ?? null,
  }
  const before = look.past.filter((past) => past.templateKey === release.templateKey && past.key !== release.key && hasFailed(past))
  const facts: ReleaseFacts = {
    ...release,
    ...howItBegan(release, look, { retried: true }),
    waiting: null,
    serving: look.serving.state,
    cause: attempt.cause,
    attempts: [...release.attempts, attempt],
    recurrence: before.length + 1,
    revision: null,
    preExisting: look.baseline,
    decision: null,
  }
  return { type: 'release-failed', facts }
}

function explain(
  rollout: RolloutSnapshot,
  failure: Failure,
  { look, previous }: { look: Observation; previous: Attempt | undefined },
): Pick<Attempt, 'cause' | 'evidence' | 'percent'> {
  const { analysisRuns, experiments, serving } = look
  const facts = {
    rollout,
    failure,
    release: serving.current,
    analysisRuns,
    experiments,
    previousAbortAt: previous?.abortedAtMs,
  }
  const evidence = collectEvidence(facts)
  const steps = evidence.flatMap(({ stepIndex }) => stepIndex ?? [])
  const percent = rollout.stepPercents?.[Math.max(...steps)]
  return { cause: classifyCause(facts), evidence, ...(typeof percent === 'number' && { percent }) }
}

/** The runs have a watch of their own and may come into view only after the failure has. Evidence that was found once stays as it is. */
export function complete(release: ReleaseFacts, rollout: RolloutSnapshot, failure: Failure, look: Observation): ReleaseEvent | undefined {
  const last = release.attempts.at(-1)
  if (!last || last.evidence.length > 0 || last.key !== attemptKey(release.key, failure.attempt)) return undefined
  const found = explain(rollout, failure, { look, previous: release.attempts.at(-2) })
  if (found.evidence.length === 0) return undefined
  const attempts = [...release.attempts.slice(0, -1), { ...last, ...found }]
  return { type: 'release-updated', facts: { cause: found.cause, attempts } }
}

/** Whether it has ever failed: what somebody undid by hand has not. */
export function hasFailed(release: Release): boolean {
  return release.attempts.some((attempt) => attempt.cause !== 'undone')
}

/** Aborts of a release; 1 where it failed without one. The number that recordings' expected.json calls `attempts`. */
export function countAttempts(release: Release): number {
  return Math.max(1, release.attempts.filter((attempt) => attempt.abortedAt !== null).length)
}
