import type { CommitSha } from '../application/commit.ts'
import { withoutTakenBack } from './former.ts'
import type { KeptChanges, Revert } from './revert.ts'

/** An end that the forge tells of. */
export interface SeenAtForge {
  at: number
  /** Where the PR's branch was last. */
  headSha: string | undefined
  /** Absent where the ledger has it. */
  pullRequest?: { number: number; url: string }
  /** Of a merge; absent of any other end. */
  mergeCommit?: CommitSha | null
}

/**
 * Its PR is there. `commit`: null where the branch holds somebody else's work. `provenBy`, `changes`: as the PR says, where that is known.
 */
export interface OpenedAtForge {
  at: number
  pullRequest: { number: number; url: string }
  commit: CommitSha | null
  provenBy?: Revert['provenBy'] | undefined
  changes?: KeptChanges | undefined
}

/** See {@link OpenedAtForge}. */
export function openedAtForge(revert: Revert, { pullRequest, commit, provenBy, changes, at }: OpenedAtForge): Revert {
  const { awaitsTurn: _over, ...rest } = withoutTakenBack(revert)
  return {
    ...rest,
    ...(provenBy && { provenBy }),
    ...(changes && { changes }),
    commit,
    touchedByOthers: commit === null,
    pullRequest,
    openedAt: revert.openedAt ?? at,
  }
}

/** Its PR is turned to another base branch, or back. */
export function retargeted({ mergesInto: _before, ...revert }: Revert, base: string): Revert {
  return base === revert.baseBranch ? revert : { ...revert, mergesInto: base }
}

/** Its end, as the forge tells of it. */
export function endedAtForge(revert: Revert, { at, headSha, pullRequest, mergeCommit = revert.mergeCommit }: SeenAtForge): Revert {
  return { ...touchedBy(revert, headSha), endedAt: at, pullRequest: pullRequest ?? revert.pullRequest, mergeCommit }
}

/** Until the ledger knows which commit is ours, no other can be told from it. */
export function touchedBy(revert: Revert, headSha: string | undefined): Revert {
  const isOurs = headSha === undefined || revert.commit === null || headSha === revert.commit
  return isOurs ? revert : { ...revert, touchedByOthers: true }
}
