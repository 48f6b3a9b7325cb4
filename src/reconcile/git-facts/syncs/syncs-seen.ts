import { anythingApplied, appliedOfNoCommit } from '../../../domain/application/anything-applied.ts'
import { isSameSync } from '../../../domain/application/applied-sources.ts'
import type { AppliedSync } from '../../../domain/application/applied.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import { hasSeenAll } from './walk.ts'

/** Two syncs that follow each other in the history. */
interface Syncs {
  own: AppliedSync | undefined
  before: AppliedSync | undefined
}

/**
 * Why something else may have applied a part of what a sync did: one that failed, or was of some resources only, is in no history.
 * `unseen`: one of the two is not known, or Kedge has not seen every operation since the one before; `between`: such a one came between.
 */
export function whyNotSeen(application: ApplicationSnapshot, { own, before }: Syncs): 'unseen' | 'between' | undefined {
  if (!own || !before || !hasSeenAll(application, before)) return 'unseen'
  const { startedAt: began = -Infinity } = own
  const { startedAt: until = Infinity } = before
  const between = anythingApplied(application).filter(({ startedAt = 0 }) => startedAt > until && startedAt < began)
  if (appliedOfNoCommit(application, until, began)) return 'between'
  return between.some((sync) => !isSameSync(before, sync)) ? 'between' : undefined
}

/** Whether a sync has succeeded: of one that failed nobody knows what it has applied, whether it reached the Rollout or not. */
export function isInHistory({ history }: ApplicationSnapshot, { revisions, endedAt }: AppliedSync): boolean {
  return history.some((entry) => entry.deployedAt === endedAt && sameRevisions(entry.revisions, revisions))
}
