import { expect, it } from 'vitest'
import { anythingApplied, appliedOfNoCommit, historyReachesBack } from '../../../src/domain/application/anything-applied.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'

const entry = (id: number, at: number) => ({ id, revisions: [`r${id}`], sources: [], deployStartedAt: at, deployedAt: at + 2 })

const operation = (revision: string, startedAt: number, more: object = {}) => ({
  phase: 'Failed',
  revisions: [revision],
  requested: [],
  sources: [],
  startedAt,
  finishedAt: startedAt + 1,
  partial: false,
  rolloutsApplied: [],
  ...more,
})

const application = (more: object): ApplicationSnapshot =>
  ({ namespace: 'argocd', name: 'web', sources: [], history: [], ...more }) as unknown as ApplicationSnapshot

it('what failed, what was partial and what runs count beside the history, newest first', () => {
  const syncs = anythingApplied(
    application({
      history: [entry(0, 10), entry(1, 50)],
      formerOperations: [operation('failed', 30), operation('part', 20, { partial: true })],
      operation: operation('', 60, { phase: 'Running', revisions: [], requested: ['now'], finishedAt: undefined }),
    }),
  )
  expect(syncs.map(({ revisions, endedAt }) => [revisions[0], endedAt])).toEqual([
    ['now', undefined],
    ['r1', 52],
    ['failed', 31],
    ['part', 21],
    ['r0', 12],
  ])
})

it('what is of no commit may have been applied from its beginning to its end, or ever after while that is not known', () => {
  const local = (startedAt: number | undefined, more: object = {}) =>
    operation('', startedAt ?? 0, { startedAt, revisions: [], local: true, ...more })
  const within = (more: object) => appliedOfNoCommit(application(more), 20, 30)
  expect([local(18), local(19), local(30), local(31)].map((one) => within({ operation: one }))).toEqual([false, true, true, false])
  expect(within({ formerOperations: [local(10, { finishedAt: undefined })] })).toBe(true)
  expect(within({ operation: local(undefined, { finishedAt: 25 }) })).toBe(true)
  expect(within({ operation: operation('', 25, { revisions: [] }) })).toBe(false)
  expect([[], ['r1']].map((revisions) => within({ history: [{ ...entry(1, 25), revisions }] }))).toEqual([true, false])
  expect(within({ history: [{ ...entry(1, 28), deployStartedAt: undefined, revisions: [] }] })).toBe(true)
  expect(within({ history: [{ ...entry(1, 31), deployStartedAt: undefined, revisions: [] }] })).toBe(false)
})

it('a dry run has applied nothing', () => {
  expect(anythingApplied(application({ operation: operation('', 5, { revisions: [] }) }))).toEqual([])
})

it('what was never seen to end had ended when the next began', () => {
  const formerOperations = [operation('lost', 30, { finishedAt: undefined })]
  expect(anythingApplied(application({ history: [entry(1, 50)], formerOperations })).at(1)).toMatchObject({ endedAt: 50 })
})

it('a history reaches back where an entry of before is in it, and none is missing on the way', () => {
  const history = [entry(4, 10), entry(5, 50), entry(6, 90)]
  expect(historyReachesBack({ history }, 40)).toBe(true)
  expect(historyReachesBack({ history }, 12)).toBe(false)
  expect(historyReachesBack({ history: [entry(3, 10), entry(5, 50)] }, 40)).toBe(false)
  expect(historyReachesBack({ history: [] }, 40)).toBe(false)
})

it('an entry without a revision has applied nothing, and what the history says without a beginning began as it ended', () => {
  const history = [{ ...entry(1, 50), revisions: [] }, { ...entry(2, 60), deployStartedAt: undefined }, entry(3, 70)]
  const syncs = anythingApplied(application({ history })).map(({ revisions: [revision], startedAt }) => [revision, startedAt])
  expect(syncs).toEqual([
    ['r3', 70],
    ['r2', 62],
  ])
})

it('of syncs of one time, the history has them newest first', () => {
  expect(
    anythingApplied(application({ history: [entry(1, 50), entry(2, 50), entry(3, 50)] })).map(({ revisions }) => revisions[0]),
  ).toEqual(['r3', 'r2', 'r1'])
})

it('what is not known to have begun is put where it ended, and before all where neither is known', () => {
  const formerOperations = [
    operation('ended', 0, { startedAt: undefined, finishedAt: 40 }),
    operation('x', 0, { startedAt: undefined, finishedAt: undefined }),
  ]
  const syncs = anythingApplied(application({ history: [entry(1, 50), entry(0, 30)], formerOperations }))
  expect(syncs.map(({ revisions, endedAt }) => [revisions[0], endedAt])).toEqual([
    ['x', undefined],
    ['r1', 52],
    ['ended', 40],
    ['r0', 32],
  ])
})

it('an operation says what it was of, and the Application does where that says nothing', () => {
  const source = (path: string) => ({
    repoURL: 'https://git.example/a/b',
    targetRevision: 'main',
    path,
    chart: undefined,
    parameters: '{}',
  })
  const paths = (sources: readonly object[]) =>
    anythingApplied(application({ sources: [source('now')], operation: operation('a', 1, { sources }) })).flatMap((sync) =>
      sync.sources?.map(({ path }) => path),
    )
  expect([paths([]), paths([source('then')])]).toEqual([['now'], ['then']])
})
