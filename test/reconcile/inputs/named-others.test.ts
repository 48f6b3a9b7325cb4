import { expect, it } from 'vitest'
import type { NamedFile, UsedFiles } from '../../../src/reconcile/inputs/chart-files.ts'
import { followed, readOthers, top, type ChartFile } from '../../../src/reconcile/inputs/other-files.ts'
import { aLook, many, SUBMODULE, type Told } from './a-repository.ts'
import { link, type Files } from './inputs-of.ts'

const AT = 'apps/web'
const LINKS: Files = {
  'apps/web/loop': link('.'),
  'apps/web/to-file': link('../../shared/deep/x.ini'),
  'apps/web/to-folder': link('../../shared'),
  'apps/web/to-root': link('../..'),
  'apps/web/gone': link('nowhere'),
  'apps/web/sub': SUBMODULE,
  'shared/deep/x.ini': 'x',
  'shared/deep/more': link('../y.ini'),
  'shared/y.ini': 'x',
}
const SHARED = ['shared/deep/more', 'shared/y.ini']

it.each<[string, readonly string[], Told]>([
  ['to-file', ['to-file: shared/deep/x.ini'], { named: ['apps/web/to-file', 'shared/deep/x.ini'] }],
  [
    'to-folder',
    ['to-folder/deep/more: shared/y.ini', 'to-folder/deep/x.ini: shared/deep/x.ini', 'to-folder/y.ini: shared/y.ini'],
    { named: ['apps/web/to-folder', 'shared', ...SHARED] },
  ],
  ['gone', [], { named: ['apps/web/gone', 'apps/web/nowhere'] }],
  ['sub', [], { unknown: ['the submodule apps/web/sub'] }],
])('of a chart, the link %s is followed to the end, by its own name', async (name, files, expected) => {
  const { look, told } = aLook(LINKS)
  const found = await followed(look, { name, path: `${AT}/${name}`, kind: 'symlink' })
  expect(found.map((file) => `${file.name}: ${file.path}`)).toEqual(files)
  expect(found.every(({ kind }) => kind === 'file')).toBe(true)
  expect(told()).toEqual(expected)
})

it('a folder in which a link leads to itself is read once', async () => {
  const { look, told } = aLook({ 'shared/a.yaml': 'x', 'shared/loop': link('.'), 'apps/web/templates': link('../../shared') })
  const found = await followed(look, { name: 'templates', path: 'apps/web/templates', kind: 'symlink' })
  expect(found.map(({ name }) => name)).toEqual(['templates/a.yaml'])
  expect(told()).toEqual({ named: ['apps/web/templates', 'shared', 'shared/loop'] })
})

it('a link to the root leads to files by their paths', async () => {
  const { look } = aLook({ 'a.yaml': 'x', 'b/c.yaml': 'x', 'apps/web/all': link('../..') })
  const found = await followed(look, { name: 'all', path: 'apps/web/all', kind: 'symlink' })
  expect(found.map(({ name }) => name)).toEqual(['all/a.yaml', 'all/b/c.yaml'])
})

it.each([
  ['a', 'a'],
  ['a/b/c', 'a'],
])('the first part of the name %s is %s', (name, expected) => {
  expect(top(name)).toBe(expected)
})

const NONE: UsedFiles = { named: [], besides: 'none' }
const get = (name: string): NamedFile => ({ name, glob: 'no' })
const own = (name: string, isWorkedOut?: boolean): NamedFile => ({ name, glob: 'own', ...(isWorkedOut && { isWorkedOut }) })

interface Chart {
  names?: readonly string[]
  used: Partial<UsedFiles>
  isPartial?: boolean
  folder?: string
  /** Links among the files. */
  links?: Files
}

async function othersOf({ names = [], used, isPartial = false, folder = AT, links = {} }: Chart, left = 10_000) {
  const { look, told } = aLook(links)
  const file = (name: string): ChartFile => {
    const path = folder === '' ? name : `${folder}/${name}`
    return { name, path, kind: path in links ? 'symlink' : 'file' }
  }
  const budget = { left }
  await readOthers(look, folder, { files: names.map(file), used: { ...NONE, ...used }, isPartial, budget })
  return { told: told(), left: budget.left }
}

const FILES = ['x.ini', 'conf/a.ini', 'conf/b.txt', 'README.md', 'values-eu.yaml']

it.each<[string, Chart, Told]>([
  ['none, where none is named', { names: FILES, used: {} }, {}],
  [
    'what is named, there or not',
    { names: FILES, used: { named: [get('x.ini'), get('conf/z')] } },
    { named: ['apps/web/x.ini', 'apps/web/conf/z'] },
  ],
  ['nothing outside of the repository', { names: FILES, used: { named: [get('../../../x.ini')] } }, {}],
  [
    'what a glob of Git’s finds, by Git',
    { names: FILES, used: { named: [{ name: 'conf/*', glob: 'plain' }] } },
    { named: ['glob apps/web/conf/*'] },
  ],
  ['the same in the root', { folder: '', names: FILES, used: { named: [{ name: 'conf/*', glob: 'plain' }] } }, { named: ['glob conf/*'] }],
  [
    'what such a glob finds, where Helm leaves some out',
    { names: FILES, isPartial: true, used: { named: [{ name: 'conf/*', glob: 'plain' }] } },
    { named: ['apps/web/conf/a.ini', 'apps/web/conf/b.txt'] },
  ],
  ['what a glob of Helm’s finds', { names: FILES, used: { named: [own('{x,y}.ini')] } }, { named: ['apps/web/x.ini'] }],
  [
    'what a name that is worked out may be',
    { names: FILES, used: { named: [own('conf/**.ini', true)] } },
    { candidates: ['apps/web/conf/a.ini'] },
  ],
  [
    'all, where a glob is none',
    { names: FILES, used: { named: [own('{')] } },
    { candidates: all('x.ini', 'conf', 'README.md', 'values-eu.yaml') },
  ],
  ['some, where nobody sees what', { names: FILES, used: { besides: 'some' } }, { candidates: all('x.ini', 'conf') }],
  [
    'any, where names are worked out',
    { names: FILES, used: { besides: 'any' } },
    { candidates: all('x.ini', 'conf', 'values-eu.yaml'), perhaps: all('README.md') },
  ],
  [
    'all, where they are too many to be named',
    { names: FILES, used: { besides: 'all' } },
    { candidates: all('x.ini', 'conf', 'README.md', 'values-eu.yaml') },
  ],
  [
    'any, where a glob may find what lies behind links',
    {
      names: ['l.ini', 'x.ini'],
      links: { 'apps/web/l.ini': link('../y.ini'), 'apps/y.ini': 'x' },
      used: { named: [get('z.ini'), own('*.ini')] },
    },
    { named: [...all('z.ini', 'l.ini', 'x.ini'), 'apps/y.ini'], candidates: all('l.ini', 'x.ini') },
  ],
  [
    'what a named link leads to',
    { names: ['l.ini'], links: { 'apps/web/l.ini': link('../y.ini'), 'apps/y.ini': 'x' }, used: { named: [get('l.ini')] } },
    { named: ['apps/web/l.ini', 'apps/y.ini'] },
  ],
])('of the other files of a chart, there is read: %s', async (_, chart, expected) => {
  expect((await othersOf(chart)).told).toEqual(expected)
})

function all(...names: readonly string[]): readonly string[] {
  return names.map((name) => `apps/web/${name}`)
}

it('50 entries are named one by one; of more, the folder is', async () => {
  const candidates = async (count: number) => {
    const names = many(count, (index) => `f${index}`)
    return (await othersOf({ names: [...names, 'f0/x'], used: { besides: 'all' } })).told.candidates
  }
  expect(await candidates(50)).toEqual(many(50, (index) => `apps/web/f${index}`))
  expect(await candidates(51)).toEqual([AT])
})

it('50 files of a glob are named one by one; of more, all are read', async () => {
  const of = async (count: number) =>
    (await othersOf({ names: many(count, (index) => `f${index}`), used: { named: [own('{f,g}*')] } }, 1e6)).told
  expect(await of(50)).toEqual({ named: many(50, (index) => `apps/web/f${index}`) })
  expect(await of(51)).toEqual({ candidates: [AT] })
})

it('a glob that spends the budget to its end is known; one that needs more is not', async () => {
  const chart: Chart = { names: ['x.ini'], used: { named: [own('{x,y}.ini')] } }
  const cost = 10_000 - (await othersOf(chart)).left
  expect((await othersOf(chart, cost)).told).toEqual({ named: ['apps/web/x.ini'] })
  expect((await othersOf(chart, cost - 1)).told).toEqual({ candidates: ['apps/web/x.ini'] })
})
