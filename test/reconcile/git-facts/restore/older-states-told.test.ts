import { expect, it } from 'vitest'
import type { Release } from '../../../../src/domain/release/release.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { isBack, KEY, type Options, type Row } from './states-in-a-row.ts'

/** Fields of the release before, beside what others have done since. */
const SINCE = ['tag=v1 level=1', 'tag=v2 level=1', 'tag=v2 level=2']

it.for<Row>([
  ['the template is back, and more is done', [...SINCE, 'tag=v1 level=3'], true, {}],
  ['the template is another one, and a field of others is back', [...SINCE, 'tag=v3 level=1'], false, {}],
  ['all is back, and nothing else done', [...SINCE, 'tag=v1 level=2'], true, {}],
  ['a field of several is back, and none of the template', ['a=1 b=1', 'a=2 b=2', 'a=2 b=2 c=1', 'a=1 b=2 c=1'], false, {}],
  [
    'fields are back, and others than the template does not tell',
    ['a=1 b=1', 'a=2 b=2', 'a=2 b=2 c=1', 'a=1 b=2 c=1'],
    true,
    { notRendered: [3] },
  ],
  ['the one before it is not rendered', ['a=1 b=1', 'a=2 b=2', 'a=2 b=2 c=1', 'a=1 b=2 c=1'], true, { notRendered: [2] }],
  ['the older one is not rendered', ['a=1 b=1', 'a=2 b=2', 'a=2 b=2 c=1', 'a=1 b=2 c=1'], true, { notRendered: [0] }],
  ['an image of its own is no matter where the template is told', [...SINCE, 'tag=v1 level=v3'], true, { images: ['app:v3'] }],
])('fields, where the template is told: %s', async ([, states, is, options]) => {
  expect(await isBack(states, { ...options, rendered: true })).toBe(is)
})

it.for<Row>([
  ['a line in the place of another, and it does more', ['tag=v1', 'tag=v2', 'tag=v2 c=1', 'tag=v1 c=2'], true],
  ['that a line was not there, and it does more', ['a=1', 'a=1 b=1', 'a=1 b=1 c=1', 'a=2 c=1'], false],
  ['a line that had gone, and it does more', ['a=1 b=1', 'a=1', 'a=1 c=1', 'a=2 b=1 c=1'], false],
  [
    'no line but of how many pods there are, whatever is rendered',
    ['replicas=1', 'replicas=2', 'replicas=2 a=1', 'replicas=3 a=1'],
    false,
    { rendered: true, templates: ['tag=v1', 'tag=v1', 'tag=v2', 'tag=v1'] },
  ],
])('lines of a template: %s', async ([, states, is, options]) => {
  expect(
    await isBack(
      states.map((state) => `${state} x={{y}}`),
      options,
    ),
  ).toBe(is)
})

/** A file that is a whole for itself. */
const WHOLE = ['tag=v1 1', 'tag=v2 1', 'tag=v2 2']

it.for<Row>([
  ['that brings the template back', [...WHOLE, 'tag=v1 2'], true, { rendered: true }],
  ['that brings the template of one which has failed', [...WHOLE, 'tag=v1 2'], false, { rendered: true, failed: [0] }],
  [
    'that brings the template of one which has failed, after another',
    ['tag=v0 1', ...WHOLE.slice(0, 2), 'tag=v2 2', 'tag=v1 2'],
    false,
    { rendered: true, failed: [1] },
  ],
  [
    'that brings the template of one which has failed, after one that is not told',
    ['tag=v0 1', ...WHOLE, 'tag=v1 2'],
    false,
    { rendered: true, failed: [1], notRendered: [0] },
  ],
  [
    'that brings the template back beside fields',
    [...WHOLE, 'tag=v1 2'],
    true,
    { rendered: true, other: ['a: 1', 'a: 1', 'a: 1', 'a: 2'] },
  ],
  ['whose template is not told', [...WHOLE, 'tag=v1 2'], false, { rendered: true, notRendered: [3] }],
  ['that leaves the template alone', [...WHOLE, 'tag=v2 3'], false, { rendered: true }],
  ['of which nothing is rendered', [...WHOLE, 'tag=v1 2'], false, {}],
])('a file without fields, changed otherwise than back: one %s', async ([, states, is, options]) => {
  expect(await isBack(states, { ...options, path: 'web.txt' })).toBe(is)
})

const TWO = ['a=1 b=0', 'a=1 b=1', 'a=2 b=2', 'a=2 b=2 c=1', 'a=1 b=1 c=1']
const TWICE = ['a=1', 'a=3', 'a=1', 'a=2', 'a=2 b=1', 'a=1 b=1']
const IN_A_ROW = ['a=1', 'a=1 b=1', 'a=2 b=1', 'a=2 b=2', 'a=1 b=2']

it.for<Row>([
  ['the first of a row that has it', IN_A_ROW, false, { failed: [0] }],
  ['another one of that row', IN_A_ROW, true, { failed: [1] }],
  ['the one that came in between', IN_A_ROW, true, { failed: [2] }],
  ['the first that has both of them', TWO, false, { failed: [1] }],
  ['the first that has one of them', TWO, true, { failed: [0] }],
  ['the later one of two', TWICE, true, { failed: [2] }],
  ['the earlier one of two', TWICE, true, { failed: [0] }],
  ['both', TWICE, false, { failed: [0, 2] }],
])('fields that are back were made by who wrote them: where that is %s, and has failed', async ([, states, is, options]) => {
  expect(await isBack(states, options)).toBe(is)
})

/** `a` is back, and the tag is a new one. */
const NEW_TAG = ['a=1 tag=v1', 'a=2 tag=v1', 'a=2 tag=v2', 'a=1 tag=v3']
const had = (fields: Partial<Release>): Partial<Options> => ({
  images: ['app:v3'],
  others: [aRelease({ key: 'other', podTemplateHash: 'other', images: ['app:v3'], ...fields })],
})

it.for<Row>([
  ['of another release', NEW_TAG, true, { images: ['app:v4'] }],
  ['of this release', NEW_TAG, false, { images: ['app:v3'] }],
  [
    'of this release, and a field is gone',
    ['x=1 a=1 tag=v1', 'x=1 a=2 tag=v1', 'x=1 a=2 tag=v2', 'a=1 tag=v3'],
    false,
    { images: ['app:v3'] },
  ],
  ['one of several of this release', NEW_TAG, false, { images: ['db:9', 'app:v3'] }],
  ['of this release, and of an earlier one', NEW_TAG, true, had({})],
  ['of this release, and of itself as it is kept', NEW_TAG, false, had({ key: KEY })],
  ['of this release, and of a try of it', NEW_TAG, false, had({ podTemplateHash: 'abc' })],
  ['of this release, which has served before', NEW_TAG, true, had({ podTemplateHash: 'abc', outcome: 'promoted' })],
  ['of this release, named before the commit', ['a=1 t=v1', 'a=2 t=v1', 'a=2 t=v1 n=v3', 'a=1 t=v3 n=v3'], true, { images: ['app:v3'] }],
  ['of this release, named at an older state', ['a=1 t=v1 n=v3', 'a=2 t=v1 n=v3', 'a=2 t=v2', 'a=1 t=v3'], true, { images: ['app:v3'] }],
])('where files have to do, it is none where it brings an image %s', async ([, states, is, options]) => {
  expect(await isBack(states, options)).toBe(is)
})
