import { asCommitSha } from '../application/commit.ts'
import type { SourceFacts } from '../decision/facts.ts'
import { isExperiment } from '../experiment/name.ts'
import type { End, Outcome, Release } from '../release/release.ts'
import type { ClosedFor, Revert } from './revert.ts'
import { closingEvent, isLapse, revertStanding, type RevertEvent } from './transitions.ts'

/** What the forge says of a revert's PR. */
export interface PullRequestFacts {
  readonly state: 'open' | 'closed' | 'merged'
  readonly headSha: string
  /** The branch that it is, or was, merged into. */
  readonly base: string
  readonly mergeCommit: string | undefined
  /** Where Kedge's own account has closed it, by the forge's record: by which of its markers. Absent where a person has. */
  readonly closedByKedge?: 'lapsed' | 'for-good' | undefined
}

/**
 * What has happened to a live revert, if anything. Its PR's own end comes first (a merge or a human's No is final); then what makes it
 * pointless: Git asks for N again, its releases have ended, or a later commit has touched the same inputs, or made the proof untrue.
 * Whether that may happen to it where it stands, the table says.
 */
export function eventOfRevert(
  revert: Revert,
  facts: {
    releases: readonly Release[]
    source: SourceFacts | null
    pullRequest: PullRequestFacts | undefined
    /** Its release is one of many that failed for one cause: see `isTakenBack`. */
    held: boolean
    now: number
  },
): RevertEvent | undefined {
  const { pullRequest, now: at } = facts
  const headSha = pullRequest?.headSha
  const moved = pullRequest && movedByPeople(revert, pullRequest)
  if (moved) return moved
  if (pullRequest?.state === 'merged')
    return { type: 'revert-merged', at, headSha, mergeCommit: asCommitSha(pullRequest.mergeCommit) ?? null }
  const outcome = whyPointless(revert, facts) ?? (facts.held ? 'held' : undefined)
  const isClosed = pullRequest?.state === 'closed'
  // While we are closing it, whoever does that tells whose close it was: ours is seen here before it is recorded.
  if (isClosed && revert.state === 'closing') return undefined
  const end = isClosed ? endBefore(pullRequest, outcome) : outcome
  if (end === undefined) return isClosed ? { type: 'revert-declined', at, headSha } : eventOfBranch(revert, pullRequest)
  const byParameters = end === 'restored' && isByParameters(facts.releases) ? 'parameters' : undefined
  return closingEvent(end, headSha, end === 'superseded' ? whySuperseded(revert, facts.source) : byParameters)
}

/** Reopened, or turned to another base branch or back. */
function movedByPeople(revert: Revert, pullRequest: PullRequestFacts): RevertEvent | undefined {
  if (isBack(revert, pullRequest)) return { type: 'revert-reopened' }
  const { base } = pullRequest
  return revert.state === 'open' && base !== (revert.mergesInto ?? revert.baseBranch) ? { type: 'revert-retargeted', base } : undefined
}

function whySuperseded({ baseBranch, culprits }: Revert, source: SourceFacts | null): ClosedFor | undefined {
  if (source?.baseBranch && source.baseBranch !== baseBranch) return 'other-branch'
  return culprits.some(({ sha }) => source?.dropped.includes(sha)) ? 'rewritten' : undefined
}

/** Why we have closed it ourselves, where the ledger does not know: it is a backup of before. Our marker says whether that was for good. */
function endBefore({ closedByKedge }: PullRequestFacts, outcome: End | 'held' | undefined): End | 'held' | undefined {
  if (closedByKedge === undefined) return undefined
  const isSame = outcome !== undefined && isLapse(outcome) === (closedByKedge === 'lapsed')
  return isSame ? outcome : closedByKedge === 'lapsed' ? 'superseded' : 'promoted'
}

/** Whether the forge has a PR open, or merged, that a person had closed before: they have thought better of it. */
export function isBack(revert: Revert | undefined, pullRequest: PullRequestFacts | undefined): boolean {
  return revertStanding(revert) === 'declined' && pullRequest !== undefined && pullRequest.state !== 'closed'
}

/** Somebody else's push to the branch, unless it is known. */
export function eventOfBranch(revert: Revert, pullRequest: PullRequestFacts | undefined): RevertEvent | undefined {
  if (!pullRequest || revert.touchedByOthers || pullRequest.headSha === revert.commit) return undefined
  return { type: 'revert-touched', headSha: pullRequest.headSha }
}

function whyPointless(revert: Revert, { source, releases }: { releases: readonly Release[]; source: SourceFacts | null }): End | undefined {
  if (source?.restoredInGit) return 'restored'
  const tries = newestTries(releases)
  if (tries.length > 0 && tries.every((release) => release.state === 'ended')) {
    return whyEnded(revert, { source, releases, tries })
  }
  // What changes one of the Applications that it stands for, and none of its files, leaves it right for the others.
  if (source?.overtaken) return 'superseded'
  // It stands on commits that are on the branch no more: merging it would change nothing, whoever it is for.
  if (whySuperseded(revert, source) === 'rewritten') return 'superseded'
  const applications = new Set(
    releases.filter((release) => release.state !== 'ended').map((release) => `${release.cluster} ${release.applied?.application}`),
  )
  if (applications.size > 1) return undefined
  if (source !== null && (isInTheWay(source) || whySuperseded(revert, source) !== undefined)) return 'superseded'
  // The release failed again with more commits in it: another restore would be right now.
  return source?.revertKey && source.revertKey !== revert.key ? 'superseded' : undefined
}

/** The same where all of its releases have ended. */
function whyEnded(
  revert: Revert,
  { source, releases, tries }: { source: SourceFacts | null; releases: readonly Release[]; tries: readonly Release[] },
): End | undefined {
  const outcome = strongest(tries.map((release) => release.outcome))
  // The very object that failed is gone: of another that was made under its name it says nothing.
  if (tries.every(isExperiment)) return outcome === 'superseded' ? 'gone' : outcome
  if (isByParameters(releases)) return outcome
  // N is back in the cluster, or something else is: that says nothing of Git, where nothing has changed.
  return asksStill(revert, source) && (outcome === 'restored' || outcome === 'superseded') ? undefined : outcome
}

/** N is back, and by no commit. */
function isByParameters(releases: readonly Release[]): boolean {
  return newestTries(releases).some((release) => release.restoredBy !== undefined)
}

/** The same template may be tried again under a new number. */
function newestTries(releases: readonly Release[]): readonly Release[] {
  const newest = new Map<string, Release>()
  for (const release of releases) {
    const known = newest.get(release.templateKey)
    if (!known || known.rolloutRevision < release.rolloutRevision) newest.set(release.templateKey, release)
  }
  return [...newest.values()]
}

/** Git was asked, and the very same revert would be right now. */
function asksStill({ key }: Revert, source: SourceFacts | null): boolean {
  return source?.revertKey === key && !source.overtaken && !isInTheWay(source)
}

/** What has come since stands in the way of the revert, or leaves nothing of its proof: merging it would not bring N back. */
function isInTheWay({ later, refusal, provenBy }: SourceFacts): boolean {
  // By files alone, the proof may be wanting for what is not known just now: who renders is away, or a ReplicaSet is gone.
  return later.length > 0 || (refusal?.check === 'P10' && provenBy === 'rendering')
}

/** Of several releases' ends, the one that says most about Git. */
function strongest(outcomes: readonly Outcome[]): End {
  const order = ['restored', 'superseded', 'promoted', 'gone'] as const
  return order.find((outcome) => outcomes.includes(outcome)) ?? 'gone'
}

/** So many times the deadline may steps and analyses take. */
const TIMES_FOR_STEPS = 12

/** Whether people are to be told that a merge has not brought N back in time. */
export function isRestoreOverdue(revert: Revert, release: Release, now: number, deadlineMs: number): boolean {
  if (revert.outcome !== 'merged' || revert.endedAt === null || revert.toldNotRestored) return false
  // Merged elsewhere, it brings nothing back, as was told then.
  if (revert.mergesInto !== undefined) return false
  // What was promoted is rolled back like a release, step by step; and one that waits for somebody may do so for ever.
  const isRolling = release.cause === 'slo-burn' && release.serving === 'rolling'
  return release.state !== 'ended' && now - revert.endedAt >= deadlineMs * (isRolling ? TIMES_FOR_STEPS : 1)
}
