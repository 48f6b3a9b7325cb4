import { advanceReleases } from '../../domain/release/steps.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { followStep } from '../act/moves.ts'
import { lookAgain, type Pass } from '../decide/case.ts'
import { rememberVersion } from '../decide/remember-version.ts'
import type { Environment, Journal } from '../environment.ts'
import { askWhetherMoved } from '../git-facts/git-moved.ts'
import { verdictOf } from './settle.ts'

/**
 * Records what a look shows: the next steps of the Rollout's releases with all that follows from them, and which version serves.
 * @returns the keys of the releases that took a step
 */
export async function advance(environment: Environment, journal: Journal, pass: Pass, settled: boolean): Promise<readonly string[]> {
  const { look } = pass
  const baseline = environment.ledger.read('baseline', look.ref.cluster) === undefined
  const movedInGit = await askWhetherMoved(environment, look)
  let moved: readonly string[] = []
  const entriesOf = (now: Pass): readonly LedgerEntry[] => {
    // What has held is the verdict of this look: while waiting for its turn, another may have taken its place.
    const holds = baseline || (settled && verdictOf(now.look) === verdictOf(look))
    const steps = advanceReleases({ ...now.look.observation, settled: holds, baseline, movedInGit })
    const isRestored = steps.some(({ release }) => release.outcome === 'restored')
    moved = steps.map(({ release }) => release.key)
    return [...steps.flatMap((step) => followStep(environment, now, step)), ...rememberVersion(environment, now.look, holds || isRestored)]
  }
  // Most looks change nothing and need not wait for anybody's turn.
  if (entriesOf(pass).length > 0) await journal.commit(() => entriesOf(lookAgain(environment, pass)))
  return moved
}
