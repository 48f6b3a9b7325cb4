import type { Revert } from '../../domain/revert/revert.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { beginPass } from '../decide/case.ts'
import type { Environment } from '../environment.ts'
import { releasesOf } from '../loop/stands-for.ts'
import { tell } from './tell.ts'

/**
 * The cards of every release that a revert stands for (`but` one), brought up to date with it: those that have ended are not looked at
 * again.
 */
export function tellReleases(environment: Environment, revert: Revert, { but }: { but: string | undefined }): readonly LedgerEntry[] {
  return releasesOf(environment, revert).flatMap((release) => {
    const { key, cluster, namespace, rollout: name } = release
    const view = environment.views.find((one) => one.cluster === cluster)
    if (!view || key === but) return []
    return tell(environment, release, revert, beginPass(environment, view, { cluster, namespace, name }).policy)
  })
}
