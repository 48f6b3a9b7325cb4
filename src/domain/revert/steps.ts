import type { SourceFacts } from '../decision/facts.ts'
import type { Outcome, Release } from '../release/release.ts'
import type { Revert, RevertOutcome } from './revert.ts'

/** What the forge says of a revert's PR. */
export interface PullRequestFacts {
  state: 'open' | 'closed' | 'merged'
  headSha: string
  mergeCommit: string | undefined
}

/** The next step of a live revert: nothing, our own closing of the PR, or an end that somebody else brought about. */
export type RevertStep =
  | { step: 'none' }
  | { step: 'close'; outcome: RevertOutcome }
  | { step: 'end'; outcome: RevertOutcome; mergeCommit: string | undefined }

/**
 * Follows a live revert. Its PR's own end comes first (a merge or a human's No is final); then what makes it pointless: Git asks for N
 * again, its releases have ended, or a later commit has touched the same inputs.
 */
export function nextRevertStep(
  revert: Revert,
  facts: { releases: readonly Release[]; source: SourceFacts | null; pullRequest: PullRequestFacts | undefined },
): RevertStep {
  const { pullRequest, source, releases } = facts
  if (pullRequest?.state === 'merged') return { step: 'end', outcome: 'merged', mergeCommit: pullRequest.mergeCommit }
  if (pullRequest?.state === 'closed' && revert.state !== 'closing') return { step: 'end', outcome: 'declined', mergeCommit: undefined }
  if (revert.state !== 'open') return { step: 'none' }
  if (source?.restoredInGit) return { step: 'close', outcome: 'restored' }
  const ended = releases.length > 0 && releases.every((release) => release.state === 'ended')
  if (ended) return { step: 'close', outcome: strongest(releases.map((release) => release.outcome)) }
  // What changes one of the Applications that it stands for, and none of its files, leaves it right for the others.
  if (source?.overtaken) return { step: 'close', outcome: 'superseded' }
  const applications = new Set(
    releases.filter((release) => release.state !== 'ended').map((release) => `${release.cluster} ${release.applied?.application}`),
  )
  if (applications.size > 1) return { step: 'none' }
  if (source !== null && source.later.length > 0) return { step: 'close', outcome: 'superseded' }
  // The release failed again with more commits in it: another restore would be right now.
  if (source?.revertKey && source.revertKey !== revert.key) return { step: 'close', outcome: 'superseded' }
  return { step: 'none' }
}

/** Of several releases' ends, the one that says most about Git. */
function strongest(outcomes: readonly Outcome[]): RevertOutcome {
  const order = ['restored', 'superseded', 'promoted', 'gone'] as const
  return order.find((outcome) => outcomes.includes(outcome)) ?? 'gone'
}

/** Why our PR is closed, for its last comment. */
export function closingComment(outcome: RevertOutcome, touchedByOthers: boolean): string {
  const reasons: Readonly<Record<RevertOutcome, string>> = {
    restored: 'Git asks for the running version again, so there is nothing left to revert here.',
    superseded: 'A newer commit changes the same files. This revert would undo it, so it is no longer right.',
    promoted: 'The release was tried again and made it after all. Reverting it would undo a version that serves.',
    gone: 'The Rollout is gone.',
    merged: 'It was merged.',
    declined: 'It was closed by somebody.',
    withdrawn: 'It is no longer needed.',
  }
  return touchedByOthers
    ? `${reasons[outcome]} Somebody else has pushed to this branch, so closing it is left to people.`
    : `${reasons[outcome]} Closing it.`
}

/** Whether people are to be told that a merge has not brought N back in time. */
export function isRestoreOverdue(revert: Revert, release: Release, now: number, deadlineMs: number): boolean {
  if (revert.outcome !== 'merged' || revert.endedAt === null || revert.toldNotRestored) return false
  return release.state !== 'ended' && now - revert.endedAt >= deadlineMs
}
