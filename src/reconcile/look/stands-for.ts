import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { Environment } from '../environment.ts'

type Known = Pick<Environment, 'ledger'>

/** The revert that stands for a release, as the ledger has it now. */
export function revertOf({ ledger }: Known, release: Release): Revert | undefined {
  return release.revertKey === null ? undefined : ledger.read('revert', release.revertKey)
}

/** The revert that stands for a release and has not ended. */
export function liveRevertOf(known: Known, release: Release): Revert | undefined {
  const revert = revertOf(known, release)
  return revert?.state === 'ended' ? undefined : revert
}

/** The releases that a revert stands for, as the ledger has them now. */
export function releasesOf({ ledger }: Known, revert: Revert): readonly Release[] {
  return revert.releases.flatMap((key) => ledger.read('release', key) ?? [])
}
