import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { PullRequest, SourcePullRequest } from '../../ports/forge.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Delivered } from './delivery.ts'

type World = Pick<Environment, 'ledger' | 'clock'>

/**
 * The PR is open: what the ledger keeps of it, and the people behind the release. Without a commit, the branch holds somebody else's work.
 */
export function opened(
  { ledger, clock }: World,
  revert: Revert,
  { pullRequest, commit, people }: { pullRequest: PullRequest; commit: CommitSha | null; people: SourcePullRequest | undefined },
): Delivered {
  const entries = (): readonly LedgerEntry[] => {
    const current = ledger.read('revert', revert.key) ?? revert
    const document: Revert = {
      ...current,
      state: 'open',
      commit,
      touchedByOthers: commit === null,
      pullRequest: { number: pullRequest.number, url: pullRequest.url },
      openedAt: current.openedAt ?? clock.now(),
    }
    const traced = people ? document.releases.flatMap((key) => ledger.read('release', key) ?? []) : []
    return [
      { kind: 'revert', key: revert.key, event: 'revert-opened', document },
      ...traced.map((release): LedgerEntry => ({
        kind: 'release',
        key: release.key,
        event: 'release-traced',
        document: { ...release, sourcePr: people ?? null },
      })),
    ]
  }
  return {
    state: 'done',
    event: 'revert-opened',
    receipt: { number: pullRequest.number, url: pullRequest.url, commit: commit ?? '' },
    entries,
  }
}

/** The forge says that this very revert has had its end: that is final, and the ledger takes it over. */
export function foundEnded({ clock }: World, revert: Revert, pullRequest: PullRequest): Delivered {
  const document: Revert = {
    ...revert,
    state: 'ended',
    outcome: pullRequest.state === 'merged' ? 'merged' : 'declined',
    endedAt: clock.now(),
    pullRequest: { number: pullRequest.number, url: pullRequest.url },
    mergeCommit: asCommitSha(pullRequest.mergeCommit) ?? null,
  }
  return {
    state: 'done',
    event: 'revert-found-ended',
    entries: () => [{ kind: 'revert', key: revert.key, event: 'revert-ended', document }],
  }
}

/** No longer right, and nothing was opened: the key stays free for a later failure. */
export function withdrawn({ ledger, clock }: World, revert: Revert): Delivered {
  const entries = (): readonly LedgerEntry[] => {
    const current = ledger.read('revert', revert.key) ?? revert
    const releases = current.releases.flatMap((key) => ledger.read('release', key) ?? [])
    return [
      {
        kind: 'revert',
        key: revert.key,
        event: 'revert-withdrawn',
        document: { ...current, state: 'ended', outcome: 'withdrawn', endedAt: clock.now() },
      },
      ...releases.map((release): LedgerEntry => ({
        kind: 'release',
        key: release.key,
        event: 'release-updated',
        document: { ...release, revertKey: null },
      })),
    ]
  }
  return { state: 'abandoned', event: 'revert-withdrawn', entries }
}
