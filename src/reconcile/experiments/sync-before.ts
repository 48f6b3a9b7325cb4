import type { AppliedRevision } from '../../domain/application/applied-revision.ts'
import { isSameSync } from '../../domain/application/applied-sources.ts'
import { appliedSyncs, plain } from '../../domain/application/applied.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import { ranAt } from '../../domain/experiment/made-by.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import { isInHistory, whyNotSeen } from '../git-facts/syncs/syncs-seen.ts'

/**
 * What was applied before the sync that made an Experiment, where both syncs succeeded, are in the history, and Kedge has seen all that
 * came between them. That is of the past and stays so: it is told once, while it can be, and kept. Null where it cannot.
 * @param createdAt by the API server's clock, epoch milliseconds
 */
export function syncBefore(
  application: ApplicationSnapshot,
  ref: RolloutRef,
  { createdAt, applied }: { createdAt: number; applied: AppliedRevision },
): AppliedRevision | null {
  const syncs = appliedSyncs(application, ref)
  const at = syncs.findIndex((sync) => ranAt(createdAt, sync) && isSameSync(applied, sync))
  const [own, before] = at < 0 ? [] : [syncs[at], syncs[at + 1]]
  if (!own || !before || !isInHistory(application, own) || !isInHistory(application, before)) return null
  return whyNotSeen(application, { own, before }) === undefined ? plain(before) : null
}
