import { expect, it } from 'vitest'
import type { DirectoryOptions } from '../../../src/domain/application/snapshots.ts'
import { readPlainFolder } from '../../../src/reconcile/inputs/plain-folder.ts'
import { aLook, many, SUBMODULE, type Told } from './a-repository.ts'
import { link, type Files } from './inputs-of.ts'

const NO_OPTIONS: DirectoryOptions = { recurse: false, include: undefined, exclude: undefined, anyEnding: false, importsByCode: false }
const MARKS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization', 'Chart.yaml'].map((name) => `d/${name}`)
const ENDINGS = ['yaml', 'yml', 'json', 'jsonnet'].map((ending) => `glob d/*.${ending}`)
const DEEP = ['yaml', 'yml', 'json', 'jsonnet'].map((ending) => `glob d/**/*.${ending}`)

async function found(files: Files, options: Partial<DirectoryOptions> = {}, libraries: readonly string[] = []): Promise<Told> {
  const { look, told } = aLook(files)
  await readPlainFolder(look, 'd', { options: { ...NO_OPTIONS, ...options }, libraries, asked: 'd' })
  return told()
}

it.each<[string, Files, Partial<DirectoryOptions>, Told]>([
  ['is not there', {}, {}, { own: [...MARKS, ...ENDINGS] }],
  ['holds files, by their endings', { 'd/a.yaml': 'x', 'd/b.txt': 'x' }, {}, { own: [...MARKS, ...ENDINGS] }],
  ['holds files, of any ending', { 'd/b.txt': 'x' }, { anyEnding: true }, { own: [...MARKS, 'glob d/*'] }],
  [
    'holds files by an include',
    { 'd/a.yaml': 'x', 'd/b.yaml': 'x', 'd/e/a.yaml': 'x' },
    { include: 'a.*' },
    { own: [...MARKS, 'd/a.yaml'] },
  ],
  ['holds files by an exclude', { 'd/a.yaml': 'x', 'd/b.yaml': 'x' }, { exclude: 'a.*' }, { own: [...MARKS, 'd/b.yaml'] }],
  [
    'holds files below it',
    { 'd/e/a.yaml': 'x', 'd/e/sub': SUBMODULE },
    { recurse: true },
    { own: [...MARKS, ...DEEP], unknown: ['the submodule d/e/sub'] },
  ],
  ['holds a submodule that is not looked into', { 'd/sub': SUBMODULE }, {}, { own: [...MARKS, ...ENDINGS] }],
  [
    'has an include that is none',
    { 'd/a.yaml': 'x' },
    { include: '{' },
    { own: [...MARKS, 'd'], unknown: ['the include or exclude of d'] },
  ],
  [
    'holds links',
    { 'd/a.yaml': link('../e/a.yaml'), 'd/gone.yaml': link('../gone.yaml'), 'e/a.yaml': 'x' },
    {},
    { own: [...MARKS, ...ENDINGS], named: ['d/a.yaml', 'e/a.yaml', 'd/gone.yaml'] },
  ],
  ['holds no code, whatever code imports', { 'd/a.yaml': 'x' }, { importsByCode: true }, { own: [...MARKS, ...ENDINGS] }],
  [
    'holds code, and more that imports',
    { 'd/a.jsonnet': '{}' },
    { importsByCode: true },
    { own: [...MARKS, ...ENDINGS], unknown: ['what the Application’s own Jsonnet variables import'] },
  ],
])('of a folder that %s, all is told', async (_, files, options, expected) => {
  expect(await found(files, options)).toEqual(expected)
})

it('in the root, the names are those of the root', async () => {
  const { look, told } = aLook({ 'a.jsonnet': `import 'b'`, b: '{}', 'c/x.yaml': 'x' })
  await readPlainFolder(look, '', { options: { ...NO_OPTIONS, include: '*' }, libraries: [], asked: '' })
  expect(told()).toEqual({ own: [...MARKS.map((mark) => mark.slice(2)), 'a.jsonnet'], named: ['b'] })
})

it('code imports beside it, then from the last library first, then from the folder by its name before links', async () => {
  const files = { 'd/e/a.jsonnet': `import 'x'`, 'd/x': '{}' }
  expect(await found(files, { recurse: true }, ['one', 'two'])).toEqual({
    own: [...MARKS, ...DEEP],
    named: ['d/e/x', 'two/x', 'one/x', 'd/x'],
  })
})

it('files of an include are named up to 10,000 characters, with 20 around each; of more, the folder’s others count, too', async () => {
  const of = (count: number, length: number): readonly string[] =>
    many(count, (index) => `d/${String(index).padStart(length - 5, '0')}.yaml`)
  const include = async (names: readonly string[]) =>
    (await found(Object.fromEntries(names.map((name) => [name, 'x'])), { include: '*' })).own
  expect(await include(of(100, 79))).toEqual([...MARKS, ...of(100, 79)])
  expect(await include([...of(99, 79), `d/${'y'.repeat(75)}.yaml`])).toEqual([...MARKS, ...ENDINGS])
})

it('files of a folder are no folders to be looked into, however many they lie in', async () => {
  const files = Object.fromEntries(many(1_001, (index) => `d/${index}/a.yaml`).map((path) => [path, 'x']))
  expect(await found(files, { recurse: true })).toEqual({ own: [...MARKS, ...DEEP] })
})
