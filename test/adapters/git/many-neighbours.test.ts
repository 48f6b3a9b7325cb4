import { expect, test } from 'vitest'
import { changedTree, readTree, type TreeEntry } from '../../../src/adapters/git/tree-bytes.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { createOrigin } from '../../contract/git/origin.ts'
import { openAt } from './open.ts'

const file = (digit: string): TreeEntry => ({ mode: '100644', oid: digit.repeat(40) })
const folder = (digit: string): TreeEntry => ({ mode: '40000', oid: digit.repeat(40) })
const WEB = [{ path: 'apps/web', glob: false }]

test('a name is found as a file and as a folder, among names that Git sorts between the two', () => {
  const entries = new Map([
    ['a', folder('1')],
    ['a.b', file('2')],
    ['a-b', file('3')],
    ['a0', file('4')],
  ])
  const tree = readTree(changedTree(undefined, entries), 20)
  expect([...tree].map(([name]) => name)).toEqual(['a-b', 'a.b', 'a', 'a0'])
  for (const [name, entry] of entries) expect(tree.get(name)).toEqual(entry)
  for (const name of ['', '0', 'a.', 'b']) expect(tree.get(name)).toBeUndefined()
})

test('a tree that is changed is the tree of all its entries, made anew', () => {
  const names = ['a', 'a.b', 'a-b', 'a0', 'b', 'z']
  const entries = new Map(names.map((name, index) => [name, index % 2 === 0 ? folder('1') : file('2')]))
  const tree = readTree(changedTree(undefined, entries), 20)
  for (const name of [...names, '0', 'a!', 'zz'])
    for (const entry of [undefined, file('3'), folder('4')]) {
      const changes = new Map([
        [name, entry],
        ['b', file('5')],
      ])
      expect(changedTree(tree, changes)).toEqual(changedTree(undefined, new Map([...entries, ...changes])))
    }
})

test('however many files lie beside mine, and however long a message is, what became of mine is known', { timeout: 60_000 }, async () => {
  await using origin = await createOrigin()
  const beside = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`apps/other-${index}`, 'x']))
  const good = origin.commit({ ...beside, 'apps/web/a.yaml': '1\n' })
  origin.commit({ 'apps/other-7': 'y' }, { message: `other\n\n${'Signed-off-by: x <x@x>\n'.repeat(40_000)}` })
  const bad = origin.commit({ 'apps/web/a.yaml': '2\n' })
  for (let index = 0; index < 25; index += 1) origin.commit({ 'apps/other-9': `${index}` })
  const head = origin.commit({ 'apps/other-9': 'z' }) as CommitSha
  await using opened = await openAt(origin.dir)
  const { repository } = opened
  await repository.fetch('main')
  expect(await repository.newestTouching(head, WEB)).toMatchObject({ sha: bad })
  expect(await repository.commitsTouching(good as CommitSha, head, [{ path: 'apps/other-7', glob: false }])).toMatchObject([
    { subject: 'other', body: expect.stringMatching(/^(?:Signed-off-by: x <x@x>\n?)*[^\n]*$/) },
  ])
  expect(await repository.differingPaths(good as CommitSha, head, WEB)).toEqual(['apps/web/a.yaml'])
  const paths = ['apps/web/a.yaml']
  const built = await repository.buildRestore({ base: head, good: good as CommitSha, bad: bad as CommitSha, paths, message: 'm', date: 0 })
  if (built.result !== 'built') throw new Error(built.result)
  expect(await repository.differingPaths(head, built.commit, [{ path: '', glob: false }])).toEqual(paths)
})
