import { madeOnce } from '../made-once.ts'
import type { ReplicaSetSnapshot } from '../rollout/snapshots.ts'
import type { AppliedRevision } from './applied-revision.ts'
import { appliedBy, changedOutsideGit } from './applied-sources.ts'
import { isDrifted, sameRevisions, type Referring } from './mapping.ts'
import type { ApplicationSnapshot, OperationSnapshot } from './snapshots.ts'

/** One sync of an Application that put its manifests into the cluster. */
export interface AppliedSync extends AppliedRevision {
  /** By Argo CD's clock, epoch milliseconds, in whole seconds. */
  readonly startedAt: number | undefined
  /** Undefined while it runs. */
  readonly endedAt: number | undefined
}

/** The Rollouts controller makes a ReplicaSet within seconds of the sync, unless it is being restarted just then. */
const CONTROLLER_LAG_MS = 5 * 60_000

/** The clocks of Argo CD and of the Rollouts controller may differ by so much. */
const SKEW_MS = 5_000

/** Syncs no further apart than this may be in view together before the Rollout shows what the first of them brought. */
const HARD_ON_MS = 10_000

/** Whether a sync can have made a template that is new; one that appears long after it was made by hand, or by somebody else's sync. */
export function canHaveMade(sync: Pick<AppliedSync, 'endedAt'>, set: ReplicaSetSnapshot): boolean {
  return sync.endedAt === undefined || set.createdAt <= sync.endedAt + CONTROLLER_LAG_MS
}

/**
 * The syncs that can have made the Rollout what it is, newest first. `status.sync.revision` is only what was compared last. A partial
 * sync (self-heal) replaces `operationState`, and `syncResult` is absent while a sync starts: then the history is all there is, and the
 * syncs that Kedge has seen fail.
 * Source: Argo CD `controller/sync.go` (persistRevisionHistory), `controller/appcontroller.go`.
 */
export function appliedSyncs(application: ApplicationSnapshot, rollout: RolloutName): readonly AppliedSync[] {
  const known = syncsOnce(application)
  const name = `${rollout.namespace}/${rollout.name}`
  const syncs = known.get(name) ?? readSyncs(application, rollout)
  known.set(name, syncs)
  return syncs
}

/** By Rollout: asked for several times at each look, and most looks find the Application as it was. */
const syncsOnce = madeOnce<ApplicationSnapshot, Map<string, readonly AppliedSync[]>>(() => new Map())

function readSyncs(application: ApplicationSnapshot, rollout: RolloutName): readonly AppliedSync[] {
  const past = pastSyncs(application, rollout)
  const { operation } = application
  const applies = operation !== undefined && hasApplied(operation, rollout)
  const [newest, ...older] = past
  if (!applies) return past
  const sync = syncOf(application, operation)
  return newest && isOfSameSpec(newest, sync) ? [startedAs(newest, operation), ...older] : [sync, ...past]
}

/** Whether two are of the same revisions and of one spec: with other parameters, the same commit makes another template. */
function isOfSameSpec(one: AppliedRevision, other: AppliedRevision): boolean {
  return sameRevisions(one.revisions, other.revisions) && changedOutsideGit(one, other, 'syncs') === undefined
}

/** A history of before Argo CD kept who started a sync: where the last operation is that very sync, it says so. */
function startedAs(sync: AppliedSync, { startedAt, startedBy }: OperationSnapshot): AppliedSync {
  const isTold = sync.startedBy === undefined && startedBy !== undefined && startedAt !== undefined && sync.startedAt === startedAt
  return isTold ? { ...sync, startedBy } : sync
}

type RolloutName = Readonly<Record<'namespace' | 'name', string>>

/** The history, newest first, and the syncs that failed in between as far as they were seen. */
export function pastSyncs(application: ApplicationSnapshot, rollout: RolloutName): readonly AppliedSync[] {
  const failed = (application.formerOperations ?? []).filter((operation) => hasApplied(operation, rollout))
  const found: AppliedSync[] = []
  for (const entry of application.history.toSorted((a, b) => b.id - a.id)) {
    while (failed[0]?.afterEntry !== undefined && failed[0].afterEntry >= entry.id) found.push(...syncsOf(application, failed.splice(0, 1)))
    if (entry.revisions.length === 0) continue
    const { deployStartedAt: startedAt = entry.deployedAt, deployedAt: endedAt } = entry
    found.push({ ...appliedBy(application, entry), startedAt, endedAt })
  }
  return [...found, ...syncsOf(application, failed)]
}

function hasApplied(operation: OperationSnapshot, { namespace, name }: RolloutName): boolean {
  const isNamed = operation.rolloutsApplied.includes(`${namespace}/${name}`)
  return operation.revisions.length > 0 && (isNamed || (operation.phase === 'Succeeded' && !operation.partial))
}

function syncsOf(application: ApplicationSnapshot, operations: readonly OperationSnapshot[]): readonly AppliedSync[] {
  return operations.map((operation) => syncOf(application, operation))
}

function syncOf(application: ApplicationSnapshot, operation: OperationSnapshot): AppliedSync {
  return { ...appliedBy(application, operation), startedAt: operation.startedAt, endedAt: operation.finishedAt }
}

/**
 * The same with the sync that runs now: what it puts into the cluster is there before its result names it, and minutes before the history
 * does, with sync waves.
 */
export function syncsUnderWay(application: ApplicationSnapshot, rollout: RolloutName): readonly AppliedSync[] {
  const syncs = appliedSyncs(application, rollout)
  const { operation } = application
  if (operation?.phase !== 'Running' || operation.partial || operation.requested.length === 0) return syncs
  const sources = operation.sources.length > 0 ? operation.sources : application.sources
  const running = appliedBy(application, { ...operation, revisions: operation.requested, sources })
  if (syncs[0] && isOfSameSpec(syncs[0], running)) return syncs
  return [{ ...running, startedAt: operation.startedAt, endedAt: undefined }, ...syncs]
}

/** What Argo CD says of a Rollout against Git; when it differs, a newer commit may be why, or somebody changed it by hand. */
export type Drift = 'none' | 'perhaps-by-commit' | 'by-hand'

/**
 * Whether the Rollout is as Git asks for. Only where nothing newer was compared than what was applied is it certain that a person changed
 * it.
 */
export function driftOf(
  application: ApplicationSnapshot | undefined,
  rollout: Referring | undefined,
  newest: AppliedRevision | undefined,
): Drift {
  if (!application || !rollout || !isDrifted(application, rollout)) return 'none'
  return newest && sameRevisions(newest.revisions, application.comparedRevisions) ? 'by-hand' : 'perhaps-by-commit'
}

export interface BeginQuestion {
  readonly syncs: readonly AppliedSync[]
  /** The same with the one that runs now. */
  readonly underWay: readonly AppliedSync[]
  /** What was applied before: N's, or that of the attempt before when only the steps changed. Null when it is not known. */
  readonly before: AppliedRevision | null
  /** N's, as it is remembered. */
  readonly good: AppliedRevision | null
  /** The syncs that began other releases of this Rollout: a sync begins one. */
  readonly others: readonly AppliedRevision[]
  /** It began with a new template, not with new steps. */
  readonly byTemplate: boolean
  /** When the attempt before was aborted, with the steps of then: no sync that started earlier brought new ones. */
  readonly notBefore: number | undefined
  /** When it was first seen to have failed: what was synced later began nothing. */
  readonly notAfter: number | undefined
  /** There is no N. */
  readonly first: boolean
  readonly drift: Drift
  /** ReplicaSets of N+1 and N. */
  readonly wanted: ReplicaSetSnapshot | undefined
  readonly stable: ReplicaSetSnapshot | undefined
}

/**
 * The sync that began a release: null while Argo CD has not named it, and for ever when nothing tells it for certain. It is not simply the
 * newest: when N+1 appears, the newest is mostly still N's; when N+1 has failed, it may be a later commit's.
 *
 * A template that is new has a ReplicaSet of that age: the sync is the last one that started before it was made. Without a memory of N, it
 * must also have started after N's ReplicaSet was made, or it may be N's own. A sync long before did not make it. A template that was there
 * before, and new steps, leave no such mark: then it is the first sync that differs from the one before, unless Argo CD says that it was by
 * hand.
 */
export function syncThatBegan(question: BeginQuestion): AppliedRevision | null {
  const { syncs, underWay, before, good, others, byTemplate, first, drift, wanted, stable } = question
  // Collected, or its watch is behind the others: of several syncs since, the newest may be a later commit's.
  if (byTemplate && !wanted && syncsSince(syncs, before) > 1) return null
  const isTaken = (sync: AppliedSync): boolean => [before, ...others].some((other) => isSame(sync, other))
  if (byTemplate && wanted && wanted.formerRevisions.length === 0) {
    const [sync, older] = underWay.filter((one) => one.startedAt !== undefined && one.startedAt <= wanted.createdAt)
    if (!sync || isTaken(sync) || !canHaveMade(sync, wanted)) return null
    if (mayBeOlders(sync, older, { wanted, stable, good })) return null
    return first || before !== null || startedAfter(sync, stable) ? plain(sync) : null
  }
  const [newest, ...older] = syncs
  if (!newest || !isInTime(newest, question) || isUnclear(newest, older, question)) return null
  return drift !== 'by-hand' && before !== null && !isTaken(newest) ? plain(newest) : null
}

/** Whether one of the older may have begun it as well. */
function isUnclear(newest: AppliedSync, older: readonly AppliedSync[], question: BeginQuestion): boolean {
  return isHardOn(newest, older[0], question) || older.some((sync) => wasRunning(sync, question))
}

/** Both were heard of at once, and nothing that the newer one brought tells which of the two began it. */
function isHardOn(newest: AppliedSync, older: AppliedSync | undefined, question: BeginQuestion): boolean {
  if (newest.startedAt === undefined || older?.startedAt === undefined || !isInTime(older, question)) return false
  return newest.startedAt - older.startedAt < HARD_ON_MS && ![question.before, ...question.others].some((other) => isSame(older, other))
}

function syncsSince(syncs: readonly AppliedSync[], before: AppliedRevision | null): number {
  const at = syncs.findIndex((sync) => isSame(sync, before))
  return at < 0 ? syncs.length : at
}

/**
 * Whether a template may be that of the sync before as well: Argo CD's times and the API server's are whole seconds. That one may be taken
 * for another release's by mistake, which was made by hand while it ran; only N's own is no other.
 */
export function mayBeOlders(
  sync: AppliedSync,
  older: AppliedSync | undefined,
  { wanted, stable, good }: { wanted: ReplicaSetSnapshot; stable: ReplicaSetSnapshot | undefined; good: AppliedRevision | null },
): older is AppliedSync {
  return older !== undefined && sync.startedAt === wanted.createdAt && !isSame(older, good) && startedAfter(older, stable)
}

/**
 * The controller takes new steps up before Argo CD names their sync; what is newest until then may be another team's, of before the abort.
 */
function isInTime({ startedAt }: AppliedSync, { notBefore, notAfter }: BeginQuestion): boolean {
  return (notBefore === undefined || (startedAt ?? 0) >= notBefore) && (notAfter === undefined || (startedAt ?? Infinity) <= notAfter)
}

/** Whether a sync ran when the attempt before was aborted: with sync waves it may have brought new steps minutes later. */
function wasRunning(sync: AppliedSync, { notBefore, before, others }: BeginQuestion): boolean {
  const { startedAt = Infinity, endedAt = Infinity } = sync
  const ran = notBefore !== undefined && startedAt < notBefore && endedAt + SKEW_MS >= notBefore
  return ran && ![before, ...others].some((other) => isSame(sync, other))
}

/** Whether a sync is not N's own, by the age of N's ReplicaSet. */
function startedAfter(sync: AppliedSync, stable: ReplicaSetSnapshot | undefined): boolean {
  return stable !== undefined && stable.formerRevisions.length === 0 && sync.startedAt !== undefined && sync.startedAt > stable.createdAt
}

function isSame(sync: AppliedSync, other: AppliedRevision | null): boolean {
  return other !== null && sameRevisions(sync.revisions, other.revisions)
}

/** Without the time, which no document keeps. */
export function plain({ application, revisions, sources, startedBy }: AppliedRevision): AppliedRevision {
  return { application, revisions, ...(sources && { sources }), ...(startedBy && { startedBy }) }
}
