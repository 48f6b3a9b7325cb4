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
