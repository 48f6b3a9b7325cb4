import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { appliedSyncs, plain, syncsUnderWay, type AppliedSync } from '../../../domain/application/applied.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import { firstFailedAt } from '../../../domain/release/beginning.ts'
import type { Release } from '../../../domain/release/release.ts'
import { haveSameSteps } from '../../../domain/rollout/steps.ts'
import type { Sealed } from '../../../domain/sealed.ts'
import type { AppReader } from '../commit/app-commit.ts'
import type { Brought, SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { findBefore } from './before-by-content.ts'
import { hadOtherSteps } from './other-steps.ts'
import { createSyncReader, rewrittenIn, type LiveVersions } from './sync-reader.ts'
import { hasSeenAll, isA, isLater, type Beginning, type Walk } from './walk.ts'

/** The syncs that brought the two versions. */
export interface Told {
  /** `goodApplied` is null where no sync that is known brought N. */
  brought: Brought
  live: LiveVersions
}

/** Times are whole seconds; the clocks of two clusters may differ by more. */
const SECOND_MS = 1_000
const SKEW_MS = 5_000

/**
 * Tells by what they render which syncs brought N+1 and N. Times, orders and memory only say where to look. Undefined where that cannot be
 * told by rendering: then they are all there is, and what they name is held against what runs as far as that goes.
 * @throws Refusal P4, P6, P7; KedgeError E_GIT_*, E_CLUSTER_*, E_RENDERER_UNREACHABLE
 */
export async function tellByContent(question: SourceQuestion, single: AppReader | undefined): Promise<Told | undefined> {
  const { release } = question
  // It is told once: the sync history moves on, and what a revert stands for does not.
  if (isTold(release) || release.stableHash === release.podTemplateHash) return undefined
  const live = await readLive(question)
  if (!live) return undefined
  const read = createSyncReader(question, live, single)
  const syncs = syncsUnderWay(question.application, { namespace: release.namespace, name: release.rollout })
  const walk = { question, read, single }
  // Mostly the two versions: who renders may take seconds for each, and does several at a time.
  for (const sync of syncs.slice(0, 2)) void read(sync).catch(() => undefined)
  const told = await tell(walk, syncs, live)
  if (told) return told
  const rewritten = await findRewritten(walk, syncs, live)
  if (!rewritten) return undefined
  const known = { ...live, rewritten }
  return tell({ ...walk, read: createSyncReader(question, known, single) }, syncs, known)
}

async function tell(walk: Walk, syncs: readonly AppliedSync[], live: LiveVersions): Promise<Told | undefined> {
  const began = (await findBeginning(walk, syncs, false)) ?? (await findBeginning(walk, syncs, true))
  return began && { brought: { applied: began.applied, goodApplied: await findBefore(walk, began) }, live }
}

/** Where nothing that was synced renders what runs, something may rewrite templates on the way in: then the difference decides. */
async function findRewritten(
  { question: { release }, read }: Walk,
  syncs: readonly AppliedSync[],
  live: LiveVersions,
): Promise<readonly string[] | undefined> {
  const found: Sealed[] = []
  for (const applied of [release.applied, ...syncs, release.goodApplied]) {
    const brought = applied && (await read(applied))
    if (brought && 'fit' in brought && brought.rendered) found.push(brought.rendered.template)
  }
  return rewrittenIn(live, found)
}

/** Whether the syncs and commits of a release were told by what they render. */
export function isTold({ told = 'by-clocks', goodRevision }: Release): boolean {
  return told !== 'by-clocks' && goodRevision !== null
}

async function readLive({ renderings, failing, stable }: SourceQuestion): Promise<LiveVersions | undefined> {
  const [failed, before] = await Promise.all([failing && renderings.live(failing), stable && renderings.live(stable)])
  return failed && before && failed !== 'forbidden' && before !== 'forbidden' ? { failed, before } : undefined
}

/**
 * The sync that began N+1: of the newest syncs in a row that render it, the oldest. Those after it changed nothing about it, so a release
 * that fails again is never put down to what was synced meanwhile. Other steps begin a release anew, which no template shows.
 */
async function findBeginning(walk: Walk, syncs: readonly AppliedSync[], loosely: boolean): Promise<Beginning | undefined> {
  const { question, read } = walk
  const run: AppliedSync[] = []
  for (const sync of syncs) {
    if (isA(await read(sync), 'failed', loosely)) run.push(sync)
    else if (run.length > 0) break
  }
  const oldest = run.at(-1)
  if (!oldest) {
    const known = await remembered(walk, loosely)
    return known && { applied: known, older: syncs }
  }
  const older = syncs.slice(syncs.indexOf(oldest) + 1)
  // Other steps may be synced and not have come to the Rollout yet: only what was seen to begin anew did.
  if (!question.release.byTemplate) {
    if (!(await ranBefore(walk, oldest, loosely))) refuseLate(question, oldest)
    const anew = (await beganAnew(walk, run)) ?? (await remembered(walk, loosely))
    return anew && { applied: plain(anew), older }
  }
  const earlier = await beganBefore(walk, oldest, { syncs, older, loosely })
  if (!earlier) await insistSeen(walk, { run, oldest, older })
  if (!earlier) await insistOwn(walk, { oldest, older }, loosely)
  const anew = await beganAnew(walk, earlier ? [...run, earlier] : run)
  return { applied: plain(anew ?? earlier ?? oldest), older }
}

/** @throws Refusal P4: N+1 may have begun with a sync that the history does not hold, or cannot be told there */
async function insistSeen(
  walk: Walk,
  { run, oldest, older }: { run: readonly AppliedSync[]; oldest: AppliedSync; older: readonly AppliedSync[] },
): Promise<void> {
  refuseLate(walk.question, oldest)
  const before = older[0] && (await walk.read(older[0]))
  const isSeen = before !== undefined && 'fit' in before
  if (!isSeen && (await commitsOf(walk, run)).size > 1)
    throw new Refusal('P4', 'which of the commits that were synced began N+1 is not known: the sync history does not reach back to it.')
}

/**
 * N+1 may have begun with an earlier sync that is in no history, as it failed or the Application was made anew since: that may be where the
 * newest commit of the oldest sync that is known has changed nothing about it, and not every operation since the sync before was seen.
 * @throws Refusal P4
 */
async function insistOwn(
  walk: Walk,
  { oldest, older }: { oldest: AppliedSync; older: readonly AppliedSync[] },
  loosely: boolean,
): Promise<void> {
  const { question, read, single } = walk
  if (!single || hasSeenAll(question.application, older[0])) return
  const brought = await read(oldest)
  const [parent] = ('fit' in brought && brought.commit?.parents) || []
  if (!parent) return
  const before = { ...plain(oldest), revisions: oldest.revisions.with(single.source.index, parent) }
  if (!isA(await read(before), 'failed', loosely) || (await bringsOtherSteps(walk, oldest, before))) return
  throw new Refusal(
    'P4',
    'which of the commits that were synced began N+1 is not known: Kedge has not seen every sync since the one before.',
  )
}

/**
 * What is remembered, where it is an earlier commit than all of N+1's that are in the history: its sync failed, and was not seen to. One
 * that Kedge has seen from its beginning and that is not there went on to another commit.
 * @throws Refusal P4
 */
async function beganBefore(
  walk: Walk,
  oldest: AppliedSync,
  { syncs, older, loosely }: { syncs: readonly AppliedSync[]; older: readonly AppliedSync[]; loosely: boolean },
): Promise<AppliedRevision | undefined> {
  const known = await remembered(walk, loosely)
  if (!known || syncs.some((sync) => sameRevisions(sync.revisions, known.revisions))) return undefined
  if (walk.single && !(await isLater(walk, oldest, known))) return undefined
  if (hasSeenAll(walk.question.application, older[0])) throw new Refusal('P4', MOVED_ON)
  return known
}

const MOVED_ON =
  'which of the commits that were synced began N+1 is not known: a sync may have gone on to a newer commit while it was tried again.'

/** Began anew with other steps: whether it is known to have begun with an earlier commit, be that of a sync that the history has lost. */
async function ranBefore(walk: Walk, oldest: AppliedSync, loosely: boolean): Promise<boolean> {
  const { before } = walk.question.release
  if (!before || !isA(await walk.read(before), 'failed', loosely)) return false
  return !walk.single || (await isLater(walk, oldest, before))
}

/**
 * Of what renders N+1, newest first: the last sync that brought other steps than the one before it, before it failed. New steps begin a
 * release anew; where that was not seen, the sync has to have ended so early that what failed had taken them up, or was not even made; or
 * to be the only one that brought other steps since the same template failed with those of before.
 * @throws Refusal P4: see `insistOnly`
 */
async function beganAnew(walk: Walk, run: readonly (AppliedSync | AppliedRevision)[]): Promise<AppliedSync | undefined> {
  const { release, failing, application } = walk.question
  const failedAt = firstFailedAt(release) ?? 0
  const skew = application.cluster === release.cluster ? 2 * SECOND_MS : SKEW_MS
  const madeAt = failing?.formerRevisions.length === 0 ? failing.createdAt : -Infinity
  const isInTime = ({ startedAt = Infinity, endedAt = Infinity }: AppliedSync): boolean =>
    release.byTemplate ? endedAt + SKEW_MS <= failedAt || endedAt + skew <= madeAt : startedAt <= (firstFailedAt(release) ?? Infinity)
  const late: { sync: AppliedSync; older: readonly AppliedRevision[] }[] = []
  for (const [index, sync] of run.entries()) {
    if (!('startedAt' in sync) || !(await bringsOtherSteps(walk, sync, run[index + 1]))) continue
    const older = run.slice(index + 1)
    if (isInTime(sync)) {
      if (isComing(walk.question, sync)) await insistOnly(walk, older)
      return sync
    }
    late.push({ sync, older })
  }
  const [only, another] = late
  return only && !another && hadOtherSteps(walk.question, only.older) && (only.sync.startedAt ?? Infinity) <= failedAt
    ? only.sync
    : undefined
}

async function bringsOtherSteps({ read }: Walk, sync: AppliedRevision, before: AppliedRevision | undefined): Promise<boolean> {
  if (!before) return false
  const [spec, former] = [await read(sync), await read(before)].map((one) => ('fit' in one ? one.rendered?.spec : undefined))
  return spec !== undefined && former !== undefined && !haveSameSteps(spec, former)
}

/**
 * Whether a sync runs, and Argo CD has not said yet that it has applied the Rollout: with sync waves that may take minutes, and until then
 * it may have begun nothing anew.
 */
function isComing({ application, release }: SourceQuestion, sync: AppliedSync): boolean {
  const applied = appliedSyncs(application, { namespace: release.namespace, name: release.rollout })
  return !applied.some(({ revisions }) => sameRevisions(revisions, sync.revisions))
}

/** @throws Refusal P4: of these older syncs, too, one has brought other steps that was not over when the attempt before failed */
async function insistOnly(walk: Walk, older: readonly (AppliedSync | AppliedRevision)[]): Promise<void> {
  const { anewSince = 0 } = walk.question.release
  for (const [index, sync] of older.entries()) {
    if (!('startedAt' in sync) || (sync.endedAt ?? Infinity) + SKEW_MS < anewSince) continue
    if (await bringsOtherSteps(walk, sync, older[index + 1])) throw new Refusal('P4', STEPS_COMING)
  }
}

const STEPS_COMING =
  'which sync began N+1 anew is not known: of two that bring other canary steps, one is running and may not have applied the Rollout yet.'

async function commitsOf({ read }: Walk, syncs: readonly AppliedSync[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const sync of syncs) {
    const brought = await read(sync)
    found.add('fit' in brought && brought.commit ? brought.commit.sha : sync.revisions.join(' '))
  }
  return found
}

/** What the ledger kept when N+1 appeared: all there is of a sync that never came to its end, as the history holds none of these. */
async function remembered({ question, read }: Walk, loosely: boolean): Promise<AppliedRevision | undefined> {
  const { applied } = question.release
  return applied && isA(await read(applied), 'failed', loosely) ? applied : undefined
}

/** @throws Refusal P4: N+1 was there, or had failed, before anything that renders it was synced */
function refuseLate({ application, release, failing }: SourceQuestion, { startedAt }: AppliedSync): void {
  const isNew = failing !== undefined && failing.formerRevisions.length === 0
  const skew = application.cluster === release.cluster ? SECOND_MS : SKEW_MS
  const limits = [isNew ? failing.createdAt : undefined, firstFailedAt(release)]
  if (startedAt !== undefined && limits.some((limit) => limit !== undefined && startedAt > limit + skew))
    throw new Refusal('P4', 'what renders N+1 was synced only after N+1 ran: somebody had made it by hand.')
}
