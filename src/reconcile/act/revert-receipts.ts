import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import { factsOfDecision, factsOfSource } from '../../domain/release/findings.ts'
import type { Release } from '../../domain/release/release.ts'
import type { KeptChanges, RenderedNo, Revert } from '../../domain/revert/revert.ts'
import type { RevertEvent } from '../../domain/revert/transitions.ts'
import type { PullRequest, SourcePullRequest } from '../../ports/forge.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Findings } from '../decide/case.ts'
import type { Environment } from '../environment.ts'
import { releasesOf } from '../look/stands-for.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { intendSource } from '../outbox/intend-trace.ts'
import { recordRelease, recordRevert } from '../record/moves.ts'
import { tell } from '../tell/tell.ts'
import { keptSource } from '../trace/trace-release.ts'
import type { Refused } from './second-look.ts'

/** Who brought a commit, as the forge has just told; nobody where it knows no PR. */
export interface AskedPeople {
  commit: CommitSha
  people: SourcePullRequest | undefined
}

/** In the receipt of what was at the forge already, and in no word of the ledger. */
const FOUND = { found: 1 }

interface Opened {
  pullRequest: PullRequest
  commit: CommitSha | null
  /** The ledger did not know that it was there. */
  isNews?: boolean
  /** Undefined where the forge had no answer at that moment, and where it was not asked. */
  people: AskedPeople | undefined
  /** What its body says. */
  provenBy?: Revert['provenBy'] | undefined
  /** What merging changes, where that was rendered. */
  changes?: KeptChanges | undefined
}

/**
 * The PR is open: what the ledger keeps of it, and the people behind the release. Without a commit, the branch holds somebody else's work.
 */
export function opened(environment: Environment, { key }: Revert, what: Opened): Delivered {
  const { pullRequest, commit, people, provenBy, changes } = what
  const { number, url } = pullRequest
  const entries = (): readonly LedgerEntry[] => {
    const at = environment.clock.now()
    const move = recordRevert(environment, key, { type: 'revert-opened', at, pullRequest: { number, url }, commit, provenBy, changes })
    const releases = move.document ? releasesOf(environment, move.document) : []
    const traced = releases.flatMap((release) => peopleEntries(environment, release, people, move.document))
    return [...move.entries, ...traced]
  }
  return { state: 'done', event: 'revert-opened', receipt: { number, url, commit: commit ?? '', ...(what.isNews && FOUND) }, entries }
}

/** What was asked for a PR's reviewers is kept; whoever it does not tell of is asked about besides. */
function peopleEntries(
  environment: Environment,
  release: Release,
  asked: AskedPeople | undefined,
  revert: Revert | undefined,
): readonly LedgerEntry[] {
  if (asked?.commit !== release.revision) return intendSource(environment, release, revert)
  const facts = { sourceAsked: asked.commit, ...keptSource(asked.people) }
  return recordRelease(environment, release.key, { type: 'release-traced', facts }).entries
}

/**
 * The forge says that this very revert has had its end: that is final, and the ledger takes it over.
 * @param isNews the ledger did not know that it was there
 */
export function foundEnded(environment: Environment, { key }: Revert, pullRequest: PullRequest, isNews = false): Delivered {
  return {
    state: 'done',
    event: 'revert-found-ended',
    ...(isNews && { receipt: FOUND }),
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

/**
 * No longer right, and nothing was opened: the key stays free for a later failure, and people are told why. `pushed`: its commit, where
 * that was at the Git host already.
 */
export function withdrawn(
  environment: Environment,
  { key }: Revert,
  { refused, pushed }: { refused: readonly Refused[]; pushed?: CommitSha | undefined } = { refused: [] },
): Delivered {
  // What else stands in the way, the next look finds and tells.
  const byContent = refused.filter(({ known }) => isUnanswered(known.findings) || answerOf(known.findings))
  const [answer] = byContent.flatMap(({ known }) => answerOf(known.findings) ?? [])
  const takenBack = pushed && { commit: byContent.length > 0 ? pushed : undefined, answer }
  const entries = (): readonly LedgerEntry[] => [
    ...recordRevert(environment, key, { type: 'revert-withdrawn', at: environment.clock.now(), takenBack }).entries,
    ...byContent.flatMap((one) => recordRefusal(environment, key, one)),
  ]
  return { state: 'abandoned', event: 'revert-withdrawn', entries }
}

/** Whether who renders could not be asked, or did not find the revert. */
function isUnanswered({ source, fault }: Findings): boolean {
  return fault !== undefined || source?.unfetched === true || source?.rendererAway === true
}

/** What who renders said of a revert that is refused: what it renders, or that nobody can tell. */
function answerOf({ source, fault }: Findings): RenderedNo | undefined {
  // Files had to do for two minutes, and did not: nobody has read what the revert renders.
  if (fault || !source || source.rendererAway) return undefined
  if (source.provenBy === 'files') return { provenBy: 'files', reason: source.notRendered ?? '' }
  const isRefused = source.refusal?.check === 'P10' && source.provenBy === 'rendering'
  return isRefused && source.refusal ? { provenBy: 'rendering', reason: source.refusal.reason } : undefined
}

/** The look that has taken a revert back has decided on its release. */
function recordRefusal(environment: Environment, revertKey: string, { known, decision }: Refused): readonly LedgerEntry[] {
  const release = environment.ledger.read('release', known.release.key)
  if (release?.state !== 'failed' || release.revertKey !== revertKey) return []
  const { source } = known.findings
  const facts = { ...factsOfSource(release, source), ...factsOfDecision(release, decision, environment.clock.now()), revertKey: null }
  const { document, entries } = recordRelease(environment, release.key, { type: 'release-decided', facts })
  return [...entries, ...(document ? tell(environment, document, undefined, known.policy) : [])]
}

/** We have closed the PR, or left that to people. */
export function closed(environment: Environment, revert: Revert, touchedByOthers: boolean): Delivered {
  const entries = (): readonly LedgerEntry[] =>
    recordRevert(environment, revert.key, { type: 'revert-closed', at: environment.clock.now(), touchedByOthers }).entries
  const receipt = { number: revert.pullRequest?.number ?? 0, outcome: revert.outcome ?? '' }
  return { state: 'done', event: 'revert-closed', receipt, entries }
}
