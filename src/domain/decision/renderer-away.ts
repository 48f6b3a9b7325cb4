import type { Policy } from '../policy/policy.ts'
import type { StoredDecision } from '../release/release.ts'

/** So long who renders is asked again before files have to do, where the policy lets them. Milliseconds. */
export const RENDERER_PATIENCE_MS = 2 * 60_000

const AWAY = 'Argo CD, or the repository that is rendered, could not be asked what the commits render (E_RENDERER_UNREACHABLE). '

/** Why nothing is opened while who renders does not answer. The same words each time, so that the decision keeps the time it is from. */
export function rendererAway({ proof }: Pick<Policy, 'proof'>): string {
  return proof === 'rendered'
    ? `${AWAY}Kedge goes on asking: the policy wants a proof by rendering.`
    : `${AWAY}Kedge goes on asking, and goes by files when it has had no answer for two minutes.`
}

/** Said of a decision that was taken by files because who renders had no answer. */
export const NO_ANSWER = 'What renders has not answered for two minutes, so files have to do.'

/** Whether who renders has been away for so long that files have to do, where the policy lets them. */
export function mayGoByFiles(policy: Pick<Policy, 'proof'>, decision: StoredDecision | null, now: number): boolean {
  if (policy.proof === 'rendered' || !decision) return false
  const isAway = decision.checks.some(({ detail }) => detail.startsWith(AWAY))
  // What was decided by files stays so until there is an answer.
  return isAway ? now - decision.at >= RENDERER_PATIENCE_MS : decision.checks.some(({ detail }) => detail.endsWith(NO_ANSWER))
}
