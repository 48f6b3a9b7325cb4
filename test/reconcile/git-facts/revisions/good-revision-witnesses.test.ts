import { expect, it } from 'vitest'
import type { Reduced } from '../../../../src/reconcile/git-facts/commit/reduced.ts'
import { findGood, UNKNOWN } from '../../../../src/reconcile/git-facts/revisions/good-revision.ts'
import { aDifference, aGoodQuestion, before, commit, inShort, notC, type Asking } from './a-good-question.ts'

const good = async (asking: Asking): Promise<unknown> => inShort(await findGood(aGoodQuestion(asking)))

const REFUSED = ['P6', UNKNOWN]

const PASSED: Asking = {
  ...before('b', 'c'),
  mayBeGood: notC,
}

const DROPPED = ['P6', expect.stringContaining("x, is not in the history of N+1's: the branch was pushed by force")]
const MAYBE: Asking = { stable: { rolloutRevision: 0 } }

it.each<[string, Asking, unknown]>([
  ['what was found before', { before: [commit('b')] }, ['b', []]],
  ['the newest of what was found before', { before: [commit('a'), commit('c'), commit('b')] }, ['c', []]],
  ['not what has failed', { before: [commit('b'), commit('c')], failed: ['c'] }, ['b', []]],
  ['nothing, where all that is known has failed', { remembered: 'b', failed: ['b'] }, REFUSED],
  ['nothing, where what is remembered is on the branch no more', { remembered: 'x' }, DROPPED],
  [
    'nothing, where what was synced is on the branch no more',
    {
      ...before('x'),
      stable: {},
    },
    DROPPED,
  ],
  ['nothing, where something else is known besides', { remembered: 'x', before: [commit('b')] }, DROPPED],
  [
    'what has the same files as what is on the branch no more',
    { remembered: 'x', before: [commit('b')], isSame: async () => true },
    ['b', []],
  ],
  ['what is remembered, where what was found is on the branch no more', { remembered: 'b', before: [commit('x')] }, ['b', []]],
])('of all that is known N runs %s', async (_, asking, expected) => {
  expect(await good({ ...MAYBE, ...asking })).toEqual(expected)
})

it('a commit that is on the branch no more is named in short', async () => {
  const reason = "the commit that made the version before, ffffffffffff, is not in the history of N+1's: the branch was pushed by force."
  expect(await good({ remembered: 'f', reduce: async () => commit('f'.repeat(40)) })).toEqual(['P6', reason])
})

const between = (isBetween: boolean, isRefuted = false): Asking => {
  const isOf = (from: Reduced, to: Reduced): boolean => from.commit.sha === 'b' && to.commit.sha === 'd'
  const says = (answer: boolean) => async (from: Reduced, to: Reduced) => answer && isOf(from, to)
  return { difference: { ...aDifference({}), isBetween: says(isBetween), isRefuted: says(isRefuted) } }
}

it.each<[string, Asking, unknown]>([
  ['came about since', { ...PASSED, ...between(true) }, ['b', ['c']]],
  ['cannot be told, while another was passed by', { ...PASSED, ...between(false) }, REFUSED],
  ['cannot be told', { ...before('b'), ...between(false) }, ['b', []]],
  ['speaks against it', { ...before('b'), ...between(false, true) }, REFUSED],
  ['came about since, and speaks against it', { ...before('b'), ...between(true, true) }, ['b', []]],
  [
    'cannot be told, while a later one was synced',
    {
      remembered: 'b',
      ...before('c'),
      ...MAYBE,
      failed: ['c'],
      imagesDiffer: false,
      ...between(false),
    },
    REFUSED,
  ],
  [
    'cannot be told, while an earlier one was synced',
    {
      remembered: 'b',
      ...before('a'),
      ...MAYBE,
      ...between(false),
    },
    ['b', []],
  ],
  ['cannot be told, while nothing was synced', { remembered: 'b', ...between(false) }, ['b', []]],
])('what the versions differ in %s', async (_, asking, expected) => {
  expect(await good(asking)).toEqual(expected)
})
