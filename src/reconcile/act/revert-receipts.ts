import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { RevertEvent } from '../../domain/revert/transitions.ts'
import type { PullRequest, SourcePullRequest } from '../../ports/forge.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { releasesOf } from '../loop/stands-for.ts'
import type { Delivered } from './delivered.ts'
import { recordRelease, recordRevert } from './moves.ts'

/**
 * The PR is open: what the ledger keeps of it, and the people behind the release. Without a commit, the branch holds somebody else's work.
 */
export function opened(
  environment: Environment,
  { key }: Revert,
  { pullRequest, commit, people }: { pullRequest: PullRequest; commit: CommitSha | null; people: SourcePullRequest | undefined },
): Delivered {
  const { number, url } = pullRequest
  const entries = (): readonly LedgerEntry[] => {
    const at = environment.clock.now()
    const move = recordRevert(environment, key, { type: 'revert-opened', at, pullRequest: { number, url }, commit })
    const releases = people && move.document ? releasesOf(environment, move.document) : []
    const traced = releases.flatMap(
      (release) => recordRelease(environment, release.key, { type: 'release-traced', facts: { sourcePr: people ?? null } }).entries,
    )
    return [...move.entries, ...traced]
  }
  return { state: 'done', event: 'revert-opened', receipt: { number, url, commit: commit ?? '' }, entries }
}

/** The forge says that this very revert has had its end: that is final, and the ledger takes it over. */
export function foundEnded(environment: Environment, { key }: Revert, pullRequest: PullRequest): Delivered {
  return {
    state: 'done',
    event: 'revert-found-ended',
    entries: () => recordRevert(environment, key, endOf(environment, pullRequest)).entries,
  }
}

/** How the forge says that a PR which is not open has ended. */
function endOf({ clock }: Environment, { state, number, url, headSha, mergeCommit }: PullRequest): RevertEvent {
  const seen = { at: clock.now(), headSha, pullRequest: { number, url } }
  return state === 'merged'
    ? { type: 'revert-merged', mergeCommit: asCommitSha(mergeCommit) ?? null, ...seen }
    : { type: 'revert-declined', ...seen }
}

/** No longer right, and nothing was opened: the key stays free for a later failure. */
export function withdrawn(environment: Environment, { key }: Revert): Delivered {
  const entries = (): readonly LedgerEntry[] =>
    recordRevert(environment, key, { type: 'revert-withdrawn', at: environment.clock.now() }).entries
  return { state: 'abandoned', event: 'revert-withdrawn', entries }
}

/** We have closed the PR, or left that to people. */
export function closed(environment: Environment, revert: Revert, touchedByOthers: boolean): Delivered {
  const entries = (): readonly LedgerEntry[] =>
    recordRevert(environment, revert.key, { type: 'revert-closed', at: environment.clock.now(), touchedByOthers }).entries
  const receipt = { number: revert.pullRequest?.number ?? 0, outcome: revert.outcome ?? '' }
  return { state: 'done', event: 'revert-closed', receipt, entries }
}
