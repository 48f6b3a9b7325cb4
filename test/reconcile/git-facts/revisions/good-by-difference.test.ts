import { expect, it } from 'vitest'
import type { ApplicationSnapshot, FormerOperation, HistoryEntry } from '../../../../src/domain/application/snapshots.ts'
import { findByDifference } from '../../../../src/reconcile/git-facts/revisions/good-by-difference.ts'
import { UNKNOWN } from '../../../../src/reconcile/git-facts/revisions/good-revision.ts'
import type { Difference } from '../../../../src/reconcile/git-facts/syncs/by-difference.ts'
import { applied } from '../../../domain/release/a-look.ts'
import { APPLICATION, at, SOURCE } from '../a-question.ts'
import { aDifference, aGoodQuestion, before, commit, inShort, type Asking } from './a-good-question.ts'

interface Differing extends Asking {
  /** Commits since which all that differs has come about. */
  readonly since?: string
  /** Commits that are like N's own. */
  readonly like?: string
}

/** N's commit by what the versions differ in, which has come about since `b` and what was before it. */
async function found({ since = 'ab', like = 'abc', remembered, ...asking }: Differing): Promise<unknown> {
  const difference: Difference = {
    ...aDifference({}),
    isBetween: async (from, to) => since.includes(from.commit.sha) && to.commit.sha === 'd',
    isLike: async (end, [, middle, last]) => end === 'first' && like.includes(middle.commit.sha) && last.commit.sha === 'd',
  }
  const question = aGoodQuestion(asking)
  return inShort(await findByDifference(question, difference, remembered === undefined ? undefined : commit(remembered)))
}

const REFUSED = ['P6', UNKNOWN]

it.each<[string, Differing, unknown]>([
  ['the one right before', before('b'), ['b', []]],
  ['one that others came after, which had other values', before('b', 'c'), ['b', ['c']]],
  ['the newest since which all came about', { ...before('b', 'c'), since: 'abc' }, ['c', []]],
  ['none, where not all came about since what made N', { ...before('b', 'c'), since: 'c' }, undefined],
  ['none, where N is not in view', { ...before('b'), stable: null }, undefined],
  ['none, where nothing is known to be applied', { ...before('b'), release: { applied: null } }, undefined],
  ['none, where all was synced after N was made', { ...before('b'), stable: { createdAt: at(9) } }, undefined],
  ['the newest that was synced before N was made', { ...before('a', 'b', 'c'), since: 'b', stable: { createdAt: at(21) } }, ['b', ['c']]],
  ['not what was synced as N was made', { ...before('a', 'b', 'c'), since: 'b', stable: { createdAt: at(20) } }, undefined],
  ['none that has failed', { ...before('b', 'c'), failed: ['b'] }, REFUSED],
  ['none, where what came before is gone', before('gone', 'c'), undefined],
  ['none, where what comes after is not like it', { ...before('a', 'b'), like: '', since: 'ab', stable: { createdAt: at(11) } }, REFUSED],
  ['what is like the first, of what was synced before', { ...before('a', 'b'), like: 'b', stable: { createdAt: at(11) } }, ['b', []]],
  [
    'one, whatever was synced again after N+1',
    {
      synced: [
        ['b', 10],
        ['d', 50],
        ['c', 60],
      ],
      since: 'abc',
    },
    ['b', []],
  ],
  ['one, where N+1’s own commit was synced before as well', before('b', 'd2'), ['b', []]],
  ['one, where another was synced twice', before('b', 'c', 'c2'), ['b', ['c']]],
  ['one, where another is of another branch', before('b', 'x'), ['b', []]],
])('the commit that N runs, by what the versions differ in, is %s', async (_, asking, expected) => {
  expect(await found(asking)).toEqual(expected)
})

it.each<[string, Differing, unknown]>([
  ['alone', {}, ['b', []]],
  ['alone, and nothing is known to be applied', { release: { applied: null } }, ['b', []]],
  [
    'and the newest was synced before N was made',
    { ...before('a', 'b', 'c'), since: 'ab', remembered: 'a', stable: { createdAt: at(29) } },
    ['b', ['c']],
  ],
  ['and was synced', before('b', 'c'), ['b', ['c']]],
  [
    'and is older than all that was synced',
    {
      synced: [
        ['c', 5],
        ['d', 50],
      ],
    },
    ['b', ['c']],
  ],
  ['and an older one was synced', { ...before('a'), since: 'ab' }, ['b', []]],
  ['and all came about since another', { ...before('b', 'c'), since: 'abc' }, ['c', []]],
  ['and is on the branch no more', { remembered: 'x', since: 'abx' }, undefined],
  ['and is not like what came since', { ...before('b', 'c'), since: 'abc', like: '' }, REFUSED],
  ['and is sure, as it is remembered', { ...before('b'), like: '' }, ['b', []]],
])('what is remembered of N is the beginning, %s', async (_, asking, expected) => {
  expect(await found({ remembered: 'b', ...asking })).toEqual(expected)
})

/** By hand, where what is taken for N's sync began in minute 10. */
const byHand: Asking = { isByHand: (broughtAt) => broughtAt === at(10) }

it.each<[string, Differing, unknown]>([
  ['where another was passed by', before('b', 'c'), REFUSED],
  ['where nothing was passed by', before('b'), ['b', []]],
  ['with no sync', { ...before('b'), cameBackUnsynced: true }, REFUSED],
  ['with no sync, and the sync of what is remembered is known', { ...before('b'), cameBackUnsynced: true, remembered: 'b' }, REFUSED],
  ['with no sync, and that of what is remembered is not', { ...before('a'), cameBackUnsynced: true, remembered: 'b' }, ['b', []]],
])('N that is back by hand is not known by its sync %s', async (_, asking, expected) => {
  expect(await found({ ...byHand, ...asking })).toEqual(expected)
})

it('what the Application itself changed between two syncs is nothing that Git brought', async () => {
  const entry = (id: number, revision: string, parameters: string): HistoryEntry => {
    return { id, revisions: [revision], sources: [{ ...SOURCE, parameters }], deployStartedAt: at(id), deployedAt: at(id) }
  }
  const application: ApplicationSnapshot = { ...APPLICATION, history: [entry(5, 'b', 'two'), entry(20, 'c', 'one'), entry(50, 'd', 'one')] }
  expect(await found({ application })).toEqual(['P7', expect.stringContaining('the Application itself changed')])
  expect(await found({ application, release: { applied: { ...applied('d'), application: 'argocd/theirs' } } })).toEqual([
    'P7',
    expect.stringContaining('another Application'),
  ])
})

it('what was synced, nobody knows when, ends what is known', async () => {
  const { application } = aGoodQuestion(before('b'))
  const failed = {
    phase: 'Failed',
    revisions: ['c'],
    requested: ['c'],
    sources: [],
    partial: false,
    rolloutsApplied: ['shop/web'],
    afterEntry: 0,
  }
  const former = { ...failed, startedAt: undefined, finishedAt: at(30) } as unknown as FormerOperation
  expect(await found({ application: { ...application, formerOperations: [former] } })).toBeUndefined()
  expect(await found({ application: { ...application, formerOperations: [{ ...former, startedAt: at(20) }] } })).toEqual(['b', ['c']])
})
