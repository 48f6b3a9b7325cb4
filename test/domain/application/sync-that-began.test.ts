import { expect, it } from 'vitest'
import { syncThatBegan, type AppliedSync, type BeginQuestion } from '../../../src/domain/application/applied.ts'
import type { ReplicaSetSnapshot } from '../../../src/domain/rollout/snapshots.ts'

const sync = (revision: string, startedAt: number): AppliedSync => ({
  application: 'argocd/shop',
  revisions: [revision],
  startedAt,
  endedAt: startedAt,
})

const made = (createdAt: number): ReplicaSetSnapshot => ({ createdAt, formerRevisions: [] }) as unknown as ReplicaSetSnapshot

const [FIRST, ITS_OWN, LATER] = [sync('first', 0), sync('its-own', 60_000), sync('later', 67_000)]

/** A release that another commit was synced after, all of which is heard of at once. */
const began = (question: Partial<BeginQuestion>): string | undefined =>
  syncThatBegan({
    syncs: [LATER, ITS_OWN, FIRST],
    underWay: [LATER, ITS_OWN, FIRST],
    before: FIRST,
    good: FIRST,
    others: [],
    byTemplate: true,
    notBefore: undefined,
    notAfter: undefined,
    first: false,
    drift: 'none',
    wanted: made(60_000),
    stable: made(0),
    ...question,
  })?.revisions[0]

it('the sync that began a release is the last that started before its ReplicaSet was made', () => {
  expect(began({})).toBe('its-own')
})

it('nothing is told of several syncs while its ReplicaSet is not in view: the newest may be a later one', () => {
  expect(began({ wanted: undefined })).toBeUndefined()
})

it('of a ReplicaSet that was collected, the only sync since is told', () => {
  expect(began({ wanted: undefined, syncs: [ITS_OWN, FIRST], underWay: [ITS_OWN, FIRST] })).toBe('its-own')
})

it('new steps alone make no ReplicaSet: then it is the newest sync', () => {
  expect(began({ wanted: undefined, byTemplate: false, before: ITS_OWN })).toBe('later')
})

it('new steps of a sync that was running when the attempt before failed may have come later: the next one is not told', () => {
  const steps = { wanted: undefined, byTemplate: false, before: FIRST, notAfter: 130_000 }
  const after = (endedAt: number | undefined, notBefore: number): string | undefined =>
    began({ ...steps, notBefore, syncs: [sync('later', 100_000), { ...ITS_OWN, endedAt }, FIRST] })
  expect([after(98_000, 65_000), after(undefined, 65_000)]).toEqual([undefined, undefined])
  // By the clocks of two clusters, it may have been running.
  expect(after(64_000, 65_000)).toBeUndefined()
  // It was over long before, or began as late as the other.
  expect([after(61_000, 75_000), after(98_000, 55_000)]).toEqual(['later', 'later'])
})

it('a sync that was running when the attempt before failed, and began another release, is no reason to tell none', () => {
  const own = { ...ITS_OWN, endedAt: 98_000 }
  const syncs = [sync('later', 100_000), own, FIRST]
  const question = { wanted: undefined, byTemplate: false, notBefore: 65_000, notAfter: 130_000, syncs }
  expect([began({ ...question, before: own }), began({ ...question, others: [own] })]).toEqual(['later', 'later'])
})
