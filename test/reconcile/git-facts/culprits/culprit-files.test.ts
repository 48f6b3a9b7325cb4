import { expect, it } from 'vitest'
import { readChanges } from '../../../../src/reconcile/git-facts/culprits/changes.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'
import { aRow, type Row } from './a-row.ts'

/** What is read of a release; commits are told by their places. */
async function changes(states: readonly string[], given: Partial<Row> & { elsewhere?: number } = {}) {
  const { question, revisions, commits, placeOf } = await aRow(states, { revision: 1, ...given })
  const [head, elsewhere] = [commits.at(-1), commits.slice(given.elsewhere ?? commits.length, (given.elsewhere ?? commits.length) + 1)]
  if (!head) throw new Error('there is a commit')
  const found = await readChanges(question, revisions, { head: head.sha, laterElsewhere: elsewhere })
  const places = (all: readonly { sha: string }[]): readonly number[] => all.map(({ sha }) => placeOf(sha))
  const { culprits, later, laterOwn, leftOut } = found
  const bare = (paths: readonly string[]): readonly string[] => paths.map((path) => path.replace('apps/web/', ''))
  return {
    ...found,
    culprits: places(culprits),
    later: places(later),
    laterOwn: places(laterOwn),
    leftOut: { paths: bare(leftOut.paths), commits: places(leftOut.commits) },
    paths: bare(found.paths),
    laterOthers: bare(found.laterOthers),
  }
}

type Found = Awaited<ReturnType<typeof changes>>

/** Of a release that is the second commit, and changes its own file alone. */
const PLAIN: Found = {
  culprits: [1],
  paths: ['web.yaml'],
  beside: [],
  leftOut: { paths: [], commits: [] },
  later: [],
  laterOwn: [],
  laterOthers: [],
  restoredInGit: false,
  overtaken: false,
  otherFiles: [],
}

type Case = readonly [what: string, states: readonly string[], found: Partial<Found>, given?: Parameters<typeof changes>[1]]

const plain = (given: Parameters<typeof changes>[1] = {}) => ({ ...given, revisions: { isPlain: true, ...given.revisions } })
const BESIDE = ['web=@v1 worker=@v1', 'web=@v2 worker=@v2']

it.for<Case>([
  ['one commit', ['web=v1', 'web=v2'], {}],
  ['files that are not restored', ['web=v1', 'web=v2 out=1'], { otherFiles: ['elsewhere.yaml'] }],
  ['nothing that is read', ['web=v1', 'web=v1 out=1'], { culprits: [], paths: [] }],
  ['what is as it was again', ['web=v1', 'web=v2', 'web=v1'], { culprits: [1, 2], paths: [] }, { revision: 2 }],
  ['one file that is as it was again', ['web=v1 a=1', 'web=v1 a=2', 'web=v2 a=1'], { culprits: [2] }, { revision: 2 }],
  [
    'a file of a name that would be a pattern',
    ['a[1].yaml=1 b=1', 'a[1].yaml=2 b=2', 'a[1].yaml=2 b=1'],
    { paths: ['a[1].yaml'] },
    { revision: 2 },
  ],
  ['a file of another Rollout alone', BESIDE, { leftOut: { paths: ['worker.yaml'], commits: [] } }, plain()],
  [
    'a commit of another Rollout alone',
    [...BESIDE.slice(0, 1), 'web=@v2 worker=@v1', 'web=@v2 worker=@v2'],
    { leftOut: { paths: ['worker.yaml'], commits: [2] } },
    plain({ revision: 2 }),
  ],
  ['a file of another Rollout alone, where not all is plain', BESIDE, { paths: ['web.yaml', 'worker.yaml'] }],
])('what a release is made of: %s', async ([, states, found, given]) => {
  expect(await changes(states, given)).toEqual({ ...PLAIN, ...found })
})

it.for<Case>([
  ['another file', ['web=v1', 'web=v2', 'web=v2 a=1'], { later: [2], laterOwn: [2] }],
  ['what is not read', ['web=v1', 'web=v2', 'web=v2 out=1'], {}],
  ['the file of the release', ['web=v1', 'web=v2', 'web=v3'], { later: [2], laterOwn: [2], overtaken: true }],
  ['the file of the release, and another', ['web=v1', 'web=v2', 'web=v3 a=1'], { later: [2], laterOwn: [2], overtaken: true }],
  ['N', ['web=v1', 'web=v2', 'web=v1'], { later: [2], laterOwn: [2], overtaken: true, restoredInGit: true }],
  ['nothing, of a release that changed nothing', ['web=v1', 'web=v1 out=1'], { culprits: [], paths: [] }],
  ['something elsewhere', ['web=v1', 'web=v2'], { later: [0], laterOwn: [0] }, { elsewhere: 0 }],
  ['N, and something elsewhere', ['web=v1', 'web=v2', 'web=v1'], { later: [0, 2], laterOwn: [0, 2], overtaken: true }, { elsewhere: 0 }],
  [
    'a file of another Rollout alone',
    ['web=@v1 worker=@v1', 'web=@v2 worker=@v1', 'web=@v2 worker=@v2'],
    { later: [2], laterOthers: ['worker.yaml'] },
    plain(),
  ],
  ['the same where not all is plain', ['web=@v1 worker=@v1', 'web=@v2 worker=@v1', 'web=@v2 worker=@v2'], { later: [2], laterOwn: [2] }],
  [
    'a file of another Rollout alone that goes back',
    ['web=@v1 worker=@v1 a=1', 'web=@v2 worker=@v2 a=2', 'web=@v2 worker=@v3 a=2'],
    { paths: ['a.yaml', 'web.yaml', 'worker.yaml'], beside: ['shop/worker'], later: [2], laterOwn: [2], overtaken: true },
    plain(),
  ],
  [
    'a file of another Rollout alone, and its own',
    ['web=@v1 worker=@v1', 'web=@v2 worker=@v1', 'web=@v2 worker=@v2', 'web=@v3 worker=@v2'],
    { later: [2, 3], laterOwn: [3], laterOthers: ['worker.yaml'], overtaken: true },
    plain(),
  ],
])('what came since a release: %s', async ([, states, found, given]) => {
  expect(await changes(states, given)).toEqual({ ...PLAIN, ...found })
})

it('what commits of other Rollouts alone have changed stays, but for what goes back', async () => {
  const states = ['web=v1 worker=v1', 'web=v1/x worker=v2 out=1', 'web=v2 worker=v2']
  const { commits } = await aRow(states)
  expect(await changes(states, { good: 1, revision: 2, revisions: { apart: commits.slice(1, 2) } })).toEqual({
    ...PLAIN,
    culprits: [2],
    leftOut: { paths: ['worker.yaml'], commits: [1] },
    otherFiles: ['elsewhere.yaml'],
  })
})

it('of 1,000 commits or more a revert is refused', async () => {
  const { question, revisions, commits } = await aRow(['web=v1', 'web=v2'])
  const told = (count: number): ReturnType<typeof readChanges> => {
    const repository = { ...question.repository, commitsTouching: async () => Array.from({ length: count }, () => commits[1]) } as never
    return readChanges({ ...question, repository }, revisions, { head: revisions.revision.sha, laterElsewhere: [] })
  }
  expect((await told(999)).paths).toEqual(['apps/web/web.yaml'])
  const why = '1000 commits or more lie between the two versions: too many for one revert.'
  await expect(told(1_000)).rejects.toEqual(new Refusal('P7', why))
})

it.each([
  [1_000, [1]],
  [1_001, [1, 2]],
])('of %i files Git is asked by name which commits touch them', async (count, culprits) => {
  const many = (value: string): string => Array.from({ length: count }, (_, at) => `f${at}.yaml=${value}`).join(' ')
  const found = await changes([`a=1 ${many('1')}`, `a=2 ${many('2')}`, `a=1 ${many('2')}`], { revision: 2 })
  expect(found.culprits).toEqual(culprits)
  expect(found.paths).toHaveLength(count)
})
