import { expect, it } from 'vitest'
import type { Release } from '../../../../src/domain/release/release.ts'
import type { OpenQuestion } from '../../../../src/reconcile/git-facts/question/question.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { anAttempt, aReplicaSet } from '../../../domain/release/a-look.ts'
import { FILE } from '../a-history.ts'
import { aQuestion, at, running, web, type Names, type Of } from '../a-question.ts'
import { COMMITS, NEXT, read, SEEN, type Asking } from './reading.ts'

const UNKNOWN = ['P6', expect.stringContaining('the commit that made the version before is not known: Kedge has not seen it run')]
const MORE = { files: { 'apps/web/more.yaml': 'image: web:v1\n' } }

/** Nobody may read what runs: images in files have to do. */
const blind = ({ question }: { question: OpenQuestion }): Partial<OpenQuestion> => ({
  renderings: { ...question.renderings, live: async () => undefined },
})
const BLIND: Asking = { question: () => blind(aQuestion({ commits: COMMITS, synced: [] })) }
const failed = (of: Names, fields: Partial<Release> = {}): Release =>
  aRelease({ key: 'f', podTemplateHash: 'x', attempts: [anAttempt()], revision: of.sha('n'), ...fields })

it.each<[string, Asking, unknown]>([
  ['is what is remembered and was synced', {}, ['next', 'n']],
  ['is not what another version has failed with', { others: (of) => [failed(of)] }, UNKNOWN],
  ['may be what another version has not failed with', { others: (of) => [failed(of, { attempts: [] })] }, ['next', 'n']],
  ['may be what N has failed with', { others: (of) => [failed(of, { podTemplateHash: 'old' })] }, ['next', 'n']],
  ['may be what this release has failed with', { others: (of) => [failed(of, { key: 'r' })] }, ['next', 'n']],
  ['is the later one, where N+1 took up its sync at once', later({}), ['next', 'n2']],
  ['is not told, where N+1 took it up later', later({ failing: { createdAt: at(52) } }), UNKNOWN],
  ['is the later one, where N+1 took it up in the second after', later({ failing: { createdAt: at(51) + 1_000 } }), ['next', 'n2']],
  ['is not told, where N+1 was there before its sync', later({ failing: { createdAt: at(50) - 1 } }), UNKNOWN],
  ['is not told, where N+1 had run before', later({ failing: { formerRevisions: [0] } }), UNKNOWN],
  ['is not told, where N+1 is not in view', later({ failing: null }), UNKNOWN],
  [
    'is not told, where the later one changed the same file',
    later({ commits: { n: web('v1'), n2: web('v1', { more: 'a: 1\n' }), next: web('v2'), later: web('v4') } }),
    UNKNOWN,
  ],
  [
    'is not told, where the later one changed one of its files',
    later({
      commits: {
        n: web('v1'),
        n2: MORE,
        next: { files: { [FILE]: web('v2'), 'apps/web/more.yaml': 'image: web:v2\n' } },
        later: web('v4'),
      },
    }),
    UNKNOWN,
  ],
  [
    'is the later one, where its sync runs still',
    later({
      synced: [
        ['n', 5],
        ['n2', 10],
      ],
      application: ({ sha }) => ({ ...SEEN, operation: running(sha('next'), at(50)) }),
      failing: { createdAt: at(60) },
    }),
    ['next', 'n2'],
  ],
  ['is not that of what was passed by', { application: {}, synced: [['n', 10], ['other', 20], NEXT] }, ['next', 'n']],
  [
    'is not told, where another may have been synced unseen',
    { application: {} },
    ['P6', expect.stringContaining('Kedge has not seen every sync')],
  ],
  ['is the later one, where N came back with the same files', back(web('v1')), ['next', 'n2']],
  ['is not told, where N came back with other files', back(web('v1', { more: 'a: 1\n' })), UNKNOWN],
])('where nothing else tells, the commit that N runs %s', async (_, story, expected) => {
  expect(await read({ ...BLIND, ...story })).toEqual(expected)
})

/** N has left and come back, with this in its file. */
function back(text: string): Asking {
  const commits = { n: web('v1'), other: web('v3'), n2: text, next: web('v2'), later: web('v4') }
  return { commits, stable: { formerRevisions: [0] }, synced: [['n2', 10], NEXT] }
}

/** N is remembered, and another commit that may have made it was synced since. */
function later(story: Asking): Asking {
  const commits = {
    n: web('v1'),
    n2: { files: { 'apps/web/more.yaml': 'image: web:v1\n' } },
    next: { files: { [FILE]: web('v2'), 'apps/web/more.yaml': 'image: web:v1\n' } },
    later: web('v4'),
  }
  return { commits, synced: [['n', 5], ['n2', 10], NEXT], ...story }
}

const before =
  (fields: Partial<Release> = {}): Of<readonly Release[]> =>
  (of) => [
    aRelease({
      key: 'b',
      podTemplateHash: 'x',
      rolloutRevision: 2,
      repository: 'git.example/shop/gitops',
      goodRevision: of.sha('n'),
      ...fields,
    }),
  ]
const NOTHING: Asking = { commits: { n: web('v1'), next: web('v2') }, head: 'next', synced: [], release: () => ({ goodApplied: null }) }

it.each<[string, Asking, unknown]>([
  ['counts', { others: before() }, ['next', 'n']],
  ['does not count over another version', { others: before({ stableHash: 'y' }) }, UNKNOWN],
  ['does not count over a former stay', { others: before({ rolloutRevision: 1 }) }, UNKNOWN],
  ['does not count of another repository', { others: before({ repository: 'git.example/acme/x' }) }, UNKNOWN],
  ['is not known', { others: before({ goodRevision: null }) }, UNKNOWN],
  ['is gone', { others: (of) => before({ goodRevision: of.sha('gone') })(of) }, UNKNOWN],
  ['does not count of a stay without a number', { others: before(), stable: { rolloutRevision: undefined } }, UNKNOWN],
])('what was found when something else failed over N %s', async (_, story, expected) => {
  expect(await read({ ...BLIND, ...NOTHING, ...story })).toEqual(expected)
})

it('N that is back by hand is not told', async () => {
  const story: Asking = {
    stable: { rolloutRevision: 3, formerRevisions: [1] },
    failing: { rolloutRevision: 4 },
    sets: [aReplicaSet('x', 2, { createdAt: at(30) })],
    synced: [],
  }
  expect(await read({ ...BLIND, ...story })).toEqual(UNKNOWN)
  expect(
    await read({ ...BLIND, ...story, synced: [['n', 10], NEXT], question: (of) => ({ ...BLIND.question?.(of), madeByHand: true }) }),
  ).toEqual(['next', 'n'])
})
