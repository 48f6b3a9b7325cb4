import { expect, it } from 'vitest'
import { insistByFiles } from '../../../../src/reconcile/git-facts/syncs/by-files.ts'
import { FILE } from '../a-history.ts'
import { aQuestion, at, running, web, type Story } from '../a-question.ts'
import { orRefusal } from './telling.ts'

interface Asking extends Partial<Story> {
  /** What stands in the file at N's commit, and at N+1's. */
  readonly good?: string
  readonly bad?: string
  /** What stands in another one. */
  readonly more?: readonly [good: string, bad: string]
  readonly paths?: readonly string[]
}

const MORE = 'apps/web/more.yaml'

/** What speaks against putting the files back as they were at N's commit; nothing where nothing does. */
async function against({ good = web('v1'), bad = web('v2'), more = ['', ''], paths = [FILE, MORE], ...story }: Asking): Promise<unknown> {
  const { question, sha } = aQuestion({
    commits: { n: { files: { [FILE]: good, [MORE]: more[0] } }, next: { files: { [FILE]: bad, [MORE]: more[1] } } },
    synced: [
      ['n', 10],
      ['next', 50],
    ],
    ...story,
  })
  const commit = (name: string) => question.repository.commit(sha(name))
  const inputs = [{ path: 'apps/web', glob: false }]
  return orRefusal(insistByFiles(question, { good: await commit('n'), revision: await commit('next'), paths, inputs }), () => undefined)
}

const DRIFTED: Story['application'] = ({ sha }) => ({ driftedRollouts: ['shop/web'], comparedRevisions: [sha('next')] })
const BY_HAND = ['P4', 'Argo CD says that the Rollout is not as Git asks: somebody has changed it by hand.']
const NOT_COMPARED = ['P4', 'Argo CD has not compared the Rollout with Git since N+1 appeared, so a change by hand would not show yet.']

it.each<[string, Asking, unknown]>([
  ['nothing', {}, undefined],
  ['that Argo CD finds it changed by hand', { application: DRIFTED }, BY_HAND],
  ['nothing, where what was undone runs by hand', { application: DRIFTED, release: () => ({ cause: 'undone' }) }, undefined],
  [
    'nothing, where a newer commit was compared',
    { application: { driftedRollouts: ['shop/web'], comparedRevisions: ['newer'] } },
    undefined,
  ],
  ['that Argo CD has not compared it since', { application: { comparedAt: at(50) - 1 } }, NOT_COMPARED],
  ['nothing, where it was compared as N+1 appeared', { application: { comparedAt: at(50) } }, undefined],
  ['nothing, where nobody knows when N+1 appeared', { application: { comparedAt: at(1) }, failing: null }, undefined],
])('against a revert that files alone prove speaks %s', async (_, story, expected) => {
  expect(await against(story)).toEqual(expected)
})

it('against a revert that files alone prove speaks a sync of N+1 that has ended without applying the Rollout', async () => {
  const application: Story['application'] = ({ sha }) => ({ operation: { ...running(sha('next'), at(50)), phase: 'Failed' } })
  const release: Story['release'] = ({ applied }) => ({ applied: applied('next') })
  expect(await against({ synced: [['n', 10]], application, release })).toEqual([
    'P4',
    expect.stringContaining('without applying the Rollout'),
  ])
})

const LEVELS = { n: web('v1', { level: 1 }), next: web('v2', { level: 5 }) }
const ANOTHER = ['P6', 'where a value of N+1 stands, what would be restored has one that the version before does not run.']

it.each<[string, Asking, unknown]>([
  ['N', { good: LEVELS.n }, undefined],
  ['neither version', { good: web('v1', { level: 3 }) }, ANOTHER],
])('where a value of N+1 stands, what would be restored has that of %s', async (_, story, expected) => {
  expect(await against({ ...LEVELS, bad: LEVELS.next, ...story })).toEqual(expected)
})

/** Nobody may read what runs. */
const BLIND: Asking = { failing: null }
const TWO: Asking = { ...BLIND, release: () => ({ images: ['web:v2', 'job:j2'], stableImages: ['web:v1', 'job:j1'] }) }

it.each<[string, Asking, unknown]>([
  ['both', {}, undefined],
  ['not N+1', { bad: web('v3') }, ['P4', 'no file that would be restored names what N+1 runs (v2).']],
  ['not N', { good: web('v3') }, ['P6', 'no file that would be restored names what the version before runs (v1).']],
  ['N+1 still, in another', { more: ['a: v2\n', 'a: v2\n'] }, ['P10', 'what would be restored still names what N+1 runs (v2).']],
  ['neither, where the two have the same images', { good: '', bad: '', release: () => ({ images: ['web:v1'] }) }, undefined],
  [
    'neither, where what N+1 runs went',
    { more: ['a: v9\n', 'a: v2\n'] },
    ['P6', 'what would be restored names neither version where N+1 is named (v2).'],
  ],
  ['N, in another tool of two', { more: ['a: v9\n', 'b: v2\n'] }, undefined],
  [
    'one of two images elsewhere',
    { ...TWO, good: 'image: web:v1\n', bad: 'image: web:v2\n', more: ['job: j9\nold: j1\n', 'job: j2\nold: j1\n'] },
    ['P6', 'what would be restored names neither version where N+1 is named (j2).'],
  ],
  ['two images', { ...TWO, good: 'image: web:v1\n', bad: 'image: web:v2\n', more: ['job: j1\n', 'job: j2\n'] }, undefined],
])('the files that would be restored have to name the images of both versions: %s', async (_, story, expected) => {
  expect(await against({ ...BLIND, ...story })).toEqual(expected)
})

const TAGS = ['P6', 'what would be restored names web:v1 with another tag than the version before runs.']
const BASE = { good: 'image: web:v9\ntag: v1\n', bad: 'image: web:v9\ntag: v2\n' }

it.each<[string, Asking, unknown]>([
  ['is refused', { ...BASE, ...BLIND }, TAGS],
  ['is proven where all that differs came about there', BASE, undefined],
  ['is refused where something came about elsewhere', { ...BASE, n: web('v1', { level: 7 }) }, TAGS],
  [
    'is refused of what N+1 runs as well, and is no mark',
    {
      ...BASE,
      ...BLIND,
      release: () => ({ images: ['web:v2', 'job:j1'], stableImages: ['job:j1', 'web:v1'] }),
      more: ['job: job:j9\n', 'job: job:j9\n'],
    },
    TAGS,
  ],
])('an image that is named in full with another tag %s', async (_, story, expected) => {
  expect(await against(story)).toEqual(expected)
})

it('an image in full that neither version runs says nothing', async () => {
  const other = (good: string, bad: string): Asking => ({ ...BLIND, more: [`image: ${good}\n`, `image: ${bad}\n`] })
  expect(await against(other('shop/worker:v9', 'shop/worker:v2'))).toBeUndefined()
  const own: Asking = { release: () => ({ images: ['shop/web:v2'], stableImages: ['shop/web:v1'] }) }
  const refused = ['P6', 'what would be restored names neither version where N+1 is named (v2).']
  for (const name of ['shop/web', '""shop/web', 'worker'])
    expect(await against({ ...other(`${name}:v9`, `${name}:v2`), ...own })).toEqual(refused)
  expect(await against({ ...other('releases/v9', 'releases/v2'), ...own })).toEqual(refused)
  expect(await against({ ...other('/web:v9', '/web:v2'), ...own })).toBeUndefined()
  const two: Asking = { release: () => ({ images: ['shop/web:v2', 'shop/job:j1'], stableImages: ['shop/web:v1', 'shop/job:j1'] }) }
  expect(await against({ ...other('shop/web:v9', 'shop/web:v2'), ...two })).toEqual(refused)
  expect(await against({ ...BLIND, more: ['"\n', '"\n'] })).toBeUndefined()
})

it('no more files are proven than a person changes, and no more text', async () => {
  const paths = (count: number): readonly string[] => [FILE, ...Array.from({ length: count - 1 }, (_, index) => `apps/web/${index}.yaml`)]
  expect(await against({ ...BLIND, paths: paths(200) })).toBeUndefined()
  expect(await against({ ...BLIND, paths: paths(201) })).toEqual([
    'P10',
    '201 files would be restored: more than can be proven without rendering.',
  ])
  const alike: Asking = { release: () => ({ images: ['web:v1'] }) }
  expect(await against({ ...BLIND, ...alike, paths: paths(201) })).toBeUndefined()
})
