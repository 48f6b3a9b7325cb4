import type { Revert } from '../../domain/revert/revert.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { releasesOf } from '../look/stands-for.ts'
import { tell } from './tell.ts'
import { policyOf } from './whom.ts'

/**
 * The cards of every release that a revert stands for (`but` one), brought up to date with it: those that have ended are not looked at
 * again.
 */
export function tellReleases(environment: Environment, revert: Revert, { but }: { but: string | undefined }): readonly LedgerEntry[] {
  return releasesOf(environment, revert)
    .filter(({ key }) => key !== but)
    .flatMap((release) => tell(environment, release, revert, policyOf(environment, release)))
}
