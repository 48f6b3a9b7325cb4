import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { appliedSyncs } from '../../../src/domain/application/applied.ts'
import { keepOperations } from '../../../src/domain/application/former-operations.ts'
import type { ApplicationSnapshot, HistoryEntry, OperationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { application } from '../../contract/renderer.ts'

const WEB = { namespace: 'shop', name: 'web' }
const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string]

function shown(operation: Partial<OperationSnapshot>, history: readonly Partial<HistoryEntry>[] = []): ApplicationSnapshot {
  const read = readApplication('hub', application())
  if (!read) throw new Error('no Application')
  return {
    ...read,
    history: history.map((entry, id) => ({ id, revisions: [], sources: [], deployStartedAt: undefined, deployedAt: 0, ...entry })),
    operation: {
      phase: 'Running',
      message: undefined,
      startedAt: 1,
      finishedAt: undefined,
      revisions: [],
      requested: [],
      sources: [],
      partial: false,
      rolloutsApplied: ['shop/web'],
      ...operation,
    },
  }
}

const ENTRY_A = { revisions: [A], deployStartedAt: 1, deployedAt: 2 }
const failedB = shown({ phase: 'Failed', revisions: [B], startedAt: 5 }, [ENTRY_A])
const see = (...all: readonly ApplicationSnapshot[]): ApplicationSnapshot =>
  all.reduce((before, after) => keepOperations(before, after, false))
const revisions = (seen: ApplicationSnapshot): readonly string[] => appliedSyncs(seen, WEB).flatMap((sync) => sync.revisions)

describe('a sync that failed, once the next has begun', () => {
  it('stays known with when it began, between those of the history', () => {
    const seen = see(failedB, shown({ startedAt: 9, revisions: [C] }, [ENTRY_A]), shown({ startedAt: 9, revisions: [C] }, [ENTRY_A]))
    expect(revisions(seen)).toEqual([C, B, A])
    expect(appliedSyncs(seen, WEB)[1]).toMatchObject({ startedAt: 5 })
    expect(revisions(see(seen, shown({ startedAt: 9, revisions: [C] }, [ENTRY_A, { revisions: [C], deployStartedAt: 9 }])))).toEqual([
      C,
      B,
      A,
    ])
  })

  it('is none that had applied nothing, nor one of another Rollout', () => {
    const next = shown({ startedAt: 9, revisions: [C] }, [ENTRY_A])
    expect(revisions(see(shown({ phase: 'Failed', requested: [B], startedAt: 5 }, [ENTRY_A]), next))).toEqual([C, A])
    expect(revisions(see(shown({ phase: 'Failed', revisions: [B], rolloutsApplied: [], startedAt: 5 }, [ENTRY_A]), next))).toEqual([C, A])
    expect(revisions(see(shown({ revisions: [B], rolloutsApplied: ['shop/api'], startedAt: 5 }, [ENTRY_A]), next))).toEqual([C, A])
  })

  it('stays known where it applied manifests of no commit, and not where it had none at all', () => {
    const next = shown({ startedAt: 9, revisions: [C] }, [ENTRY_A])
    const former = (fields: Partial<OperationSnapshot>): unknown =>
      see(shown({ phase: 'Failed', startedAt: 5, rolloutsApplied: [], ...fields }, [ENTRY_A]), next).formerOperations?.map(
        (one) => one.startedAt,
      )
    expect(former({ local: true })).toEqual([5])
    expect(former({})).toBeUndefined()
  })

  it('is in no list twice when the history has it after all, nor when its result was away for a retry', () => {
    const done = [ENTRY_A, { revisions: [B], deployStartedAt: 5 }]
    expect(revisions(see(failedB, shown({ startedAt: 9, revisions: [C] }, done)))).toEqual([C, B, A])
    const again = see(failedB, shown({ startedAt: 5, revisions: [] }, [ENTRY_A]), failedB)
    expect(again.formerOperations).toBeUndefined()
  })

  it('is another than a later one of the same revision', () => {
    const later = [ENTRY_A, { revisions: [B], deployStartedAt: 9 }]
    const seen = see(failedB, shown({ startedAt: 9, revisions: [B] }, later))
    expect(appliedSyncs(seen, WEB).map(({ startedAt }) => startedAt)).toEqual([9, 5, 1])
  })

  it('is one of the last ten', () => {
    const many = Array.from({ length: 15 }, (_, at) => shown({ revisions: [`${at}`.padStart(40, '0')], startedAt: at }))
    expect(see(...many).formerOperations?.map(({ startedAt }) => startedAt)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4])
  })
})

it('a Rollout that is listed no more stays known, until it is listed again', () => {
  const [both, one] = [
    { ...failedB, rollouts: ['shop/web', 'shop/api'] },
    { ...failedB, rollouts: ['shop/api'] },
  ]
  expect(see(both, one, one).formerRollouts).toEqual(['shop/web'])
  expect(see(both, one, both)).not.toHaveProperty('formerRollouts')
})

describe('no operation has gone unseen', () => {
  it('since the first that was shown', () => {
    expect(see(failedB, shown({ startedAt: 9 }), shown({ startedAt: 12 })).seenSince).toBe(5)
  })

  it('but for those before a list that shows another', () => {
    expect(keepOperations(see(failedB, failedB), shown({ startedAt: 9 }), true).seenSince).toBe(9)
    expect(keepOperations(see(failedB, failedB), failedB, true).seenSince).toBe(5)
  })
})

describe('a sync that the history has dropped', () => {
  const entry = (id: number): Partial<HistoryEntry> => ({ id, revisions: [`${id}`.padStart(40, '0')], deployStartedAt: id, deployedAt: id })

  it('stays known before those that it has', () => {
    const seen = see(shown({}, [entry(4)]), shown({}, [entry(5)]), shown({}, [entry(6), entry(7)]))
    expect(seen.history.map(({ id }) => id)).toEqual([4, 5, 6, 7])
  })

  it('is one of the last twenty, and none of an Application without a history', () => {
    const many = Array.from({ length: 30 }, (_, id) => shown({}, [entry(id)]))
    expect(see(...many).history.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, at) => at + 10))
    expect(see(...many, shown({})).history).toEqual([])
  })
})

describe('a sync that reached no Rollout', () => {
  const next = shown({ startedAt: 9, revisions: [C] }, [ENTRY_A])
  const kept = (operation: Partial<OperationSnapshot>, history = [ENTRY_A]): readonly unknown[] | undefined =>
    see(shown({ phase: 'Failed', rolloutsApplied: [], startedAt: 5, ...operation }, history), {
      ...next,
      history: next.history.slice(0, history.length),
    }).formerOperations?.map(({ revisions: [revision], afterEntry }) => [revision, afterEntry])

  it('stays known where it was of another commit than the newest of the history, or there is none', () => {
    expect(kept({ revisions: [B] })).toEqual([[B, 0]])
    expect(kept({ revisions: [B] }, [])).toEqual([[B, undefined]])
    const two = [{ ...ENTRY_A, revisions: [B] }, ENTRY_A]
    expect(
      see(shown({ rolloutsApplied: [], revisions: [B], startedAt: 5 }, two), shown({ startedAt: 9 }, two)).formerOperations,
    ).toMatchObject([{ revisions: [B], afterEntry: 1 }])
  })

  it('was self-heal where it was of that commit, and one that reached a Rollout is kept all the same', () => {
    expect(kept({ revisions: [A] })).toBeUndefined()
    expect(kept({ revisions: [A], rolloutsApplied: ['shop/web'] })).toEqual([[A, 0]])
    expect(kept({ revisions: [], rolloutsApplied: ['shop/web'] })).toBeUndefined()
  })
})

it('a sync is that of an entry of an old Argo CD which ended when it began, or later', () => {
  const ended = (deployedAt: number) => [ENTRY_A, { revisions: [B], deployStartedAt: undefined, deployedAt }]
  const former = (deployedAt: number) => see(failedB, shown({ startedAt: 9, revisions: [C] }, ended(deployedAt))).formerOperations?.length
  expect([former(4), former(5), former(6)]).toEqual([1, undefined, undefined])
})

it('Rollouts that are listed no more are ten at most, the last ones', () => {
  const names = Array.from({ length: 12 }, (_, at) => `shop/r-${at}`)
  expect(see({ ...failedB, rollouts: names }, { ...failedB, rollouts: [] }).formerRollouts).toEqual(names.slice(2))
})

it('what the history has dropped is in the order of its numbers, and none is kept where it is full', () => {
  const numbered = (...ids: readonly number[]) =>
    shown(
      {},
      ids.map((id) => ({ id, revisions: [A] })),
    )
  expect(see(numbered(3, 1, 2), numbered(4)).history.map(({ id }) => id)).toEqual([1, 2, 3, 4])
  const full = Array.from({ length: 20 }, (_, at) => at + 5)
  expect(see(numbered(3, 4), numbered(...full)).history.map(({ id }) => id)).toEqual(full)
})
