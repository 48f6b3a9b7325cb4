import type { Revert } from '../../domain/revert/revert.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { policyOf } from '../decide/judge.ts'
import type { Environment } from '../environment.ts'
import { lookAt } from '../loop/observe.ts'
import { tell } from './entries.ts'

/** The cards of every release that a revert stands for, brought up to date with it: those that have ended are not looked at again. */
export function tellReleases(environment: Environment, revert: Revert): readonly LedgerEntry[] {
  const { ledger, views } = environment
  return revert.releases.flatMap((key) => {
    const release = ledger.read('release', key)
    const view = views.find((one) => one.cluster === release?.cluster)
    if (!release || !view) return []
    const look = lookAt(environment, view, { cluster: release.cluster, namespace: release.namespace, name: release.rollout })
    return tell(environment, release, revert, policyOf(environment, look))
  })
}
