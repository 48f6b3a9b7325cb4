import { expect, it } from 'vitest'
import { syncsUnderWay } from '../../../../src/domain/application/applied.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import { toldBefore } from '../../../../src/reconcile/git-facts/syncs/told-before.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { FILE } from '../a-history.ts'
import { aQuestion, at, web, type Names, type Story } from '../a-question.ts'
import { failedAt, orRefusal } from './telling.ts'

const OTHER = 'apps/web/other.yaml'
const beside = (text: string) => ({ files: { [OTHER]: text } })

/** N, N+1, and what has left alone the files of N+1 since. */
const COMMITS = { n: web('v1'), next: web('v2'), later: beside('a: 1\n'), more: beside('a: 2\n') }

const former =
  (fields: Partial<Release> = {}) =>
  ({ applied }: Names): Release =>
    aRelease({ key: 'b', startedAt: 40, applied: applied('next'), goodApplied: applied('n'), ...fields })

interface Asking extends Partial<Story> {
  readonly former?: Partial<Release>
}

/** The syncs that are told to have brought N+1 and N, as it failed before; by default the newest is of what came later. */
async function told({ former: fields, ...story }: Asking): Promise<unknown> {
  const { question, named } = aQuestion({
    commits: COMMITS,
    synced: [
      ['next', 20],
      ['later', 55],
    ],
    others: (of) => [former(fields)(of)],
    ...story,
  })
  const syncs = syncsUnderWay(question.application, { namespace: 'shop', name: 'web' })
  return orRefusal(toldBefore(question, question, syncs), (found) =>
    named(found && [found.applied.revisions[0], found.goodApplied?.revisions[0] ?? null]),
  )
}

const BACK = { n: web('v1'), next: web('v2'), back: web('v1'), later: beside('a: 1\n') }
const OVER_ANOTHER = ['P6', expect.stringContaining('this version has failed before over another one')]
const many = (count: number): Story['commits'] =>
  Object.fromEntries([
    ['n', web('v1')],
    ['next', web('v2')],
    ...Array.from({ length: count }, (_, index) => [`c${index}`, web('v2', { more: `a: ${index}\n` })]),
  ])

it.each<[string, Asking, unknown]>([
  ['Git has asked for it ever since', {}, ['next', 'n']],
  ['nobody knows what had brought N then', { former: { goodApplied: null } }, ['next', null]],
  ['the same commit is the newest that is synced', { synced: [['next', 20]] }, ['next', 'n']],
  [
    'other commits have changed its files, and have not put them back',
    { commits: { ...COMMITS, later: web('v2', { more: 'a: 1\n' }) } },
    ['next', 'n'],
  ],
  ['Git has put its files back since', { commits: BACK }, undefined],
  [
    'Git has put its files back, and asked for it anew',
    { commits: { n: web('v1'), next: web('v2'), back: web('v1'), later: web('v2') } },
    undefined,
  ],
  ['its commit is the first of all', { commits: { next: web('v2'), later: beside('a: 1\n'), n: web('v1') } }, undefined],
  [
    'what is synced now does not come after it',
    { commits: { ...COMMITS, later: { files: { [FILE]: web('v2', { more: 'a: 1\n' }) }, upon: 'n' } } },
    undefined,
  ],
  ['nothing is synced', { synced: [] }, undefined],
  ['what is synced is gone', { synced: [['gone', 55]] }, undefined],
  ['its commit of then is gone', { others: ({ applied }) => [former({ applied: applied('gone') })({ applied } as Names)] }, undefined],
  ['no sync of then is known', { former: { applied: null } }, undefined],
  ['it was promoted then', { former: { outcome: 'promoted' } }, undefined],
  ['it has not run before', { former: { podTemplateHash: 'x' } }, undefined],
  ['only this release of it is known', { former: { key: 'r' } }, undefined],
  ['it failed over another version then', { former: { stableHash: 'x' } }, OVER_ANOTHER],
  ['twenty commits have changed its files since', { commits: many(20), synced: [['c19', 55]] }, ['next', 'n']],
  ['more commits have changed its files since than are looked at', { commits: many(21), synced: [['c20', 55]] }, undefined],
])('what had failed before and has come back began as then where %s', async (_, story, expected) => {
  expect(await told(story)).toEqual(expected)
})

it('the newest of several releases of it counts', async () => {
  const older = (of: Names): Release => former({ key: 'c', startedAt: 30, goodApplied: null })(of)
  expect(await told({ others: (of) => [older(of), former()(of)] })).toEqual(['next', 'n'])
  expect(await told({ others: (of) => [former()(of), older(of)] })).toEqual(['next', 'n'])
})

it('a file whose name could be a pattern is one file', async () => {
  const text = (tag: string) => ({ files: { 'apps/web/[a].yaml': web(tag) } })
  expect(await told({ commits: { n: text('v1'), next: text('v2'), back: text('v1'), later: beside('a: 1\n') } })).toBeUndefined()
})

const STEPS: Asking = {
  former: { stepHash: 'old' },
  release: () => ({ stepHash: 'new', startedAt: at(50), ...failedAt(60) }),
  synced: [
    ['next', 20],
    ['later', 45],
  ],
}

it.each<[string, Asking, unknown]>([
  ['one commit has come since', {}, ['later', 'n']],
  [
    'two commits have come since',
    {
      synced: [
        ['next', 20],
        ['more', 45],
      ],
    },
    ['next', 'n'],
  ],
  [
    'none has come since',
    {
      synced: [
        ['next', 20],
        ['next', 45],
      ],
    },
    ['next', 'n'],
  ],
  ['the steps are the same', { former: { stepHash: 'new' } }, ['next', 'n']],
  [
    'the sync began as it was first seen',
    {
      synced: [
        ['next', 20],
        ['later', 50],
      ],
    },
    ['later', 'n'],
  ],
  [
    'the sync began after it was first seen',
    {
      synced: [
        ['next', 20],
        ['later', 50.1],
      ],
    },
    ['next', 'n'],
  ],
  ['the sync began after it had failed', { release: () => ({ stepHash: 'new', startedAt: at(50), ...failedAt(44) }) }, ['next', 'n']],
  ['it has not failed yet', { release: () => ({ stepHash: 'new', startedAt: at(50) }) }, ['later', 'n']],
  [
    'an earlier sync than the newest brought it',
    {
      synced: [
        ['next', 20],
        ['later', 45],
        ['more', 55],
      ],
    },
    ['later', 'n'],
  ],
  [
    'that sync is gone',
    {
      synced: [
        ['gone', 45],
        ['later', 55],
      ],
    },
    ['next', 'n'],
  ],
  ['all began after it was first seen', { synced: [['later', 55]] }, ['next', 'n']],
])('with other steps it began anew where %s', async (_, story, expected) => {
  expect(await told({ ...STEPS, ...story })).toEqual(expected)
})
