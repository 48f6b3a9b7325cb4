import { expect, it } from 'vitest'
import { reduce } from '../../../../src/reconcile/git-facts/commit/app-commit.ts'
import { haveOtherImages, insistKnown, mayBeBad, mayBeGood, toldLater } from '../../../../src/reconcile/git-facts/syncs/by-files.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { FILE } from '../a-history.ts'
import { aQuestion, at, running, web } from '../a-question.ts'
import { N, orRefusal, type Asking } from './telling.ts'

const SECOND = 1 / 60
const COMMITS = { n: web('v1'), other: web('v3'), next: web('v2'), again: web('v2', { more: 'a: 1\n' }) }

/** The sync that is told to have begun N+1 by its age, with what is remembered of N. */
async function told({ several = false, ...story }: Asking): Promise<unknown> {
  const { question, named } = aQuestion({
    commits: COMMITS,
    synced: [N, ['next', 49]],
    ...story,
    release: (of) => ({ goodApplied: of.applied('n'), ...story.release?.(of) }),
  })
  return orRefusal(toldLater(question, several ? undefined : question), (found) =>
    named(found && [found.applied.revisions[0], found.goodApplied?.revisions[0] ?? null]),
  )
}

const line = (...syncs: readonly (readonly [string, number])[]): Asking => ({ synced: syncs })
const began = (name: string, key = 'o'): Asking => ({ others: ({ applied }) => [aRelease({ key, applied: applied(name) })] })

it.each<[string, Asking, unknown]>([
  ['the last that began before it was made', {}, ['next', 'n']],
  ['the last of several', line(['n', 10], ['other', 48], ['next', 49]), ['next', 'n']],
  ['not one that began later', line(['n', 10], ['next', 49], ['again', 51]), ['next', 'n']],
  ['the one that began as it was made', line(['n', 10], ['next', 50]), ['next', 'n']],
  ['one that runs', { synced: [N], application: ({ sha }) => ({ operation: running(sha('next'), at(49)) }) }, ['next', 'n']],
  [
    'none that runs since nobody knows when',
    { ...began('n'), synced: [N], application: ({ sha }) => ({ operation: running(sha('next')) }) },
    undefined,
  ],
  ['none that ended long before it was made', line(['n', 10], ['next', 43]), undefined],
  ['none, where all began later', line(['next', 51]), undefined],
  ['none that brought N', line(['n', 49]), undefined],
  ['none that began another release', began('next'), undefined],
  ['one that began this very release', began('next', 'r'), ['next', 'n']],
  [
    'one, while others began with something else',
    { others: ({ applied }) => [aRelease({ key: 'o', applied: null }), aRelease({ key: 'p', applied: applied('other') })] },
    ['next', 'n'],
  ],
  [
    'one that is newer than what is known',
    { ...line(['n', 10], ['other', 48], ['next', 49]), release: ({ applied }) => ({ applied: applied('other') }) },
    ['next', 'n'],
  ],
  ['none, where it is known', { release: ({ applied }) => ({ applied: applied('next') }) }, undefined],
  [
    'none, where a newer one is known',
    { ...line(['n', 10], ['next', 49], ['again', 51]), release: ({ applied }) => ({ applied: applied('again') }) },
    undefined,
  ],
  ['none, where what is known is in no history', { release: ({ applied }) => ({ applied: applied('other') }) }, undefined],
  ['none, where the commits are known', { release: ({ sha }) => ({ goodRevision: sha('n') }) }, undefined],
  ['none, where it began anew', { release: () => ({ byTemplate: false }) }, undefined],
  ['none, where it is not in view', { failing: null }, undefined],
  ['none, where it had run before', { failing: { formerRevisions: [0] } }, undefined],
  ['none, where several repositories are read and it had run before', { several: true, failing: { formerRevisions: [0] } }, undefined],
])('the sync that began N+1 is, by its age, %s', async (_, story, expected) => {
  expect(await told(story)).toEqual(expected)
})

it('what had run before began as it did then', async () => {
  const others: Asking['others'] = ({ applied }) => [aRelease({ key: 'b', applied: applied('next'), goodApplied: applied('n') })]
  expect(await told({ failing: { formerRevisions: [0] }, others })).toEqual(['next', 'n'])
})

const TIE = ['P4', 'two syncs began about when N+1 appeared, in whole seconds: which of them made it is not known.']
const tie = (older: string, newer: string): Asking => line(['n', 10], [older, 50 - SECOND], [newer, 50])

it.each<[string, Asking, unknown]>([
  ['the earlier names it', tie('next', 'again'), ['next', 'n']],
  ['the later alone names it', tie('other', 'next'), ['next', 'n']],
  ['neither names it', { ...tie('other', 'next'), release: () => ({ images: ['web:v7'] }) }, TIE],
  [
    'both name N as well',
    {
      ...tie('next', 'again'),
      commits: { n: web('v1'), next: web('v2', { more: 'b: v1\n' }), again: web('v2', { more: 'b: v1\na: 1\n' }) },
    },
    TIE,
  ],
  ['its images are those of N', { ...tie('next', 'again'), release: () => ({ images: ['web:v1'] }) }, TIE],
  [
    'it has only lost an image',
    { ...tie('next', 'again'), release: () => ({ images: ['web:v1'], stableImages: ['web:v1', 'job:j1'] }) },
    TIE,
  ],
  [
    'the earlier names one image of N as well',
    {
      ...tie('other', 'next'),
      commits: { ...COMMITS, other: 'a: v2\nb: j2\nc: j0\n', next: 'a: v2\nb: j2\n' },
      release: () => ({ images: ['web:v2', 'job:j2'], stableImages: ['web:v0', 'job:j0'] }),
    },
    ['next', 'n'],
  ],
  ['one of the two is gone', tie('gone', 'next'), TIE],
  ['several repositories are read', { ...tie('next', 'again'), several: true }, TIE],
  [
    'it has two images, and the earlier names one of them',
    {
      ...tie('other', 'next'),
      commits: { ...COMMITS, other: 'image: web:v2\nside: job:j1\n', next: 'image: web:v2\nside: job:j2\n' },
      release: () => ({ images: ['web:v2', 'job:j2'], stableImages: ['web:v0', 'job:j0'] }),
    },
    ['next', 'n'],
  ],
  ['the earlier is N’s own', line(['n', 50 - SECOND], ['next', 50]), ['next', 'n']],
  [
    'that is known already',
    { ...tie('other', 'next'), release: ({ applied }) => ({ applied: applied('next'), images: ['web:v7'] }) },
    undefined,
  ],
])('of two syncs that began within one second files tell, where %s', async (_, story, expected) => {
  expect(await told(story)).toEqual(expected)
})

/** Whether files say that the commit `it` may have made N, and that it may have made N+1, between `n` and `next`. */
async function may(text: string, { commits = {}, release = {} }: { commits?: Asking['commits']; release?: object } = {}): Promise<unknown> {
  const all = { n: web('v1'), it: text, next: web('v2'), ...commits }
  const { question, applied } = aQuestion({ commits: all, synced: [], release: () => release })
  const [good, it_, bad] = [
    await reduce(question, applied('n')),
    await reduce(question, applied('it')),
    await reduce(question, applied('next')),
  ]
  if (!good || !it_ || !bad) throw new Error('no commit')
  return [await mayBeGood(question, it_, bad), await mayBeBad(question, it_, good)]
}

const TWO = { images: ['web:v2', 'job:j2'], stableImages: ['web:v1', 'job:j1'] }

it.each<[string, string, object, unknown]>([
  ['names N', web('v1', { more: 'a: 1\n' }), {}, [true, false]],
  ['names N+1', web('v2', { more: 'a: 1\n' }), {}, [false, true]],
  ['names both', web('v1', { more: 'a: v2\n' }), {}, [false, false]],
  ['names neither', web('v3'), {}, [false, false]],
  ['names both images of N', 'a: web:v1\nb: job:j1\n', TWO, [true, false]],
  ['names one image of each', 'a: web:v1\nb: job:j2\n', TWO, [false, false]],
  ['names one image of N', 'a: web:v1\nb: job:j3\n', TWO, [false, false]],
  ['names both images of N, and one of N+1', 'a: web:v1\nb: job:j1\nc: j2\n', TWO, [false, false]],
  ['names both images of N+1, and one of N', 'a: web:v2\nb: job:j2\nc: j1\n', TWO, [false, false]],
  ['names both images of N+1', 'a: web:v2\nb: job:j2\n', TWO, [false, true]],
  ['names one image of N+1', 'a: web:v2\nb: job:j3\n', TWO, [false, false]],
  ['is of versions with the same images', web('v3'), { images: ['web:v1'] }, [true, false]],
])('a commit that %s may have made the one or the other', async (_, ...[text, release, expected]) => {
  expect(await may(text, { release })).toEqual(expected)
})

it('one of several files is enough to name an image', async () => {
  const both = (text: string, more: string) => ({ files: { [FILE]: text, 'apps/web/more.yaml': more } })
  expect(await may('', { commits: { it: both(web('v1', { more: 'a: 1\n' }), 'x: 0\n'), next: both(web('v2'), 'x: 1\n') } })).toEqual([
    true,
    false,
  ])
})

it('where nothing has changed, or too much, files say nothing against N, and nothing for N+1', async () => {
  const { question, applied } = aQuestion({ commits: COMMITS, synced: [] })
  const next = await reduce(question, applied('next'))
  if (!next) throw new Error('no commit')
  expect([await mayBeGood(question, next, next), await mayBeBad(question, next, next)]).toEqual([true, false])
  const many = (count: number, text: string) =>
    Object.fromEntries(Array.from({ length: count }, (__, index) => [`apps/web/${index}.yaml`, text]))
  const ends = async (count: number): Promise<unknown> => {
    const asked = aQuestion({ commits: { n: web('v1'), next: { files: many(count, 'image: web:v2\n') } }, synced: [] })
    const [good, bad] = [await reduce(asked.question, asked.applied('n')), await reduce(asked.question, asked.applied('next'))]
    if (!good || !bad) throw new Error('no commit')
    return [await mayBeGood(asked.question, good, bad), await mayBeBad(asked.question, bad, good)]
  }
  expect([await ends(200), await ends(201)]).toEqual([
    [false, true],
    [true, false],
  ])
})

it('two versions have other images where one of them names one that the other does not', () => {
  const have = (images: readonly string[], stableImages: readonly string[]): boolean =>
    haveOtherImages(aRelease({ key: 'r', images, stableImages }))
  expect([have(['a:1'], ['a:2']), have(['a:1'], ['a:1']), have(['a:1', 'b:1'], ['a:1']), have([], [])]).toEqual([true, false, true, false])
})

it.each<[readonly string[], string | undefined]>([
  [[], undefined],
  [['one file'], 'not known is what the Application reads besides: one file. Nobody renders it, so nothing else can prove it.'],
  [['a', 'b', 'c'], 'not known is what the Application reads besides: a, and 2 more. Nobody renders it, so nothing else can prove it.'],
])('what the Application reads besides has to be known: %s', async (unknown, expected) => {
  const asked = (async () => insistKnown({ unknown }))()
  expect(await orRefusal(asked, () => undefined)).toEqual(expected === undefined ? undefined : ['P10', expected])
})
