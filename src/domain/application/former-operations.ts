import { sameRevisions } from './mapping.ts'
import type { ApplicationSnapshot, FormerOperation, HistoryEntry, OperationSnapshot } from './snapshots.ts'

/** More syncs have seldom failed in a row between two releases. */
const MOST = 10

/** Twice as many as Argo CD keeps by default (`spec.revisionHistoryLimit`). */
const MOST_ENTRIES = 20

/**
 * An Application with what was seen of it before: Rollouts that were pruned, which a revert may bring back; syncs that its history was too
 * short to keep; and operations. Argo CD keeps none that failed once the next has begun, though it may have changed Rollouts as well.
 * `isListed`: what lay between the two was perhaps never shown.
 */
export function keepOperations(before: ApplicationSnapshot, after: ApplicationSnapshot, isListed: boolean): ApplicationSnapshot {
  const replaced = before.operation && hasApplied(before.operation, before.history) && !isSame(before.operation, after.operation)
  const last = replaced && before.operation ? [{ ...before.operation, afterEntry: newestEntry(before.history) }] : []
  const isOver = (one: FormerOperation): boolean => !isSame(one, after.operation) && !after.history.some((entry) => isIts(one, entry))
  const former = [...last, ...(before.formerOperations ?? [])].filter(isOver)
  const isGap = isListed && before.operation?.startedAt !== after.operation?.startedAt
  const seenSince = isGap ? after.operation?.startedAt : (before.seenSince ?? before.operation?.startedAt)
  const listed = new Set([...(before.formerRollouts ?? []), ...before.rollouts])
  const formerRollouts = [...listed].filter((name) => !after.rollouts.includes(name)).slice(-MOST)
  return {
    ...after,
    history: withDropped(before.history, after.history),
    ...(formerRollouts.length > 0 && { formerRollouts }),
    ...(former.length > 0 && { formerOperations: former.slice(0, MOST) }),
    ...(seenSince !== undefined && { seenSince }),
  }
}

/** Ids rise by one with each sync. */
function withDropped(before: readonly HistoryEntry[], after: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const room = MOST_ENTRIES - after.length
  if (room <= 0 || after.length === 0) return after
  const oldest = Math.min(...after.map(({ id }) => id))
  const dropped = before.filter(({ id }) => id < oldest)
  return dropped.length === 0 ? after : [...dropped.toSorted((a, b) => a.id - b.id).slice(-room), ...after]
}

/** What never reached a Rollout may have reached what it reads; self-heal of what was synced last changes nothing. */
function hasApplied({ revisions, rolloutsApplied, local }: OperationSnapshot, history: readonly HistoryEntry[]): boolean {
  if (revisions.length === 0) return local === true
  const newest = history.find(({ id }) => id === newestEntry(history))
  return rolloutsApplied.length > 0 || !newest || !sameRevisions(newest.revisions, revisions)
}

/** A retry keeps the name and the beginning of an operation, and may go on to a newer revision. */
function isSame(one: OperationSnapshot, other: OperationSnapshot | undefined): boolean {
  return other !== undefined && one.startedAt === other.startedAt && sameRevisions(one.revisions, other.revisions)
}

/** The entry of an operation is there before it has succeeded, and bears the time when it began; those of old Argo CDs when it ended. */
function isIts({ revisions, startedAt = 0 }: OperationSnapshot, { deployStartedAt, deployedAt, ...entry }: HistoryEntry): boolean {
  const isOfThen = deployStartedAt === undefined ? deployedAt >= startedAt : deployStartedAt === startedAt
  return isOfThen && sameRevisions(entry.revisions, revisions)
}

function newestEntry(history: readonly HistoryEntry[]): number | undefined {
  return history.length === 0 ? undefined : Math.max(...history.map(({ id }) => id))
}
