import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'

/** Check P5, where there is nothing left to take back. */
export const BACK_IN_GIT = 'Git already asks for the version before again.'

/**
 * Whether the branch asks for N again, as far as Git and the forge have told: whatever Argo CD has synced of it so far. A revert that was
 * merged into another branch has brought nothing back.
 */
export function isBackInGit({ decision }: Pick<Release, 'decision'>, revert: Revert | undefined): boolean {
  if (revert) return revert.outcome === 'restored' || (revert.outcome === 'merged' && revert.mergesInto === undefined)
  return decision?.checks.some(({ id, outcome, detail }) => id === 'P5' && outcome === 'failed' && detail === BACK_IN_GIT) ?? false
}
