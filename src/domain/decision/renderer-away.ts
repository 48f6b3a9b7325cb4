import type { Policy } from '../policy/policy.ts'
import type { StoredDecision } from '../release/release.ts'
import { plainText } from '../words/plain-text.ts'

/** So long who renders is asked again before files have to do, where the policy lets them. Milliseconds. */
export const RENDERER_PATIENCE_MS = 2 * 60_000

const AWAY = 'Argo CD, or the repository that is rendered, could not be asked what the commits render (E_RENDERER_UNREACHABLE). '
const REFUSED = 'Argo CD does not let Kedge ask any more what the commits render (E_RENDERER_REFUSED). '

/**
 * Why nothing is opened while who renders does not answer. The same words each time, so that people are told once. `refused`: what it
 * says, where it does not let Kedge in: that takes a person. `isOfExperiment`: no files stand for it there.
 */
export function rendererAway({ proof }: Pick<Policy, 'proof'>, refused?: string, isOfExperiment = false): string {
  const why = refused === undefined ? AWAY : `${REFUSED}${plainText(refused, 300)} `
  if (isOfExperiment) return `${why}Kedge goes on asking for a day: files prove nothing of an Experiment.`
  return proof === 'rendered'
    ? `${why}Kedge goes on asking: the policy wants a proof by rendering.`
    : `${why}Kedge goes on asking, and goes by files when it has had no answer for two minutes.`
}

/** Whether who renders had no answer for a decision. */
export function isRendererAway({ checks }: Pick<StoredDecision, 'checks'>): boolean {
  return checks.some(({ detail }) => detail.startsWith(AWAY) || detail.startsWith(REFUSED))
}

/**
 * Whether the last decision on an Experiment says that who renders has let Kedge in: nothing else proves a revert of it. That it does so no
 * more is said for as long as it does not.
 */
export function wasLetIn({ checks }: Pick<StoredDecision, 'checks'>): boolean {
  return checks.some(({ id, outcome, detail }) => (id === 'P10' && outcome === 'passed') || detail.startsWith(REFUSED))
}

/** Said of a decision that was taken by files because who renders had no answer. */
export const NO_ANSWER = 'What renders has not answered for two minutes, so files have to do.'

/** Whether who renders has been away for so long that files have to do, where the policy lets them. */
export function mayGoByFiles(policy: Pick<Policy, 'proof'>, decision: StoredDecision | null, now: number): boolean {
  if (policy.proof === 'rendered' || !decision) return false
  // What was decided by files stays so until there is an answer.
  return isRendererAway(decision)
    ? now - decision.at >= RENDERER_PATIENCE_MS
    : decision.checks.some(({ detail }) => detail.endsWith(NO_ANSWER))
}
