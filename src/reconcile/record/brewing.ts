import type { Release } from '../../domain/release/release.ts'
import { failedAt } from '../../domain/storm/members.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment } from '../environment.ts'

/** How long a PR may wait for the failures beside it: longer than they take to settle. */
const PATIENCE_MS = 1_500
/** How soon it is asked again. */
export const BREWING_MS = 250

/**
 * Whether other Rollouts of the cluster are aborted at this moment of which nothing is recorded yet: they may have the same cause, and a PR
 * that is opened a moment too early is closed again. Nobody is told later for it, and a failure that is alone waits for nothing.
 */
export function isBrewing({ ledger, clock }: Environment, { look, policy }: Pass, release: Release): boolean {
  const age = clock.now() - failedAt(release)
  if (!policy.inStorms || age < 0 || age > PATIENCE_MS) return false
  for (const { uid, abort, abortedAt, cluster, namespace, name } of look.view.rollouts()) {
    if (!abort || abortedAt === undefined || uid === release.uid) continue
    const known = ledger.releasesOf({ cluster, namespace, name })
    if (!known.some(({ attempts }) => attempts.some((attempt) => attempt.abortedAt === abortedAt))) return true
  }
  return false
}
