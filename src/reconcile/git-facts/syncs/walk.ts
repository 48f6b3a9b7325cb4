import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import type { AppliedSync } from '../../../domain/application/applied.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import type { AppReader } from '../commit/app-commit.ts'
import type { SourceQuestion } from '../question/question.ts'
import type { Brought, Fit } from './sync-reader.ts'

/** A walk over the syncs of a release. */
export interface Walk {
  question: SourceQuestion
  read: (applied: AppliedRevision) => Promise<Brought>
  single: AppReader | undefined
}

/** Where N+1 began. */
export interface Beginning {
  applied: AppliedRevision
  /** What was synced before it, newest first. */
  older: readonly AppliedSync[]
}

/** The order of environment and containers is part of a template: what fits but for that counts only where nothing fits better. */
export function isA(brought: Brought | undefined, of: Fit['of'], loosely: boolean): boolean {
  return brought !== undefined && 'fit' in brought && brought.fit.of === of && (loosely || !brought.fit.reordered)
}

/** Whether the app's own commit behind the one is later than that behind the other. */
export async function isLater({ read, single }: Walk, one: AppliedRevision, other: AppliedRevision): Promise<boolean> {
  const [late, early] = [await read(one), await read(other)]
  if (!single || !('fit' in late) || !('fit' in early) || !late.commit || !early.commit) return false
  return late.commit.sha !== early.commit.sha && single.repository.isAncestor(early.commit.sha, late.commit.sha)
}

/** Whether no operation that began after a sync has gone unseen. */
export function hasSeenAll({ seenSince }: ApplicationSnapshot, since: Pick<AppliedSync, 'startedAt'> | undefined): boolean {
  return seenSince !== undefined && since?.startedAt !== undefined && since.startedAt >= seenSince
}
