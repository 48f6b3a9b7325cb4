import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { changedOutsideGit } from '../../../domain/application/applied-sources.ts'
import { plain, type AppliedSync } from '../../../domain/application/applied.ts'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import type { Release } from '../../../domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../../domain/rollout/snapshots.ts'
import { isRenderedAlike } from '../../../domain/rollout/template.ts'
import type { Sealed } from '../../../domain/sealed.ts'
import { reduce, type AppReader } from '../commit/app-commit.ts'
import type { SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { nameOf } from '../question/versions.ts'
import { cameBackUnsynced, isByHand, rolledBackFrom } from './by-hand.ts'
import { hasSeenAll, isA, isLater, type Beginning, type Walk } from './walk.ts'

/**
 * The newest sync before N+1's that renders N. One that was never taken up, or failed, is passed by; so N's own is found behind it, and
 * those lie between. Null where neither the history nor the ledger reaches back to it.
 */
export async function findBefore(walk: Walk, beginning: Beginning): Promise<AppliedRevision | null> {
  const { question, read, single } = walk
  const synced = (await searchBefore(walk, beginning, false)) ?? (await searchBefore(walk, beginning, true))
  const { goodApplied } = question.release
  const memory = goodApplied && isA(await read(goodApplied), 'before', false) ? goodApplied : null
  const isBack = isBackByHand(question, beginning, { synced, memory })
  // Of what was undone that is no news: it is what a person may want Git to follow.
  if (isBack && (question.release.cause !== 'undone' || !(synced ?? memory))) throw new Refusal('P6', BY_HAND)
  const good = synced ? await newestOf({ synced, memory }, walk, beginning) : memory
  if (single && good) await refuseUnseen({ ...walk, single }, beginning, good)
  if (isBack && good) await refuseBeside(walk, beginning, good)
  return good
}

/**
 * What was undone by more than one version: commits of before N+1's go back with it, which must have made the versions that went. What else
 * they changed is in use, and nobody has undone it. @throws Refusal P6
 */
async function refuseBeside({ read, single }: Walk, { applied }: Beginning, good: AppliedRevision): Promise<void> {
  const [from, to] = single ? [await reduce(single, good), await reduce(single, applied)] : []
  if (!single || !from || !to) throw new Refusal('P6', BY_HAND)
  const between = await single.repository.commitsTouching(from.commit.sha, to.commit.sha, to.inputs)
  const rendered = async (sha: CommitSha): Promise<Sealed> => {
    const brought = await read({ ...plain(applied), revisions: applied.revisions.with(single.source.index, sha) })
    if ('unknown' in brought || !brought.rendered) throw new Refusal('P6', BY_HAND)
    return brought.rendered.template
  }
  let before = await rendered(from.commit.sha)
  for (const commit of between) {
    const after = await rendered(commit.sha)
    if (isRenderedAlike(before, after))
      throw new Refusal('P6', `${BY_HAND} ${nameOf(commit)} changed no template since: it would go back as well.`)
    before = after
  }
}

/** What is remembered of N may be later than its sync: one that failed is in no history. @throws Refusal P6 */
async function newestOf(
  { synced, memory }: { synced: Found; memory: AppliedRevision | null },
  walk: Walk,
  beginning: Beginning,
): Promise<AppliedRevision> {
  const { single } = walk
  const sync = single ? await unlessRolledBack({ ...walk, single }, synced.sync, beginning) : synced.sync
  return memory && (await isLater(walk, memory, sync)) ? memory : plain(sync)
}

/**
 * A sync that failed is in no history, nor is one that a short history has dropped (`revisionHistoryLimit`), and leaves N where it brings
 * nothing new of it. Where Kedge may not have seen it, a commit that renders N, and seems to have come along with N+1, may be N's own.
 * @throws Refusal P6
 */
async function refuseUnseen(
  { question: { application }, read, single }: Walk & { single: AppReader },
  { applied, older }: Beginning,
  good: AppliedRevision,
): Promise<void> {
  if (
    hasSeenAll(
      application,
      older.find(({ revisions }) => sameRevisions(revisions, good.revisions)),
    )
  )
    return
  const [from, to] = [await reduce(single, good), await reduce(single, applied)]
  if (!from || !to) return
  const between = await single.repository.commitsTouching(from.commit.sha, to.commit.sha, to.inputs)
  // The newest one is what N+1 began with.
  for (const { sha } of between.slice(0, -1)) {
    const brought = await read({ ...plain(applied), revisions: applied.revisions.with(single.source.index, sha) })
    if ('unknown' in brought || isA(brought, 'before', true)) throw new Refusal('P6', UNSEEN)
  }
}

export const UNSEEN =
  'the commit that made the version before is not known for certain: Kedge has not seen every sync before N+1, and one that failed may ' +
  'have brought a later commit than the sync history tells.'

/**
 * The sync of N; where Argo CD went back for it, the one that it went back from, if that renders N as well: then it was done for another
 * Rollout of the Application. @throws Refusal P6
 */
async function unlessRolledBack(walk: Walk & { single: AppReader }, sync: AppliedSync, beginning: Beginning): Promise<AppliedSync> {
  const from = await rolledBackFrom(walk.single, { sync, failed: beginning.applied }, beginning.older)
  if (!from) return sync
  if (!isA(await walk.read(from), 'before', false)) throw new Refusal('P6', ROLLED_BACK)
  return unlessRolledBack(walk, from, beginning)
}

export const ROLLED_BACK =
  'the version before was brought back by a rollback in Argo CD: Git asked for something newer then, which nobody has taken back.'
const BY_HAND = 'the version before was brought back by hand after something newer had run: what Git asked for then is not what failed now.'

/** Whether all that was applied since N had left is in the history, as far as it is known of: a sync that failed is in none. */
function isHistoryComplete(
  { formerRevisions, rolloutRevision: now = Infinity }: ReplicaSetSnapshot,
  others: readonly Release[],
  { older }: Beginning,
): boolean {
  const since = Math.max(...formerRevisions)
  return others.every(
    ({ applied, rolloutRevision }) =>
      applied === null ||
      rolloutRevision <= since ||
      rolloutRevision >= now ||
      older.some(({ revisions }) => sameRevisions(revisions, applied.revisions)),
  )
}

/** `memory`: what is remembered of N, and renders it. */
function isBackByHand(
  question: SourceQuestion,
  beginning: Beginning,
  { synced, memory }: { synced: Found | undefined; memory: AppliedRevision | null },
): boolean {
  const { replicaSets, stable, failing, release, others } = question
  if (!stable) return false
  // With one that is known of and is in no history, none is known to have been passed by, and may have been.
  const isComplete = isHistoryComplete(stable, others, beginning)
  if (synced?.passedBy === 0 && isComplete && !cameBackUnsynced(question)) return false
  const renderN = [synced?.sync, memory].flatMap((one) => one ?? [])
  const passedAt = isComplete && synced ? beginning.older[synced.passedBy - 1]?.startedAt : undefined
  const broughtAt = synced?.sync.startedAt
  return isByHand({ replicaSets, stable, failing, release, others, broughtAt, passedAt, renderN })
}

interface Found {
  sync: AppliedSync
  /** So many later syncs render something else. */
  passedBy: number
}

async function searchBefore({ read }: Walk, { applied, older }: Beginning, loosely: boolean): Promise<Found | undefined> {
  let newer = applied
  for (const [passedBy, sync] of older.entries()) {
    const changed = changedOutsideGit(sync, newer)
    if (changed) throw new Refusal('P7', changed)
    const brought = await read(sync)
    if ('unknown' in brought) throw new Refusal('P6', `what was synced before N+1 cannot be told: ${brought.unknown}`)
    if (isA(brought, 'before', loosely)) return { sync, passedBy }
    newer = sync
  }
  return undefined
}
