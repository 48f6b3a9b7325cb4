import { syncsUnderWay } from '../../../domain/application/applied.ts'
import type { GitCommit } from '../../../domain/application/commit.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import type { SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { nameOf } from '../question/versions.ts'

/**
 * A sync of some resources only may have left alone all that an earlier commit changed: that one need not have come with N+1, nor ever have
 * been applied. Of one commit alone there is nothing to tell apart; and once all of it was synced, all of it is there.
 * @throws Refusal P7
 */
export function refuseSelective(
  { application, release }: Pick<SourceQuestion, 'application' | 'release'>,
  culprits: readonly GitCommit[],
): void {
  const [oldest, another] = culprits
  const { operation, formerOperations = [], history } = application
  if (!release.applied || !oldest || !another) return
  const { revisions: applied } = release.applied
  const isIts = (revisions: readonly string[]): boolean => sameRevisions(revisions, applied)
  const syncs = [...(operation ? [operation] : []), ...formerOperations].filter(({ revisions, requested }) =>
    isIts(revisions.length > 0 ? revisions : requested),
  )
  const isWhole = history.some(({ revisions }) => isIts(revisions)) || syncs.some(({ partial }) => !partial)
  if (isWhole || syncs.length === 0) return
  throw new Refusal(
    'P7',
    `N+1 was brought by a sync of some resources only: whether it applied ${nameOf(oldest)}, an older commit, is not known.`,
  )
}

/**
 * While a sync runs it may yet bring N+1, as its result does not name the Rollout at first. One that has ended without it has not: what
 * appeared meanwhile was made by hand. @throws Refusal P4
 */
export function refuseUnapplied({ application, release }: Pick<SourceQuestion, 'application' | 'release'>): void {
  const { operation, formerOperations = [] } = application
  const { applied, namespace, rollout: name } = release
  if (!applied) return
  const isIts = (revisions: readonly string[]): boolean => sameRevisions(revisions, applied.revisions)
  const hasEnded = [...(operation ? [operation] : []), ...formerOperations].some(
    ({ phase, revisions, requested }) => phase !== 'Running' && isIts(revisions.length > 0 ? revisions : requested),
  )
  if (hasEnded && !syncsUnderWay(application, { namespace, name }).some(({ revisions }) => isIts(revisions)))
    throw new Refusal(
      'P4',
      'the sync that is taken for that of N+1 has ended without applying the Rollout: somebody may have changed it by hand.',
    )
}
