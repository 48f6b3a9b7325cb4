import { expect, it } from 'vitest'
import type { GitRepository } from '../../../src/ports/git.ts'
import { asGlob, asUnknown, createLook, join, parentOf } from '../../../src/reconcile/inputs/look.ts'
import { aLook, aRepository, many } from './a-repository.ts'

it('what is found is kept in its order and without repeats, by how sure it is', () => {
  const { look, told } = aLook({})
  for (const _time of [1, 2]) {
    look.own('b')
    look.own('a*', true)
    look.named('c')
    look.named('c', true)
    look.candidate('d')
    look.candidate('d/*', true)
    look.perhaps('e')
    look.unknown('f')
  }
  for (const path of ['../g', 'g\0']) look.own(path)
  expect(told()).toEqual({
    own: ['b', 'glob a*'],
    named: ['c', 'glob c'],
    candidates: ['d', 'glob d/*'],
    perhaps: ['e'],
    unknown: ['f', 'the path ../g', 'the path g'],
  })
})

it.each(['named', 'candidate'] as const)('500 files of 50,000 characters are %s; of one more, it is said that it is not known', (how) => {
  const naming = (count: number, length: number) => {
    const { look, told } = aLook({})
    const names = many(count, (index) => String(index).padStart(length, 'x'))
    for (const name of [...names, ...names.slice(0, 3)]) look[how](name)
    return told()
  }
  const key = how === 'named' ? 'named' : 'candidates'
  expect(naming(500, 100)).toEqual({ [key]: many(500, (index) => String(index).padStart(100, 'x')) })
  expect(naming(501, 3)).toEqual({ [key]: many(500, (index) => String(index).padStart(3, 'x')), unknown: [tooMany(500)] })
  expect(naming(51, 999)).toEqual({ [key]: many(50, (index) => String(index).padStart(999, 'x')), unknown: [tooMany(50)] })
})

function tooMany(count: number): string {
  return `more than ${count} files that are named`
}

it('what is not known is said of 20, and no more', () => {
  const { look, told } = aLook({})
  for (const what of many(22, (index) => `x${index}`)) look.unknown(what)
  expect(told()).toEqual({ unknown: many(20, (index) => `x${index}`) })
})

it('what strangers wrote is made harmless and short', () => {
  expect(asUnknown(`the base https://bot:hunter2hunter2@git.example/${'x'.repeat(300)}`)).toHaveLength(200)
  expect(asUnknown('https://bot:hunter2hunter2@git.example/x')).not.toContain('hunter2')
})

/** A look into a repository whose every folder lists so many files, and how often it was asked for them. */
function lookAtFolders(files: number) {
  const { repository, revision } = aRepository({})
  const asked: string[] = []
  const listing: GitRepository = {
    ...repository,
    async listFiles(_, folder, { recurse, most }) {
      asked.push(`${folder} ${recurse} ${most}`)
      return many(files, (index) => join(folder, `f${index}`)).map((path) => ({ path, kind: 'file', oid: '' }))
    },
  }
  return { look: createLook(listing, revision), asked }
}

it('a folder is listed once, and once more with what lies below it', async () => {
  const { look, asked } = lookAtFolders(1)
  for (const _time of [1, 2]) {
    expect(await look.list('a')).toMatchObject([{ path: 'a/f0' }])
    await look.list('a', true)
  }
  expect(asked).toEqual(['a false 5000', 'a true 5000'])
})

it('of a folder of 5,000 files it is said that there may be more', async () => {
  const few = lookAtFolders(4_999)
  expect(await few.look.list('a')).toHaveLength(4_999)
  expect(few.look.found().unknown).toEqual([])
  const { look } = lookAtFolders(5_000)
  expect(await look.list('a')).toHaveLength(5_000)
  await look.list('')
  expect(look.found().unknown).toEqual(['more than 5000 files in a', 'more than 5000 files in the repository'])
})

it('1,000 folders are looked into, those again that were; the next one is not, and that is said', async () => {
  const { look, asked } = lookAtFolders(1)
  for (const folder of many(1_000, (index) => `d${index}`)) await look.list(folder)
  await look.list('d0', true)
  expect(look.found().unknown).toEqual([])
  expect(asked).toHaveLength(1_001)
  expect(await look.list('more')).toBeUndefined()
  expect(asked).toHaveLength(1_001)
  expect(look.found().unknown).toEqual(['more than 1000 folders that would have to be looked into'])
})

it('300 files are read; of one more, none, and that is said', async () => {
  const { look, told } = aLook({ 'a.yaml': 'x' })
  expect(await look.texts(Array.from({ length: 299 }, () => 'a.yaml'))).toHaveLength(299)
  expect(await look.text('a.yaml')).toBe('x')
  expect(told()).toEqual({})
  expect(await look.text('a.yaml')).toBeUndefined()
  expect(told()).toEqual({ unknown: ['more than 300 files to be read'] })
})

it('texts of 1 MB are read, of 256 kB each; of a character more, none, and that is said', async () => {
  const KB_256 = 'x'.repeat(256 * 1024)
  const { look, told } = aLook({ 'a.yaml': KB_256, 'b.yaml': 'x', 'c.yaml': `${KB_256}x`, 'd/x': 'x' })
  expect(await look.texts(['c.yaml', 'd', 'gone.yaml'])).toEqual([])
  expect(await look.texts(['a.yaml', 'a.yaml', 'a.yaml'])).toHaveLength(3)
  expect(await look.text('a.yaml')).toHaveLength(256 * 1024)
  expect(await look.text('b.yaml')).toBeUndefined()
  expect(told().unknown).toEqual([
    'c.yaml, which is too large or no file',
    'd, which is too large or no file',
    'more than 1024 kB to be read',
  ])
})

it('others get their turn with each text that is read', async () => {
  const { look } = aLook({ 'a.yaml': 'x' })
  const order: string[] = []
  setImmediate(() => order.push('others'))
  await look.text('a.yaml')
  order.push('read')
  expect(order).toEqual(['others', 'read'])
})

it.each<[string, string, string]>([
  ['', 'a', 'a'],
  ['a/b', 'c', 'a/b/c'],
])('%j and %j are joined as %j', (folder, name, path) => {
  expect(join(folder, name)).toBe(path)
  expect(parentOf(path)).toBe(folder)
})

it('a folder’s name in a pattern means itself', () => {
  expect(asGlob('a*/b[c]?\\d')).toBe('a\\*/b\\[c]\\?\\\\d')
})
