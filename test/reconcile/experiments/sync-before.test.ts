import { expect, it } from 'vitest'
import type { ApplicationSnapshot, FormerOperation, HistoryEntry } from '../../../src/domain/application/snapshots.ts'
import { syncBefore } from '../../../src/reconcile/experiments/sync-before.ts'
import { anApplication } from '../an-application.ts'

const REF = { cluster: 'east', namespace: 'shop', name: 'experiment:web-ab' }
const SECOND = 1_000
/** Within the sync of `b`. */
const CREATED = 105 * SECOND

/** A sync of a revision that began at a second, and took ten. */
const synced = (revision: string, second: number): HistoryEntry => ({
  id: second,
  revisions: [revision],
  sources: [],
  deployStartedAt: second * SECOND,
  deployedAt: (second + 10) * SECOND,
})
/** One that failed after the entry of that second, and has applied the Experiment or another part. */
const failed = (revision: string, second: number, { afterEntry, applied }: { afterEntry: number; applied: boolean }): FormerOperation =>
  ({
    phase: 'Failed',
    revisions: applied ? [revision] : [],
    requested: [revision],
    sources: [],
    partial: !applied,
    rolloutsApplied: applied ? ['shop/experiment:web-ab'] : [],
    startedAt: second * SECOND,
    finishedAt: (second + 10) * SECOND,
    afterEntry,
  }) as unknown as FormerOperation

const A = synced('a', 50)
const B = synced('b', 100)
const PLAIN = { application: 'argocd/web', revisions: ['a'] }

it.each<[string, readonly HistoryEntry[], Partial<ApplicationSnapshot>, number, typeof PLAIN | null]>([
  ['the one before its own in the history', [A, B], {}, CREATED, PLAIN],
  ['also where others came since', [A, B, synced('c', 150)], {}, CREATED, PLAIN],
  ['that of its time, where the same was synced again since', [A, B, synced('c', 150), synced('b', 200)], {}, CREATED, PLAIN],
  ['not known where another was synced at its time', [A, synced('c', 100)], {}, CREATED, null],
  ['not known where nothing was synced at its time', [A, B], {}, CREATED + 60 * SECOND, null],
  ['not known where its own is the first', [B], {}, CREATED, null],
  ['not known where nobody saw what came between', [A, B], { seenSince: 100 * SECOND }, CREATED, null],
  [
    'not known where something else was applied between',
    [A, B],
    { formerOperations: [failed('x', 70, { afterEntry: 50, applied: false })] },
    CREATED,
    null,
  ],
  ['not known where it has failed', [A, B], { formerOperations: [failed('x', 70, { afterEntry: 50, applied: true })] }, CREATED, null],
  ['not known where its own has failed', [A], { formerOperations: [failed('b', 100, { afterEntry: 50, applied: true })] }, CREATED, null],
])('what was applied before the sync that made an Experiment is %s', (_, history, fields, ...[createdAt, expected]) => {
  const application = anApplication([{}], { history, seenSince: 0, ...fields })
  expect(syncBefore(application, REF, { createdAt, applied: { application: 'argocd/web', revisions: ['b'] } })).toEqual(expected)
})
