import type { Look } from './observe.ts'

/** Remembers since when a verdict has held, per key. In memory only: after a restart a verdict has to hold anew. */
export interface Settling {
  /** Notes the verdict of this look. `dueAt`: when it will have held long enough (all by the clock's `elapsed`). */
  observe(key: string, verdict: string, now: number, holdMs: number): { settled: boolean; dueAt: number; since: number }
  forget(key: string): void
}

/** See {@link Settling}. */
export function createSettling(): Settling {
  const verdicts = new Map<string, { verdict: string; since: number }>()
  return {
    observe(key, verdict, now, holdMs) {
      let known = verdicts.get(key)
      if (!known || known.verdict !== verdict) {
        known = { verdict, since: now }
        verdicts.set(key, known)
      }
      return { settled: now - known.since >= holdMs, dueAt: known.since + holdMs, since: known.since }
    },
    forget: (key) => void verdicts.delete(key),
  }
}

/**
 * What has to hold for the settle delay: the state, which failure, and what was applied (so that a memory of N is not taken in passing).
 */
export function verdictOf(look: Look): string {
  const { serving, rollout, experiment, observation } = look
  return JSON.stringify([
    rollout?.uid,
    serving.state,
    serving.failure?.attempt,
    rollout?.currentPodHash,
    rollout?.pauseReasons,
    serving.state === 'in-step'
      ? [rollout?.phase, observation.drift, observation.syncs[0]?.revisions]
      : serving.state === 'invalid-spec'
        ? serving.reason
        : null,
    ...(experiment ? [experiment.uid, experiment.phase] : []),
  ])
}
