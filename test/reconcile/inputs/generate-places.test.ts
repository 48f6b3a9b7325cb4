import { describe, expect, it } from 'vitest'
import { normaliseRepoURL } from '../../../src/domain/application/repo-url.ts'
import type { TreeFile } from '../../../src/ports/git.ts'
import { readGeneratePaths, unmatchedEntry } from '../../../src/reconcile/inputs/generate-paths.ts'
import type { Look } from '../../../src/reconcile/inputs/look.ts'
import { REPO, type ApplicationOptions } from '../../simulation/application.ts'
import { stagedApplication } from '../an-application.ts'
import { aLook, many, SUBMODULE } from './a-repository.ts'
import { link, one, type Files } from './inputs-of.ts'

const NAME = normaliseRepoURL(REPO)
const ANNOTATION = 'argocd.argoproj.io/manifest-generate-paths'
const FILES: Files = { 'apps/web/a.yaml': 'x', 'apps/web/deep/b.yaml': 'x', 'shared/c.yaml': 'x', 'shared/d.json': 'x' }

/** What `manifest-generate-paths` of an Application at `apps/web` stands for; a pattern has `glob ` before it. */
async function standsFor(entries: string, { files = FILES, options = one() }: { files?: Files; options?: ApplicationOptions } = {}) {
  return askedOf(aLook(files).look, entries, options)
}

async function askedOf(look: Look, entries: string, options: ApplicationOptions = one()) {
  const application = stagedApplication({ ...options, annotations: { [ANNOTATION]: entries } })
  const found = await readGeneratePaths(look, application, NAME)
  return found && { ...found, paths: found.paths.map(({ path, glob }) => (glob ? `glob ${path}` : path)) }
}

const NOT_COVERED = 'manifest-generate-paths, which does not cover apps/web'

it.each<[string, string, object | undefined]>([
  ['nothing', '', undefined],
  ['a folder', '.', { paths: ['apps/web', 'apps/web'] }],
  ['a file beside it', '.;/shared/c.yaml', { paths: ['apps/web', 'apps/web', 'shared/c.yaml', 'shared/c.yaml'] }],
  ['what is not there', '.;/gone', { paths: ['apps/web', 'apps/web', 'gone'], unmatched: ['/gone'] }],
  [
    'nothing outside of the repository',
    '.;../../../..',
    { paths: ['apps/web', 'apps/web'], faults: ['the path ../../../.. of manifest-generate-paths, which leaves the repository'] },
  ],
  ['a pattern', '.;/shared/*.yaml', { paths: ['apps/web', 'apps/web', 'glob shared/*.yaml', 'glob shared/*.yaml'] }],
  ['a pattern of folders', '.;/*/c.yaml', { paths: ['apps/web', 'apps/web', 'glob */c.yaml', 'glob */c.yaml'] }],
  ['a pattern in no folder', '.;/gone/*', { paths: ['apps/web', 'apps/web', 'glob gone/*'], unmatched: ['/gone/*'] }],
  ['a pattern of its files', '/apps/web/**', { paths: ['glob apps/web/**', 'glob apps/web/**'] }],
  ['a pattern of some', '/apps/web/*.yaml', { paths: ['glob apps/web/*.yaml', 'glob apps/web/*.yaml'], faults: [NOT_COVERED] }],
  ['a pattern of its name alone', '/apps/*', { paths: ['glob apps/*'], unmatched: ['/apps/*'], faults: [NOT_COVERED] }],
])('manifest-generate-paths stands for %s', async (_, entries, expected) => {
  expect(await standsFor(entries)).toEqual(expected && { unmatched: [], faults: [], ...expected })
})

it('of a link, what it leads to is one, too', async () => {
  const files = { 'apps/web': link('../real'), 'real/a.yaml': 'x' }
  expect(await standsFor('.', { files })).toEqual({ paths: ['apps/web', 'real'], unmatched: [], faults: [] })
})

it('what lies in a submodule is covered where it is named, and by no pattern', async () => {
  const files = { apps: SUBMODULE, 'shared/a.yaml': 'x' }
  expect(await standsFor('.', { files })).toEqual({ paths: ['apps/web'], unmatched: ['.'], faults: [] })
  expect(await standsFor('/apps/**', { files })).toEqual({ paths: ['glob apps/**'], unmatched: ['/apps/**'], faults: [NOT_COVERED] })
})

it('a folder that is not there is covered by whatever there is', async () => {
  expect(await standsFor('/shared', { options: one({ path: 'gone' }) })).toEqual({ paths: ['shared', 'shared'], unmatched: [], faults: [] })
})

it('a folder that leaves the repository is not covered', async () => {
  const { faults } = (await standsFor('/', { options: one({ path: '../web' }) })) ?? {}
  expect(faults).toEqual(['manifest-generate-paths, which does not cover ../web'])
})

it('only the folders of this repository have to be covered', async () => {
  const sources = [
    { repoURL: REPO, targetRevision: 'main', path: 'apps/web' },
    { repoURL: 'https://git.example/shop/other.git', targetRevision: 'main', path: 'shared' },
    { repoURL: REPO, targetRevision: 'main', ref: 'values' },
  ]
  expect((await standsFor('/apps/web', { options: { sources, multi: true } }))?.faults).toEqual([])
})

it('4,096 characters and 500 paths are read; a longer one is not', async () => {
  expect((await standsFor(`.${';'.repeat(4_095)}`))?.faults).toEqual([])
  expect((await standsFor(`.${';'.repeat(4_096)}`))?.faults).toEqual(['manifest-generate-paths, which has more than 4096 characters'])
  expect((await standsFor('.;'.repeat(500)))?.faults).toEqual([])
  expect((await standsFor('.;'.repeat(501)))?.faults).toEqual(['manifest-generate-paths, which names more than 500 paths'])
})

it.each([
  ['x'.repeat(100), 'x'.repeat(100)],
  ['x'.repeat(101), `${'x'.repeat(99)}…`],
])('of %s it is said that it names nothing, by its beginning', (entry, said) => {
  expect(unmatchedEntry(entry)).toBe(`the path ${said} of manifest-generate-paths, which names nothing in the repository`)
})

/** A folder of so many files, whose names have so many characters together. */
function folderOf(count: number, characters: number, ends = '') {
  const each = characters / count
  const name = (index: number): string =>
    `apps/web/${index}`.padEnd(each - (index === 0 ? ends.length : 0), 'x') + (index === 0 ? ends : '')
  const files = many(count, name).map((path): TreeFile => ({ path, kind: 'file', oid: '' }))
  const look = { locate: async (path: string) => ({ kind: 'folder', path }), list: async () => files } as unknown as Look
  return look
}

describe('strangers write patterns and names:', () => {
  // It begins as a class does, which matches whatever begins as it does.
  const pattern = (length: number): string => `apps/web/[${'a'.repeat(length - 11)}]`

  it.each<[number, object]>([
    [100, { unmatched: [], faults: [] }],
    [101, { unmatched: [], faults: [NOT_COVERED] }],
    [200, { unmatched: [], faults: [NOT_COVERED] }],
    [201, { unmatched: [`/${pattern(201)}`], faults: [NOT_COVERED] }],
  ])('of 10,000 characters of names, a pattern of %j is held against them up to 2,000,000 steps', async (length, expected) => {
    expect(await askedOf(folderOf(100, 10_000), `/${pattern(length)}`)).toMatchObject(expected)
  })

  it('paths that are no patterns cost nothing', async () => {
    expect((await askedOf(folderOf(100, 10_000), `/${pattern(100)};/${'x'.repeat(300)}`))?.faults).toEqual([])
  })

  it('4,999 files of a folder may be covered; of more, it is not known', async () => {
    expect((await askedOf(folderOf(4_999, 4_999 * 13), '/apps/web/**'))?.faults).toEqual([])
    expect((await askedOf(folderOf(5_000, 5_000 * 13), '/apps/web/**'))?.faults).toEqual([NOT_COVERED])
  })

  it('where one file of many is not covered, the folder is not', async () => {
    expect((await askedOf(folderOf(10, 200, '.json'), '/apps/web/*.json'))?.faults).toEqual([NOT_COVERED])
  })

  it('a folder that Git is not asked for any more is not covered by a pattern', async () => {
    const look = { ...folderOf(1, 20), list: async () => undefined } as unknown as Look
    expect(await askedOf(look, '/apps/web/**')).toMatchObject({ unmatched: ['/apps/web/**'], faults: [NOT_COVERED] })
  })
})
