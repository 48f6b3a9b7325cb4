import { expect, test } from 'vitest'
import { createOrigin, type CommitOptions, type Content } from './origin.ts'

const STEPS: readonly (readonly [Readonly<Record<string, Content>>, CommitOptions?])[] = [
  [{ 'a/b/c.yaml': '1', 'a/b.yaml': '2', 'a-b': '3', z: '' }],
  [{ 'a/b/c.yaml': null, 'a/run': { mode: '100755', text: 'x' }, link: { mode: '120000', text: 'z' } }, { message: 'two\n\nwords ü' }],
  [{ 'a/b.yaml': null, 'a/run': null, nothing: null, 'no/thing': null }, { author: 'Ö <o@x>' }],
  [{ z: null, 'z/in': 'a folder now' }],
  [{ z: 'a file again' }, { branch: 'side/one' }],
  [{ new: 'root' }, { parents: [], branch: 'orphan' }],
]

test('a commit that a test makes by itself has the name that git fast-import gives it', async () => {
  await using own = await createOrigin()
  await using byGit = await createOrigin({ byGit: true })
  for (const [files, options] of STEPS) expect(own.commit(files, options)).toBe(byGit.commit(files, options))
  for (const branch of ['main', 'side/one', 'orphan']) expect(own.git(['rev-parse', branch])).toBe(byGit.git(['rev-parse', branch]))
  const merge = { parents: [own.commit({ m: '1' }), own.commit({ s: '1' }, { branch: 'side/one' })] }
  for (const one of [() => byGit.commit({ m: '1' }), () => byGit.commit({ s: '1' }, { branch: 'side/one' })]) one()
  expect(own.commit({ m: '2' }, merge)).toBe(byGit.commit({ m: '2' }, merge))
  const pull = { merges: own.commit({ p: '1' }, { branch: 'pull' }) }
  expect(byGit.commit({ p: '1' }, { branch: 'pull' })).toBe(pull.merges)
  expect(own.commit({ 'a/q': '1' }, pull)).toBe(byGit.commit({ 'a/q': '1' }, pull))
  expect(own.git(['ls-tree', '-r', '--name-only', 'main'])).toBe('a/q\np')
  expect(own.git(['fsck', '--strict'])).toBe('')
})

test('what lies in a pack is left to git', async () => {
  await using own = await createOrigin()
  const head = own.commit({ 'a/b': '1' })
  own.git(['repack', '-adq'])
  expect(own.git(['ls-tree', '-r', '--name-only', own.commit({ 'a/c': '1' }, { parents: [head] })])).toBe('a/b\na/c')
})
