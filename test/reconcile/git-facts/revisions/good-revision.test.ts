import { expect, it } from 'vitest'
import { findGood, SAME_COMMIT, UNKNOWN } from '../../../../src/reconcile/git-facts/revisions/good-revision.ts'
import { applied } from '../../../domain/release/a-look.ts'
import { APPLICATION, at, SOURCE } from '../a-question.ts'
import { aGoodQuestion, before, commit, inShort, notC, type Asking } from './a-good-question.ts'

const good = async (asking: Asking): Promise<unknown> => inShort(await findGood(aGoodQuestion(asking)))

const REFUSED = ['P6', UNKNOWN]
const SECOND = 1 / 60

it('the first version has none before it', async () => {
  expect(await good({ ...before('b'), release: { stableHash: 'abc' } })).toEqual(['P6', 'there is no version before: it is the first.'])
})

it('what is remembered of N has to be of another commit', async () => {
  expect(await good({ remembered: 'd2' })).toEqual(['P7', SAME_COMMIT])
})

it('what the versions differ in goes before all else, and is told what is remembered', async () => {
  const byDifference: Asking['byDifference'] = async (remembered) => ({ ...(remembered ?? commit('z')), passedBy: [] })
  expect(await good({ ...before('b'), remembered: 'a', byDifference })).toEqual(['a', []])
  expect(await good({ ...before('b'), remembered: 'gone', byDifference })).toEqual(['z', []])
  expect(await good({ ...before('b'), byDifference })).toEqual(['z', []])
})

/** `d` was synced twice, which is N+1's commit. */
const TWICE = [
  ['b', 40],
  ['d', 43],
  ['d2', 50],
] as const

it.each<[string, Asking, unknown]>([
  ['is what was synced before', { ...before('b') }, ['b', []]],
  ['is what was synced before, where nothing of N+1 is in the history', { synced: [['b', 10]] }, ['b', []]],
  [
    'is the newest that can have made it',
    {
      ...before('b', 'c'),
      mayBeGood: notC,
    },
    ['b', ['c']],
  ],
  ['is not known without a history', {}, REFUSED],
  ['is not known where nobody knows what was applied', { ...before('b'), release: { applied: null } }, REFUSED],
  [
    'is not known where something before is gone',
    {
      ...before('b', 'gone'),
    },
    REFUSED,
  ],
  [
    'is not known where all before is of N+1',
    {
      synced: [
        ['d', 40],
        ['d2', 50],
      ],
      release: { applied: applied('d2') },
    },
    REFUSED,
  ],
  ['is not known where N is not in view', { ...before('b'), stable: null }, REFUSED],
  ['is not known where something ran since N', { ...before('b'), stable: { rolloutRevision: 0 } }, REFUSED],
  ['is not known where N had been there before', { ...before('b'), stable: { formerRevisions: [0] } }, REFUSED],
  ['was made within minutes', { ...before('b'), stable: { createdAt: at(16) } }, ['b', []]],
  ['is not known where it was made long after', { ...before('b'), stable: { createdAt: at(16 + SECOND) } }, REFUSED],
])('the commit that N runs %s', async (_, asking, expected) => {
  expect(await good(asking)).toEqual(expected)
})

it.each<[string, Asking, unknown]>([
  ['before the first of them began', { stable: { createdAt: at(42) } }, ['b', []]],
  ['as the first of them began', { stable: { createdAt: at(43) } }, REFUSED],
  ['as it is remembered', { stable: { createdAt: at(43) }, remembered: 'b' }, ['b', []]],
  [
    'after the only one of them',
    {
      synced: [
        ['b', 40],
        ['d2', 43],
      ],
      stable: { createdAt: at(44) },
    },
    ['b', []],
  ],
])('of several syncs of N+1’s commit N was made %s', async (_, asking, expected) => {
  expect(await good({ synced: TWICE, release: { applied: applied('d2') }, ...asking })).toEqual(expected)
})

it('what the Application itself changed between two syncs is nothing that Git brought', async () => {
  const entry = (id: number, revision: string, parameters: string) => {
    const source = { ...SOURCE, parameters }
    return { id, revisions: [revision], sources: [source], deployStartedAt: at(id), deployedAt: at(id) }
  }
  const application = {
    ...APPLICATION,
    history: [entry(10, 'a', 'two'), entry(20, 'c', 'one'), entry(50, 'd', 'one')],
  }
  expect(await good({ application, mayBeGood: notC })).toEqual(['P7', expect.stringContaining('the Application itself changed')])
  expect(await good({ application })).toEqual(['c', []])
})

it.each<[string, Asking, unknown]>([
  ['alone', {}, ['b', []]],
  ['and it is what was synced', { ...before('b') }, ['b', []]],
  [
    'and a later commit was synced',
    {
      ...before('c'),
    },
    REFUSED,
  ],
  [
    'and a later one was synced, which N+1 took up at once',
    {
      ...before('c'),
      isPrompt: true,
    },
    ['c', []],
  ],
  [
    'and a later one was synced, which changed the same',
    {
      ...before('c'),
      isPrompt: true,
      touchesSame: async () => true,
    },
    REFUSED,
  ],
  [
    'and an earlier one was synced',
    {
      ...before('a'),
      isPrompt: true,
    },
    ['b', []],
  ],
  [
    'and one was passed by',
    {
      ...before('a', 'c'),
      mayBeGood: notC,
      isPrompt: true,
    },
    ['b', []],
  ],
])('N is remembered, which never left, %s', async (_, asking, expected) => {
  expect(await good({ remembered: 'b', ...asking })).toEqual(expected)
})

it.each<[string, Asking, unknown]>([
  [
    'a later one',
    {
      ...before('c'),
    },
    REFUSED,
  ],
  [
    'a later one, which has failed',
    {
      ...before('c'),
      failed: ['c'],
    },
    REFUSED,
  ],
  [
    'a later one, which has failed, and has the same images',
    {
      ...before('c'),
      failed: ['c'],
      imagesDiffer: false,
    },
    ['b', []],
  ],
  [
    'a later one, which has the same images',
    {
      ...before('c'),
      imagesDiffer: false,
    },
    REFUSED,
  ],
  ['the same', { ...before('b') }, ['b', []]],
  [
    'an earlier one',
    {
      ...before('a'),
    },
    ['b', []],
  ],
])('N is remembered, and what is not certain to be its sync is of %s', async (_, asking, expected) => {
  expect(await good({ remembered: 'b', stable: { rolloutRevision: 0 }, ...asking })).toEqual(expected)
})

const BACK: Asking = { remembered: 'b', ...before('b'), stable: { formerRevisions: [0], createdAt: at(0) } }
const PASSED: Asking = {
  ...before('b', 'c'),
  mayBeGood: notC,
}

it.each<[string, Asking, unknown]>([
  ['as Git asks', {}, ['b', []]],
  ['as Git asks, after something that was passed by', PASSED, ['b', ['c']]],
  ['by hand, to what was synced last', { isByHand: () => true }, ['b', []]],
  ['by hand, and nobody knows what was synced', { isByHand: () => true, synced: [] }, REFUSED],
  ['by hand, after something that was passed by', { isByHand: () => true, ...PASSED }, REFUSED],
  ['by hand, with no sync', { isByHand: () => true, cameBackUnsynced: true }, REFUSED],
  ['as Git asks, and nobody knows what was synced', { synced: [] }, ['b', []]],
  ['as Git asks, with no sync', { cameBackUnsynced: true }, ['b', []]],
  ['from what is remembered to something else', { remembered: 'a' }, REFUSED],
  ['from what is remembered to the same files', { remembered: 'a', isSame: async () => true }, ['b', []]],
])('N has left and come back %s', async (_, asking, expected) => {
  expect(await good({ ...BACK, ...asking })).toEqual(expected)
})
