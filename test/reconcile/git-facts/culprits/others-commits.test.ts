import { expect, it } from 'vitest'
import { KedgeError } from '../../../../src/domain/errors.ts'
import { readRestored } from '../../../../src/reconcile/git-facts/commit/app-commit.ts'
import { tell, withoutOthersCommits } from '../../../../src/reconcile/git-facts/culprits/own-commits.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'
import { aRow, type Row } from './a-row.ts'

/** Places of commits: N's, N+1's, and those that are left out. */
type Left = readonly [good: number, revision: number, apart: readonly number[]]

/** What of a row of commits is left of the release; undefined where that is all of it. */
async function leftOf(states: readonly string[], given: Partial<Row> = {}, isRendered = true): Promise<Left | undefined> {
  const { question, revisions, placeOf } = await aRow(states, given)
  const found = await withoutOthersCommits(question, revisions, isRendered)
  if (found === revisions) return undefined
  const { good, revision, apart } = found
  const restored = await readRestored(question, { good: good.sha, revision: revision.sha })
  expect(found).toStrictEqual({ ...revisions, ...restored, good, revision, ...(apart && apart.length > 0 && { apart }) })
  return [placeOf(good.sha), placeOf(revision.sha), apart?.map(({ sha }) => placeOf(sha)) ?? []]
}

type Case = readonly [what: string, states: readonly string[], left: Left | undefined, given?: Partial<Row>]

const N = 'web=v1 worker=v1'
const BEFORE = [N, 'web=v1 worker=v2', 'web=v2 worker=v2']
const AFTER = [N, 'web=v2 worker=v1', 'web=v2 worker=v2']
const ONE = ['web=v1', 'web=v1 note=1', 'web=v2 note=1']
/** So many commits, of which the last is the Rollout's own. */
const many = (commits: number): readonly string[] => [
  ...Array.from({ length: commits }, (_, at) => `web=v1 worker=v${at}`),
  `web=v2 worker=v${commits - 1}`,
]

it.for<Case>([
  ['before it', BEFORE, [1, 2, [1]]],
  ['after it', AFTER, [0, 1, [2]]],
  ['on both sides', [N, 'web=v1 worker=v2', 'web=v2 worker=v2', 'web=v2 worker=v3'], [1, 2, [1, 3]]],
  ['after it, where it had been in the same file', [N, 'web=v2 worker=v1', 'web=v2/v1 worker=v2'], undefined],
  ['of nobody else', [N, 'web=v2 worker=v1', 'web=v3 worker=v1'], undefined],
  ['of what is no Rollout', [`${N} rest=a`, 'web=v1 worker=v1 rest=b', 'web=v2 worker=v1 rest=b'], undefined],
  ['before it, of ten', many(10), [9, 10, [1, 2, 3, 4, 5, 6, 7, 8, 9]]],
  ['before it, of eleven', many(11), undefined],
  ['before it, where there is no other Rollout', ONE, undefined],
  ['before it, where all is plain', BEFORE, undefined, { revisions: { isPlain: true } }],
  ['before it, where N+1 is not rendered', [...BEFORE.slice(0, 2), 'web=v2 worker=v2 ?failed'], undefined],
  ['before it, and N was told with it', BEFORE, [1, 2, [1]], { good: 1, goodApplied: 0 }],
  ['that have gone', [N, '?absent worker=v1', 'web=v2 worker=v1', 'web=v2 worker=v2'], undefined],
  ['that are several', [N, '?several worker=v1', 'web=v2 worker=v1', 'web=v2 worker=v2'], undefined],
])('commits of other Rollouts alone stay: %s', async ([, states, left, given]) => {
  expect(await leftOf(states, given)).toEqual(left)
})

it('nothing is rendered for it where nothing can be left out', async () => {
  for (const [states, given, isRendered] of [
    [BEFORE, {}, false],
    [BEFORE, { revisions: { isPlain: true } }, true],
  ] as const) {
    const { question, revisions, asked } = await aRow(states, given)
    expect(await withoutOthersCommits(question, revisions, isRendered)).toBe(revisions)
    expect(asked).toEqual([])
  }
  expect(await leftOf([`${N} ?failed`, 'web=v2 worker=v1'])).toBeUndefined()
})

const notKnown = (states: readonly string[], at: number) => aRow(states).then(({ commits }) => refusal(commits[at]?.sha ?? '', at))
const refusal = (sha: string, at: number): Refusal =>
  new Refusal(
    'P7',
    `whether ${sha.slice(0, 12)} “change ${at}” is a commit of another Rollout's own is not known. It says why. ` +
      'Where it is never rendered, a person has to take back what has failed: what of it is whose, Kedge cannot tell.',
  )
const OWN_ONLY = [N, 'web=v2 worker=v1 ?failed', 'web=v3 worker=v1', 'web=v3 worker=v2']
const broken = (how: string): readonly string[] => [N, 'web=v2 worker=v1', `web=v2 worker=v2 ${how} ?failed`, 'web=v2 worker=v3']
const files = (count: number, last: string): string =>
  Array.from({ length: count }, (_, at) => `f${at + 100}.yaml=${at === count - 1 ? last : 'a'}`).join(' ')

it.for<Case>([
  ['it goes back, with nothing of others', OWN_ONLY, [0, 2, [3]]],
  ['all goes back, with nothing of others', OWN_ONLY.slice(0, 3), undefined],
  ['what is no Rollout goes back as well', [`${N} rest=a`, 'web=v2 worker=v1 ?unsupported', 'web=v2 worker=v2 rest=b'], undefined],
  ['a file shows why', broken('note=['), [0, 1, [2, 3]]],
  ['one of its files shows why', broken('a.yaml=a note=['), [0, 1, [2, 3]]],
  ['the last of fifty files shows why', broken(files(50, '[')), [0, 1, [2, 3]]],
])('a commit that was never rendered is no matter where %s', async ([, states, left]) => {
  expect(await leftOf(states)).toEqual(left)
})

it.for<readonly [what: string, states: readonly string[], at: number, given?: Partial<Row>]>([
  ['nobody renders such a one', [N, 'web=v2 worker=v1 ?unsupported', 'web=v3 worker=v1', 'web=v3 worker=v2'], 1],
  ['others may go back with it', broken(''), 2],
  ['it is N’s', [`${N} ?failed`, 'web=v2 worker=v1', 'web=v3 worker=v1'], 0],
  [
    'it is N’s, and the next, and all goes back',
    [`${N} ?failed`, 'web=v1 worker=v2 rest=a ?failed', 'web=v2 worker=v2 rest=a', 'web=v3 worker=v2 rest=b'],
    0,
  ],
  ['it is the last that changes anything', [...broken('note=[').slice(0, 3), 'web=v2 worker=v2 note=[ out=1'], 2],
  ['what shows why is a template', broken('templates/a.yaml=['), 2],
  ['what shows why holds a template', broken('note={{x'), 2],
  ['what shows why is no YAML', broken('a.txt=['), 2],
  [
    'what shows why was there before',
    [`${N} note=[`, 'web=v2 worker=v1 note=[', 'web=v2 worker=v2 note=[ ?failed', 'web=v2 worker=v3 note=['],
    2,
  ],
  ['what shows why is one of many', broken(files(51, '[')), 2],
])('whose a commit is that was not rendered is refused where %s', async ([, states, at, given]) => {
  await expect(leftOf(states, given)).rejects.toEqual(await notKnown(states, at))
})

it.for<readonly [state: string, goesByFiles: boolean, told: unknown]>([
  [
    N,
    false,
    {
      result: 'told',
      parts: {
        rest: '',
        rollouts: new Map([
          ['shop/web', 'v1'],
          ['shop/worker', 'v1'],
        ]),
      },
    },
  ],
  ['?absent', false, { result: 'told', parts: undefined }],
  ['?several', true, { result: 'told', parts: undefined }],
  ['?failed', true, { result: 'unknown', why: 'failed', detail: 'It says why.' }],
  ['?unsupported', false, { result: 'unknown', why: 'unsupported', detail: 'It says why.' }],
])('what is told of a commit: %s', async ([state, goesByFiles, told]) => {
  const { question, commits } = await aRow([`x=1 ${state}`], { question: { goesByFiles } })
  expect(await tell(question, { sha: commits[0]?.sha as never })).toEqual(told)
})

it('while who renders is away, that nobody renders it is no answer', async () => {
  const { question, commits } = await aRow(['x=1 ?unsupported'], { question: { goesByFiles: true } })
  await expect(tell(question, { sha: commits[0]?.sha as never })).rejects.toEqual(new KedgeError('E_RENDERER_UNREACHABLE', 'It says why.'))
})

const OTHER = 'git.example/shop/other'

it.for<Case>([
  ['is all of it', BEFORE, [0, 2, []], { opened: [{ good: 0, culprits: [1, 2] }] }],
  ['leaves out what came before', BEFORE, [1, 2, [1]], { opened: [{ good: 1, culprits: [2] }] }],
  ['leaves out what came after', AFTER, [0, 1, [2]], { opened: [{ good: 0, culprits: [1] }] }],
  [
    'leaves out what nobody renders just now',
    [N, 'web=v1 worker=v2 ?failed', 'web=v2 worker=v2'],
    [1, 2, [1]],
    { opened: [{ good: 1, culprits: [2] }] },
  ],
  [
    'leaves out what came after a commit that nobody renders',
    [N, 'web=v2 worker=v1 ?failed', 'web=v2 worker=v2'],
    [0, 1, [2]],
    { opened: [{ good: 0, culprits: [1] }] },
  ],
  ['ends with the last that counts', [...BEFORE, 'web=v2 worker=v2 out=1'], [0, 3, []], { opened: [{ good: 0, culprits: [2] }] }],
  [
    'is the second of two',
    BEFORE,
    [0, 2, []],
    {
      opened: [
        { good: 2, culprits: [1] },
        { good: 0, culprits: [2] },
      ],
    },
  ],
  [
    'leaves out all before, in other words than rendering',
    [...BEFORE, 'web=v3 worker=v2'],
    [1, 3, [1]],
    { opened: [{ good: 2, culprits: [3] }] },
  ],
  ['is of another repository', BEFORE, [1, 2, [1]], { opened: [{ good: 0, culprits: [1, 2], repository: OTHER }] }],
  ['is of another release', BEFORE, [1, 2, [1]], { opened: [{ good: 0, culprits: [0] }] }],
  ['has no commit', BEFORE, [1, 2, [1]], { opened: [{ good: 0, culprits: [] }] }],
  ['ends before it begins', BEFORE, [1, 2, [1]], { opened: [{ good: 2, culprits: [1] }] }],
  ['ends where it begins', BEFORE, [1, 2, [1]], { opened: [{ good: 2, culprits: [2] }] }],
  ['ends where it begins, at what nobody renders', OWN_ONLY.slice(0, 3), undefined, { opened: [{ good: 1, culprits: [1] }] }],
  ['begins before N', ['web=v0 worker=v1', ...BEFORE], [2, 3, [2]], { good: 1, opened: [{ good: 0, culprits: [3] }] }],
  [
    'leaves out where the Rollout is not there',
    ['worker=v1 web.yaml=a', 'worker=v2 web.yaml=a', 'web=v2 worker=v2'],
    [1, 2, [1]],
    { opened: [{ good: 0, culprits: [1] }] },
  ],
])('what a PR has taken back is taken back where it %s', async ([, states, left, given]) => {
  expect(await leftOf(states, given)).toEqual(left)
})

it('all that a PR has taken back is so whoever renders; a part of it where rendering shows that it may be', async () => {
  expect(await leftOf(BEFORE, { opened: [{ good: 0, culprits: [1, 2] }] }, false)).toEqual([0, 2, []])
  expect(await leftOf(BEFORE, { opened: [{ good: 1, culprits: [2] }] }, false)).toBeUndefined()
})
