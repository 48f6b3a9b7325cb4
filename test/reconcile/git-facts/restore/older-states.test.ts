import { expect, it } from 'vitest'
import type { InputPath } from '../../../../src/domain/application/commit.ts'
import { STATES_LOOKED_AT } from '../../../../src/domain/decision/culprits.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import { backToOlder } from '../../../../src/reconcile/git-facts/restore/older-states.ts'
import { anAttempt } from '../../../domain/an-attempt.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { aBranch, files } from '../a-branch.ts'
import { failure, fieldsOf, isBack, RELEASE, type Row } from './states-in-a-row.ts'

it.for<Row>([
  ['it is what was before the one before it', ['tag=v1', 'tag=v2', 'tag=v1'], true],
  ['it is new', ['tag=v1', 'tag=v2', 'tag=v3'], false],
  ['it is the first', ['tag=v1'], false],
  ['there is one before it', ['tag=v1', 'tag=v2'], false],
  ['that has failed here', ['tag=v1', 'tag=v2', 'tag=v1'], false, { failed: [0] }],
  ['the one in between has failed here', ['tag=v1', 'tag=v2', 'tag=v1'], true, { failed: [1] }],
  ['that has failed here, and served as well', ['tag=v1', 'tag=v2', 'tag=v1'], true, { failed: [0], promoted: [0] }],
  ['another that has failed here served', ['tag=v1', 'tag=v2', 'tag=v1'], false, { failed: [0], promoted: [1] }],
  ['it is what was before, but for how many pods there are', ['replicas=1', 'replicas=2', 'replicas=1'], true],
  ['it has a name that would be a pattern', ['tag=v1', 'tag=v2', 'tag=v1'], true, { path: 'we[b].yaml' }],
  ['it is gone again', ['a=1', 'a=1', 'a=1'], true, { other: [null, 'a: 1'] }],
  ['it is a file without fields', ['one', 'two', 'one'], true, { path: 'web.txt' }],
  ['it is a new file without fields', ['one', 'two', 'three'], false, { path: 'web.txt' }],
])('a file as a whole: %s', async ([, states, is, options]) => {
  expect(await isBack(states, options)).toBe(is)
})

it('what somebody undid by hand has not failed for that', async () => {
  const { repository, commits } = await aBranch(['tag=v1', 'tag=v2', 'tag=v1'].map((state) => ({ 'web.yaml': fieldsOf(state) })))
  const [first, , last] = commits
  const told = (fields: Partial<Release>) =>
    backToOlder(repository, {
      commits: commits.slice(-1),
      files: files('web.yaml'),
      release: RELEASE,
      others: [failure(first?.sha ?? null, fields)],
      templateAt: undefined,
    })
  expect(await told({ attempts: [anAttempt({ cause: 'undone' })] })).toEqual({ backToOlder: [last?.sha], tooMuchForOlder: null })
  expect(await told({ revision: null })).toEqual({ backToOlder: [last?.sha], tooMuchForOlder: null })
  expect(await told({})).toEqual({ backToOlder: [], tooMuchForOlder: null })
})

it.each([
  [STATES_LOOKED_AT, true],
  [STATES_LOOKED_AT + 1, false],
])('of the states before the one that a commit changes, six are looked at: the one %i before it', async (before, is) => {
  const states = Array.from({ length: before + 1 }, (_, at) => `tag=v${at}`)
  expect(await isBack([...states, 'tag=v0'])).toBe(is)
})

/** Fields of the release before, beside what others have done since. */
const SINCE = ['tag=v1 level=1', 'tag=v2 level=1', 'tag=v2 level=2']

it.for<Row>([
  ['all that it changes', [...SINCE, 'tag=v1 level=2'], true],
  ['all that it changes, to what failed', [...SINCE, 'tag=v1 level=2'], false, { failed: [0] }],
  ['all that one release did, and it does more', [...SINCE, 'tag=v1 level=3'], true],
  ['what others did', [...SINCE, 'tag=v3 level=1'], true],
  ['nothing', [...SINCE, 'tag=v3 level=3'], false],
  ['a part of what one release did', ['a=1 b=1', 'a=2 b=2', 'a=2 b=2 c=1', 'a=1 b=2 c=1'], true],
  ['a part of what one release did, and it does more', ['a=1 b=1', 'a=2 b=2', 'a=2 b=2 c=1', 'a=1 b=2 c=2'], false],
  ['what several releases did', ['a=1', 'a=2', 'a=3', 'a=3 b=1', 'a=1 b=2'], true],
  ['one field, which the last has changed once more, beside another', ['a=1 b=1', 'a=2 b=1', 'a=3 b=2', 'a=1 b=2 c=1'], false],
  ['what one release did, which added a field as well, and it does more', ['a=1', 'a=2 b=1', 'a=2 b=1 c=1', 'a=1 c=2'], true],
  [
    'how many pods there are beside a field, and it does more',
    ['replicas=1 a=1', 'replicas=2 a=2', 'replicas=2 a=2 b=1', 'replicas=1 a=1 b=2'],
    true,
  ],
  ['one field in the place of another, and it does more', ['a=1', 'b=1', 'b=1 c=1', 'a=1 c=2'], false],
  ['that a field was not there', ['a=1', 'a=1 b=1', 'a=1 b=1 c=1', 'a=1 c=1'], true],
  ['that a field was not there, and it does more', ['a=1', 'a=1 b=1', 'a=1 b=1 c=1', 'a=2 c=1'], false],
  ['a field that had gone, and it does more', ['a=1 b=1', 'a=1', 'a=1 c=1', 'a=2 b=1 c=1'], false],
])('fields, where files have to do: %s', async ([, states, is, options]) => {
  expect(await isBack(states, options)).toBe(is)
})

it.for<Row>([
  ['alone', ['replicas=1 a=1', 'replicas=2 a=1', 'replicas=2 a=2', 'replicas=1 a=2'], false],
  ['beside what is new', ['replicas=1 a=1', 'replicas=2 a=1', 'replicas=2 a=2', 'replicas=1 a=3'], false],
  ['beside a field that is back', ['replicas=1 a=1', 'replicas=2 a=2', 'replicas=2 a=2 b=1', 'replicas=1 a=1 b=1'], true],
  [
    'as all that one release did, beside a field of another',
    ['replicas=1 a=1 b=1', 'replicas=2 a=1 b=1', 'replicas=2 a=2 b=2', 'replicas=1 a=1 b=2 c=1'],
    false,
  ],
])('how many pods there are is nothing: %s', async ([, states, is]) => {
  expect(await isBack(states)).toBe(is)
})

it('of many commits, and of one that changes many files, it is told that it was not looked', async () => {
  const wide = (count: number, text: string): Files => Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}.txt`, text]))
  const { repository, commits } = await aBranch([
    { 'web.yaml': 'a: 1', ...wide(201, '1') },
    { 'web.yaml': 'a: 2' },
    wide(200, '2'),
    wide(200, '1'),
    { 'other.yaml': 'b: 1' },
    wide(201, '3'),
    { 'web.yaml': 'a: 1' },
  ])
  const told = (asked: readonly number[]) =>
    backToOlder(repository, {
      commits: asked.flatMap((at) => commits[at] ?? []),
      files: [
        { path: 'web.yaml', glob: false },
        { path: 'f*.txt', glob: true },
      ],
      release: RELEASE,
      others: [],
      templateAt: undefined,
    })
  const name = (at: number): string => commits[at]?.sha ?? ''
  expect(await told([3])).toEqual({ backToOlder: [name(3)], tooMuchForOlder: null })
  expect(await told([4, 5, 6])).toEqual({
    backToOlder: [name(6)],
    tooMuchForOlder: `of ${name(5).slice(0, 12)}, which changes 201 files`,
  })
  const many = (count: number) => Array.from({ length: count }, () => 6)
  expect((await told(many(20))).backToOlder).toHaveLength(20)
  expect(await told(many(21))).toEqual({ backToOlder: [], tooMuchForOlder: 'of 21 commits' })
})

it('a commit that changes nothing of what would be restored is none, and others get their turn while the states are read', async () => {
  const { repository, commits } = await aBranch([...SINCE, 'tag=v1 level=2'].map((state) => ({ 'web.yaml': fieldsOf(state) })))
  // There is nothing to be asked.
  const asked = (inputs: readonly InputPath[]): Promise<string> => Promise.reject(new Error(`asked of ${inputs.length} files`))
  const strict = { ...repository, fingerprint: (_: string, inputs: readonly InputPath[]) => asked(inputs) }
  const question = { commits: commits.slice(-1), release: RELEASE, others: [], templateAt: undefined }
  expect(await backToOlder(strict, { ...question, files: files('none.yaml') })).toEqual({ backToOlder: [], tooMuchForOlder: null })
  await backToOlder(repository, { ...question, files: files('web.yaml') })
  let turns = 0
  const turn = (): unknown => setImmediate(() => void (turns++, turns < 100 && turn()))
  turn()
  await backToOlder(repository, { ...question, files: files('web.yaml') })
  expect(turns).toBeGreaterThan(1)
})
