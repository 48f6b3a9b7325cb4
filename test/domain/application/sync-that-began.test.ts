import { expect, it } from 'vitest'
import {
  canHaveMade,
  mayBeOlders,
  plain,
  syncThatBegan,
  type AppliedSync,
  type BeginQuestion,
} from '../../../src/domain/application/applied.ts'
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

const OTHER = sync('other', 30_000)
const UNKNOWN: AppliedSync = { ...sync('unknown', 0), startedAt: undefined }
/** N's ReplicaSet has been there before: its age tells nothing. */
const again = (createdAt: number): ReplicaSetSnapshot => ({ ...made(createdAt), formerRevisions: [1] }) as unknown as ReplicaSetSnapshot

it('of several syncs since N, none is told of a ReplicaSet that is not in view, however far apart they are', () => {
  const syncs = [sync('later', 600_000), ITS_OWN, FIRST]
  expect(began({ wanted: undefined, syncs })).toBeUndefined()
  expect(began({ wanted: undefined, syncs, before: ITS_OWN })).toBe('later')
})

it.each<[string, Partial<BeginQuestion>]>([
  ['no sync is known', { underWay: [] }],
  ['it began the release before', { before: ITS_OWN }],
  ['it began another release', { others: [LATER, ITS_OWN] }],
  ['it had ended more than five minutes before', { wanted: made(1_000_000) }],
  ['the one before may have made it in the same second', { underWay: [LATER, ITS_OWN, OTHER, FIRST] }],
  ['N is not remembered, and has no ReplicaSet', { before: null, stable: undefined }],
  ["N is not remembered, and its ReplicaSet is as new as the sync, which may be N's own", { before: null, stable: made(60_000) }],
  ['N is not remembered, and its ReplicaSet has served before', { before: null, stable: again(0) }],
])('a new template is put down to no sync where %s', (_, question) => {
  expect(began(question)).toBeUndefined()
})

it.each<[string, Partial<BeginQuestion>]>([
  ['other syncs began other releases', { others: [LATER] }],
  ['there is no N', { before: null, stable: undefined, first: true }],
  ['N is not remembered, and its ReplicaSet is older than the sync', { before: null, stable: made(59_000) }],
  ["the one before in the same second is N's own", { underWay: [LATER, ITS_OWN, OTHER, FIRST], good: OTHER }],
  ['it ended five minutes before, as a controller that is restarted may be away', { wanted: made(360_000), underWay: [ITS_OWN, FIRST] }],
])('a new template is put down to its sync where %s', (_, question) => {
  expect(began(question)).toBe('its-own')
})

it('a sync that runs may have made any template since it began, and one that is over none that appears later than five minutes', () => {
  const within = (endedAt: number | undefined, createdAt: number): boolean => canHaveMade({ endedAt }, made(createdAt))
  expect([within(undefined, 9_000_000), within(1_000, 301_000), within(1_000, 302_000)]).toEqual([true, true, false])
})

it.each<[string, boolean, Parameters<typeof mayBeOlders>]>([
  ['it is not of the second in which its own began', false, [ITS_OWN, OTHER, { wanted: made(61_000), stable: made(0), good: FIRST }]],
  ['there is no sync before', false, [ITS_OWN, undefined, { wanted: made(60_000), stable: made(0), good: FIRST }]],
  ["that is N's own", false, [ITS_OWN, OTHER, { wanted: made(60_000), stable: made(0), good: OTHER }]],
  ["that is of before N's ReplicaSet", false, [ITS_OWN, OTHER, { wanted: made(60_000), stable: made(30_000), good: FIRST }]],
  ['it began at a time that is not known', false, [ITS_OWN, UNKNOWN, { wanted: made(60_000), stable: made(0), good: FIRST }]],
  ['both are of after N', true, [ITS_OWN, OTHER, { wanted: made(60_000), stable: made(0), good: null }]],
])('whether a template may be that of the sync before: %s', (_, expected, question) => {
  expect(mayBeOlders(...question)).toBe(expected)
})

/** New steps, and no new template: the newest sync began them. */
const steps = (question: Partial<BeginQuestion>): string | undefined => began({ wanted: undefined, byTemplate: false, ...question })

it.each<[string, Partial<BeginQuestion>]>([
  ['there is none', { syncs: [] }],
  ['it was started before the attempt before was aborted', { syncs: [LATER, FIRST], notBefore: 67_001 }],
  ['it was started after this one was seen to fail', { syncs: [LATER, FIRST], notAfter: 66_999 }],
  ['it is not known when it was started, after the abort', { syncs: [UNKNOWN, FIRST], notBefore: 1_000 }],
  ['it is not known when it was started, before the failure', { syncs: [UNKNOWN, FIRST], notAfter: 90_000 }],
  ['somebody changed the Rollout by hand', { syncs: [LATER, FIRST], drift: 'by-hand' }],
  ['what was applied before is not known', { syncs: [LATER, FIRST], before: null }],
  ['it is what was applied before', { syncs: [LATER, FIRST], before: LATER }],
  ['it began another release', { syncs: [LATER, FIRST], others: [OTHER, LATER] }],
  ['the one before is less than ten seconds older', {}],
  ['one was over up to five seconds before the abort, as the clocks go', { syncs: [sync('later', 90_000), ITS_OWN], notBefore: 65_000 }],
])('new steps are put down to no sync where %s', (_, question) => {
  expect(steps(question)).toBeUndefined()
})

it.each<[string, Partial<BeginQuestion>]>([
  ['it is the only one that is known', { syncs: [LATER] }],
  ['it was started as the attempt before was aborted', { syncs: [LATER, FIRST], notBefore: 67_000 }],
  ['it was started as this one was seen to fail', { syncs: [LATER, FIRST], notAfter: 67_000 }],
  ['the one before is ten seconds older', { syncs: [LATER, sync('own', 57_000), FIRST] }],
  ['the one before had ended long before the abort', { notBefore: 66_000 }],
  ['the one before began another release', { others: [FIRST, ITS_OWN] }],
  ['the one before began as the attempt before was aborted', { syncs: [sync('later', 90_000), ITS_OWN, FIRST], notBefore: 60_000 }],
  ['the time of the one before is not known', { syncs: [LATER, UNKNOWN, FIRST] }],
  ['a newer commit may be why it is not as Git asks for', { syncs: [LATER, FIRST], drift: 'perhaps-by-commit' }],
])('new steps are put down to the newest sync where %s', (_, question) => {
  expect(steps(question)).toBe('later')
})

it('a sync is kept with who started it and what the Application said, where that is known, and without its times', () => {
  const told = { application: 'argocd/shop', revisions: ['a'], sources: [], startedBy: { automated: true } }
  expect(plain({ ...told, startedAt: 1, endedAt: 2 } as AppliedSync)).toStrictEqual(told)
  expect(plain(FIRST)).toStrictEqual({ application: 'argocd/shop', revisions: ['first'] })
})
