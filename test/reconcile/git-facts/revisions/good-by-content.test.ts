import { expect, it } from 'vitest'
import { reduce } from '../../../../src/reconcile/git-facts/commit/app-commit.ts'
import { findStandIn, readTold } from '../../../../src/reconcile/git-facts/revisions/good-by-content.ts'
import { FILE } from '../a-history.ts'
import { aQuestion, REORDERED, web, type Story } from '../a-question.ts'
import { orRefusal } from '../syncs/telling.ts'

const COMMITS = { first: web('v0'), n: web('v1'), other: web('v3'), next: web('v2') }

async function badOf(story: Partial<Story> = {}, name = 'next') {
  const asked = aQuestion({ commits: COMMITS, synced: [], ...story })
  const bad = await reduce(asked.question, asked.applied(name))
  if (!bad) throw new Error('no commit')
  return { ...asked, bad }
}

const UPON = { files: { [FILE]: web('v1') }, upon: 'first' }

it.each<[string, Partial<Story> & { good: string; from?: string }, unknown]>([
  ['one before', { good: 'n' }, ['n', false]],
  ['N+1’s own', { good: 'next' }, ['P7', expect.stringContaining('Git did not change between the two versions')]],
  [
    'a newer one',
    { good: 'next', from: 'other' },
    ['P6', expect.stringMatching(/not on the way to the commit that failed: it is newer\.$/)],
  ],
  ['one that is gone', { good: 'gone' }, ['P6', expect.stringMatching(/: it is not in the repository\.$/)]],
  [
    'one of another branch',
    { good: 'side', commits: { ...COMMITS, side: UPON }, head: 'next' },
    ['P6', expect.stringMatching(/: it was synced from another branch, or/)],
  ],
])('the sync that brought N is of %s', async (_, { good, from, ...story }, expected) => {
  const { question, bad, applied, sha, named } = await badOf(story, from)
  const found = readTold(question, { bad, head: sha('next') }, applied(good))
  expect(await orRefusal(found, (told) => named([told.commit.sha, told.goodStandsIn]))).toEqual(expected)
})

const many = (count: number): Story['commits'] => ({
  first: web('v0'),
  n: web('v1'),
  ...Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, web(`v${at + 10}`)])),
  next: web('v2'),
})
const NONE = ['P6', expect.stringMatching(/^no commit on the way to N\+1 renders what the version before runs/)]
const EITHER = [
  'P6',
  expect.stringMatching(
    /neither the ledger nor the sync history reaches back to its sync, and .*n2.*, which changes no template, may have/,
  ),
]

it.each<[string, Partial<Story>, unknown]>([
  ['the newest that renders it', {}, 'n'],
  ['the first of all', { commits: { n: web('v1'), next: web('v2') } }, 'n'],
  [
    'one after which the Rollout was not there',
    { commits: { first: web('v0'), n: web('v1'), other: { files: { [FILE]: null } }, next: web('v2') } },
    'n',
  ],
  ['one that changes a template', { commits: { first: web('v1'), n2: web('v1', { more: 'a: 1\n' }), next: web('v2') } }, EITHER],
  ['one that changes more than an order', { commits: { first: web('v1', { more: REORDERED }), n2: web('v1'), next: web('v2') } }, EITHER],
  ['none that renders it in another order', { commits: { first: web('v0'), n: web('v1', { more: REORDERED }), next: web('v2') } }, NONE],
  ['none, where nothing renders it', { commits: { first: web('v0'), next: web('v2') } }, NONE],
  ['none, where N+1’s is the first', { commits: { next: web('v2') } }, NONE],
  ['one that is twenty commits away', { commits: many(19) }, 'n'],
  ['none that is more commits away', { commits: many(20) }, NONE],
  [
    'none before what cannot be rendered',
    { commits: { n: web('v1'), other: 'unknown: why\n', next: web('v2') } },
    ['P6', expect.stringMatching(/^what [0-9a-f]{12} made cannot be told: why$/)],
  ],
])('what stands in for N’s commit is %s', async (_, story, expected) => {
  const { question, bad, live, named } = await badOf(story)
  const found = findStandIn(question, bad, live)
  expect(await orRefusal(found, (good) => named(good.goodStandsIn && good.commit.sha))).toEqual(expected)
})
