import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { changedOutsideGit } from '../../../domain/application/applied-sources.ts'
import { canHaveMade, pastSyncs } from '../../../domain/application/applied.ts'
import type { CommitSha, GitCommit, InputPath } from '../../../domain/application/commit.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import type { CheckId } from '../../../domain/decision/check.ts'
import type { Release } from '../../../domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../../domain/rollout/snapshots.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { Difference } from '../syncs/by-difference.ts'

export interface GoodQuestion {
  readonly reduce: (applied: AppliedRevision) => Promise<Reduced | undefined>
  /** Whether files speak against it that a commit made N, where it is nearer to N+1 than others: N's images have to be named there. */
  readonly mayBeGood: (candidate: Reduced) => Promise<boolean>
  /** N and N+1 have other images, so that files can speak for or against a commit. */
  readonly imagesDiffer: boolean
  /** N+1 appeared while its sync ran: then the controller was there. */
  readonly isPrompt: boolean
  /** Whether N is back by hand, by the numbers of the ReplicaSets; `broughtAt`: when the sync began that is taken for N's. */
  readonly isByHand: (broughtAt?: number) => boolean
  /** See `cameBackUnsynced`. */
  readonly cameBackUnsynced: boolean
  /** Whether a file that N+1 changed was changed between the two as well. */
  readonly touchesSame: (from: Reduced, to: Reduced) => Promise<boolean>
  /** Whether the app's inputs are the same at both. */
  readonly isSame: (one: Reduced, other: Reduced) => Promise<boolean>
  readonly isAncestor: (ancestor: CommitSha, descendant: CommitSha) => Promise<boolean>
  readonly application: ApplicationSnapshot
  readonly release: Release
  /** N+1's commit. */
  readonly bad: GitCommit
  /** What the app renders from there. */
  readonly inputs: readonly InputPath[]
  /** What the two versions differ in, where that can be read. */
  readonly difference: Difference | undefined
  /** See `findByDifference`. */
  readonly byDifference: (remembered: Reduced | undefined) => Promise<Answer | undefined>
  /** N's ReplicaSet. */
  readonly stable: ReplicaSetSnapshot | undefined
  /** N's commit as earlier releases found it that failed over the same stay of N. */
  readonly before: readonly Reduced[]
  /** Commits of other releases of this Rollout that failed: none of them made N. */
  readonly failed: ReadonlySet<string>
}

/** `passedBy`: what was applied after it and cannot have made it, newest first. */
export type Answer = (Reduced & { passedBy: readonly Passed[] }) | { refusal: { check: CheckId; reason: string } }

export const SAME_COMMIT = 'Git did not change between the two versions: the image behind a tag, a parameter or a generated value did.'
export const UNKNOWN =
  'the commit that made the version before is not known: Kedge has not seen it run, and the sync history does not tell it for certain.'
const FIRST = 'there is no version before: it is the first.'

/**
 * The commit that N runs. Witnesses: what the ledger saw applied while N was in step, what the sync history says was applied before N+1's
 * commit, and what was found when something failed over N before. The newest counts, so that innocent commits in between stay. A wrong
 * answer here would revert the wrong thing, so whatever is ambiguous is refused.
 */
export async function findGood(question: GoodQuestion): Promise<Answer> {
  const { release, bad } = question
  if (release.stableHash === release.podTemplateHash) return refuse('P6', FIRST)
  const remembered = (release.goodApplied && (await question.reduce(release.goodApplied))) ?? undefined
  if (remembered?.commit.sha === bad.sha) return refuse('P7', SAME_COMMIT)
  const byDifference = await question.byDifference(remembered)
  if (byDifference) return byDifference
  const history = await readHistory(question)
  if (history.changed) return refuse('P7', history.changed)
  const told = history.before && isCertain(question, history, remembered !== undefined) ? history.before : undefined
  if (await isDoubtful(question, { remembered, told, history })) return refuse('P6', UNKNOWN)
  const dropped = await findDropped(question, remembered ?? told)
  const witnesses = await onTheWay(question, [remembered, told, ...question.before])
  const [first, ...others] = witnesses.filter((witness) => !question.failed.has(witness.commit.sha))
  if (!first) return refuse('P6', dropped ? notOnTheWay(dropped) : UNKNOWN)
  let newest = first
  for (const other of others) if (await question.isAncestor(newest.commit.sha, other.commit.sha)) newest = other
  if (dropped && !(await question.isSame(dropped, newest))) return refuse('P6', notOnTheWay(dropped))
  const answer = { ...newest, passedBy: newest === told ? history.passedBy : [] }
  return (await isContradicted(question, answer, history)) ? refuse('P6', UNKNOWN) : answer
}

/** The best witness of N, where its commit is not on the way to N+1: whatever else is known is of an earlier version than N. */
async function findDropped({ isAncestor, bad }: GoodQuestion, best: Reduced | undefined): Promise<Reduced | undefined> {
  return best && !(await isAncestor(best.commit.sha, bad.sha)) ? best : undefined
}

function notOnTheWay({ commit: { sha } }: Reduced): string {
  return `the commit that made the version before, ${sha.slice(0, 12)}, is not in the history of N+1's: the branch was pushed by force.`
}

/** Whether the two versions differ in what did not come about since a commit, while others were synced that may be why. */
async function isContradicted(
  { difference, bad, inputs, isAncestor }: GoodQuestion,
  { commit, passedBy, ...rest }: Reduced & { passedBy: readonly Passed[] },
  { before }: History,
): Promise<boolean> {
  const [from, to] = [
    { commit, ...rest },
    { commit: bad, inputs },
  ]
  if (!difference || (await difference.isBetween(from, to))) return false
  if (await difference.isRefuted(from, to)) return true
  return passedBy.length > 0 || (before !== undefined && !(await isAncestor(before.commit.sha, commit.sha)))
}

interface Witnesses {
  readonly remembered: Reduced | undefined
  readonly told: Reduced | undefined
  readonly history: History
}

/**
 * Whether the witnesses may both be wrong. Where N has left and come back, it came by Git, and then both name the same files; or by hand,
 * and then the newest sync is not what it runs. Where it stayed, a later sync may never have been taken up: it counts only where it left
 * alone what N+1 changed, or was seen in step.
 */
async function isDoubtful(question: GoodQuestion, witnesses: Witnesses): Promise<boolean> {
  return (question.stable?.formerRevisions.length ?? 0) > 0 ? cameByHand(question, witnesses) : wasPerhapsPassedBy(question, witnesses)
}

async function cameByHand(question: GoodQuestion, { remembered, told, history }: Witnesses): Promise<boolean> {
  if (question.isByHand() && (!told || history.passedBy.length > 0 || question.cameBackUnsynced)) return true
  return remembered !== undefined && told !== undefined && isAnother(told, remembered) && !(await question.isSame(remembered, told))
}

async function wasPerhapsPassedBy(question: GoodQuestion, { remembered, told, history: { before } }: Witnesses): Promise<boolean> {
  if (!remembered) return false
  // For a sync that was never seen to run speaks no more than that the controller took up the next one at once.
  if (told) return isAnother(told, remembered) && (!question.isPrompt || question.touchesSame(remembered, told))
  if (!before || !isAnother(before, remembered)) return false
  // Images that speak for it weigh more than what was taken for the commit of a release that failed.
  if (question.failed.has(before.commit.sha) && !question.imagesDiffer) return false
  return question.isAncestor(remembered.commit.sha, before.commit.sha)
}

function isAnother(one: Reduced, other: Reduced): boolean {
  return one.commit.sha !== other.commit.sha
}

/** A sync that is not N's, with the app's commit behind it. */
export interface Passed extends Reduced {
  readonly applied: AppliedRevision
}

interface History {
  /** The app's commit before N+1's, as the sync history has it. */
  readonly before: Reduced | undefined
  /** When that was synced, epoch ms. */
  readonly beforeAt: number | undefined
  /** Start of the first sync of N+1's commit, epoch ms. */
  readonly firstSyncAt: number | undefined
  /** Those after it that cannot have made N, newest first. */
  readonly passedBy: readonly Passed[]
  /** How many syncs there were of N+1's commit. */
  readonly syncs: number
  readonly changed: string | undefined
}

/** Walks back over the syncs of N+1's commit, which other teams' commits make new ones of, to the first that can have made N. */
async function readHistory({ application, release, reduce, bad, mayBeGood }: GoodQuestion): Promise<History> {
  const nothing: History = { before: undefined, beforeAt: undefined, firstSyncAt: undefined, syncs: 0, passedBy: [], changed: undefined }
  const { applied } = release
  if (!applied) return nothing
  const past = pastSyncs(application, { namespace: release.namespace, name: release.rollout })
  const start = past.findIndex((sync) => sameRevisions(sync.revisions, applied.revisions))
  let newer = applied
  let startedAt = past[start]?.startedAt
  let syncs = start < 0 ? 0 : 1
  const passedBy: Passed[] = []
  for (const older of past.slice(start + 1)) {
    const changed = changedOutsideGit(older, newer)
    if (changed) return { ...nothing, changed }
    const reduced = await reduce(older)
    if (!reduced) return nothing
    newer = older
    if (reduced.commit.sha === bad.sha) {
      startedAt = older.startedAt
      syncs += 1
    } else if (await mayBeGood(reduced)) {
      return { before: reduced, beforeAt: older.endedAt, firstSyncAt: startedAt, syncs, passedBy, changed: undefined }
    } else passedBy.push({ ...reduced, applied: older })
  }
  return nothing
}

/**
 * Whether the history's word for N can be trusted: N must be Rollouts' very last template before N+1, and not made long after that sync.
 * Without a memory of N, it must not have come back before either (the history may lack the sync that restored it). With several syncs of
 * one commit, N's ReplicaSet must also be older than the first of them; else N+1 may have come from that same commit (a generated value).
 */
function isCertain({ release, stable }: GoodQuestion, history: History, remembered: boolean): boolean {
  if (!stable || stable.rolloutRevision !== release.rolloutRevision - 1) return false
  if (stable.formerRevisions.length === 0 && !canHaveMade({ endedAt: history.beforeAt }, stable)) return false
  if (remembered) return true
  if (stable.formerRevisions.length > 0) return false
  return history.syncs <= 1 || (history.firstSyncAt !== undefined && stable.createdAt < history.firstSyncAt)
}

/** Those witnesses that lie on N+1's own history. */
async function onTheWay(question: GoodQuestion, witnesses: readonly (Reduced | null | undefined)[]): Promise<readonly Reduced[]> {
  const found: Reduced[] = []
  for (const witness of witnesses) {
    if (witness && (await question.isAncestor(witness.commit.sha, question.bad.sha))) found.push(witness)
  }
  return found
}

function refuse(check: CheckId, reason: string): Answer {
  return { refusal: { check, reason } }
}
