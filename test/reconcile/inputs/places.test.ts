import { expect, it } from 'vitest'
import type { EntryKind, GitRepository } from '../../../src/ports/git.ts'
import { createPlaces, isPath } from '../../../src/reconcile/inputs/places.ts'
import { aLook, aRepository, many, SUBMODULE } from './a-repository.ts'
import { link } from './inputs-of.ts'

const FILES = {
  'a.yaml': 'x',
  'apps/web/a.yaml': 'x',
  'apps/sub': SUBMODULE,
  'apps/to-file': link('web/a.yaml'),
  'apps/to-folder': link('web'),
  'apps/to-root': link('..'),
  'apps/to-nothing': link('gone/x'),
  'apps/out': link('../../x'),
  'apps/absolute': link('/etc/x'),
  'apps/long': link('x'.repeat(5_000)),
  top: link('apps'),
}

it.each<[string, object, object?]>([
  ['', { kind: 'folder', path: '' }],
  ['a.yaml', { kind: 'file', path: 'a.yaml' }],
  ['apps/web', { kind: 'folder', path: 'apps/web' }],
  ['apps/gone/x', { kind: 'absent', path: 'apps/gone/x' }],
  ['a.yaml/x', { kind: 'absent', path: 'a.yaml/x' }],
  ['apps/to-file', { kind: 'file', path: 'apps/web/a.yaml' }, { named: ['apps/to-file'] }],
  ['apps/to-folder/a.yaml', { kind: 'file', path: 'apps/web/a.yaml' }, { named: ['apps/to-folder'] }],
  ['top/to-root/a.yaml', { kind: 'file', path: 'a.yaml' }, { named: ['top', 'apps/to-root'] }],
  ['apps/to-nothing', { kind: 'absent', path: 'apps/gone/x' }, { named: ['apps/to-nothing'] }],
  ['apps/sub/x', { kind: 'unknown', path: 'apps/sub/x' }, { unknown: ['the submodule apps/sub'] }],
  [
    'apps/out',
    { kind: 'unknown', path: 'apps/out' },
    { named: ['apps/out'], unknown: ['the symbolic link apps/out, which leaves the repository'] },
  ],
  [
    'apps/absolute',
    { kind: 'unknown', path: 'apps/absolute' },
    { named: ['apps/absolute'], unknown: ['the symbolic link apps/absolute, which leaves the repository'] },
  ],
  ['apps/long', { kind: 'unknown', path: 'apps/long' }, { named: ['apps/long'], unknown: ['the symbolic link apps/long'] }],
  ['apps/../a.yaml', { kind: 'unknown', path: 'apps/../a.yaml' }, { unknown: ['the path apps/../a.yaml'] }],
])('what lies at a path is told after all links: at %j, %j', async (path, place, found = {}) => {
  const { look, told } = aLook(FILES)
  expect(await look.locate(path)).toEqual(place)
  expect(told()).toEqual(found)
})

it('of one look, 20 links are followed; the next is not known', async () => {
  const chain = many(21, (index) => `l${index}`).map((name, index) => [name, link(index === 20 ? 'a.yaml' : `l${index + 1}`)])
  const files = { ...Object.fromEntries(chain), 'a.yaml': 'x' }
  expect(await aLook(files).look.locate('l1')).toEqual({ kind: 'file', path: 'a.yaml' })
  const { look, told } = aLook(files)
  expect(await look.locate('l0')).toMatchObject({ kind: 'unknown' })
  expect(told().unknown).toEqual(['the symbolic link l20'])
})

it.each<[string, boolean]>([
  ['', true],
  ['a/b.yaml', true],
  ['..a/b..', true],
  ['x'.repeat(1_000), true],
  ['x'.repeat(1_001), false],
  ['a//b', false],
  ['/a', false],
  ['a/', false],
  ['a/./b', false],
  ['a/../b', false],
  ['a\0b', false],
  ['a\uD800', false],
])('Git is asked for %j: %s', (path, expected) => {
  expect(isPath(path)).toBe(expected)
})

/** Places of a repository in memory, with how often Git was asked, and for what; no more folders than so many are looked into. */
function placesWithin(most: number) {
  const { repository, revision } = aRepository(FILES)
  const [asked, folders]: [string[][], Set<string>] = [[], new Set()]
  const counting: GitRepository = {
    ...repository,
    async kindsAt(at, paths) {
      asked.push([...paths])
      return repository.kindsAt(at, paths)
    },
  }
  const mayLookInto = (folder: string): boolean => folders.add(folder).size <= most
  const account = { named: () => undefined, unknown: () => undefined }
  return { places: createPlaces({ repository: counting, revision, mayLookInto }, account), asked }
}

it('Git is asked once for each path, and not for the root', async () => {
  const { places, asked } = placesWithin(10)
  const found = [
    { path: 'apps/web', kind: 'folder' },
    { path: 'a.yaml', kind: 'file' },
    { path: '', kind: 'folder' },
  ] satisfies readonly { path: string; kind: EntryKind }[]
  for (const _time of [1, 2]) expect(await places.entries(['apps/web', 'gone', 'a.yaml', ''])).toEqual(found)
  await places.entries(['apps/web', 'apps/sub'])
  expect(asked).toEqual([['apps/web', 'gone', 'a.yaml'], ['apps/sub']])
})

it('whatever lies in one folder is one folder to look into; of more than there may be, nothing is asked', async () => {
  const { places, asked } = placesWithin(2)
  expect(await places.entries(['a.yaml', 'top', 'apps/sub', 'apps/web'])).toHaveLength(4)
  expect(await places.entries(['a.yaml', 'apps/web/a.yaml'])).toEqual([])
  expect(asked).toHaveLength(1)
})
