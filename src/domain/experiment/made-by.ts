import type { AppliedRevision } from '../application/applied-revision.ts'
import { plain, type AppliedSync } from '../application/applied.ts'

/** The clocks of Argo CD and of the API server may differ by so much. */
const SKEW_MS = 5_000

/**
 * The sync that made an Experiment: the one alone that ran when it was made. Null where none is known to have, or several. A sync does not
 * change what an Experiment has ended as, so later ones say nothing of it.
 * @param createdAt by the API server's clock, epoch milliseconds
 */
export function syncThatMade(createdAt: number, syncs: readonly AppliedSync[]): AppliedRevision | null {
  const [made, another] = syncs.filter((sync) => ranAt(createdAt, sync))
  return made && !another ? plain(made) : null
}

/** Whether a sync ran at a time, within what clocks differ. */
export function ranAt(at: number, { startedAt, endedAt = Infinity }: Pick<AppliedSync, 'startedAt' | 'endedAt'>): boolean {
  return startedAt !== undefined && startedAt - SKEW_MS <= at && at <= endedAt + SKEW_MS
}
