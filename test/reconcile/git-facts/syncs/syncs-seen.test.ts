import { expect, it } from 'vitest'
import type { AppliedSync } from '../../../../src/domain/application/applied.ts'
import type { ApplicationSnapshot, FormerOperation, HistoryEntry } from '../../../../src/domain/application/snapshots.ts'
import { isInHistory, whyNotSeen } from '../../../../src/reconcile/git-facts/syncs/syncs-seen.ts'
import { APPLICATION } from '../a-question.ts'

const sync = (revision: string, startedAt?: number): AppliedSync => ({
  application: 'argocd/web',
  revisions: [revision],
  startedAt,
  endedAt: startedAt,
})
const failed = (revision: string, startedAt?: number): FormerOperation =>
  ({
    phase: 'Failed',
    revisions: [],
    requested: [revision],
    sources: [],
    partial: true,
    rolloutsApplied: [],
    startedAt,
    finishedAt: startedAt,
  }) as unknown as FormerOperation
const local = (startedAt: number): FormerOperation => ({ ...failed('', startedAt), requested: [], local: true })
const seen = (...formerOperations: readonly FormerOperation[]): ApplicationSnapshot => ({ ...APPLICATION, seenSince: 10, formerOperations })

it.each<[string, ApplicationSnapshot, readonly (AppliedSync | undefined)[], unknown]>([
  ['nothing came between', seen(), [sync('b', 50), sync('a', 10)], undefined],
  ['its own is not known', seen(), [undefined, sync('a', 10)], 'unseen'],
  ['the one before is not known', seen(), [sync('b', 50), undefined], 'unseen'],
  ['the one before began unseen', seen(), [sync('b', 50), sync('a', 9)], 'unseen'],
  ['nobody has seen anything', APPLICATION, [sync('b', 50), sync('a', 10)], 'unseen'],
  ['one that failed came between', seen(failed('c', 30)), [sync('b', 50), sync('a', 10)], 'between'],
  ['one of several came between', seen(failed('a', 40), failed('c', 30)), [sync('b', 50), sync('a', 10)], 'between'],
  ['one of no commit came between', seen(local(30)), [sync('b', 50), sync('a', 10)], 'between'],
  ['one of no commit came before', seen(local(5)), [sync('b', 50), sync('a', 10)], undefined],
  ['one of no commit came after', seen(local(60)), [sync('b', 50), sync('a', 10)], undefined],
  ['the same was synced again', seen(failed('a', 30)), [sync('b', 50), sync('a', 10)], undefined],
  ['one began with it', seen(failed('c', 50)), [sync('b', 50), sync('a', 10)], undefined],
  ['one began with the one before', seen(failed('c', 10)), [sync('b', 50), sync('a', 10)], undefined],
  ['one began, nobody knows when', seen(failed('c')), [sync('b', 50), sync('a', 10)], undefined],
  ['nobody knows when its own began', seen(failed('c', 30)), [sync('b'), sync('a', 10)], undefined],
])('why something else may have applied a part of what a sync did: %s', (_, application, [own, before], expected) => {
  expect(whyNotSeen(application, { own, before })).toBe(expected)
})

it('a sync has succeeded where the history has it, by its revisions and its end', () => {
  const history = [{ id: 1, revisions: ['a'], sources: [], deployStartedAt: 5, deployedAt: 6 } satisfies HistoryEntry]
  history.push({ id: 2, revisions: ['b'], sources: [], deployStartedAt: 7, deployedAt: 8 })
  const application = { ...APPLICATION, history }
  const ended = (revision: string, endedAt: number | undefined): boolean => isInHistory(application, { ...sync(revision), endedAt })
  expect([ended('a', 6), ended('b', 8), ended('a', 8), ended('c', 6), ended('a', undefined)]).toEqual([true, true, false, false, false])
})
