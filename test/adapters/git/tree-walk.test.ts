import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { pathspecs } from '../../../src/adapters/git/names.ts'
import type { InputPath } from '../../../src/domain/application/commit.ts'
import { createOrigin, type Content, type Origin } from '../../contract/git/origin.ts'
import { openAt } from './open.ts'

const NAMES = ['a', 'a.b', 'a-b', 'd/a', 'd/b.yaml', 'd/e/a.yaml', 'd/e/f/b.yaml', 'e', 'e/x', 'é/ü.yaml', 'a\nb/c', '.h/a.yaml', 'd*/a']
const CONTENTS: readonly Content[] = [
  '1\n',
  '2\n',
  { mode: '100755', text: '1\n' },
  { mode: '120000', text: 'a' },
  { mode: '160000', text: '1'.repeat(40) },
  null,
]
const literal = (path: string): InputPath => ({ path, glob: false })
const glob = (path: string): InputPath => ({ path, glob: true })
const INPUTS: readonly (readonly InputPath[])[] = [
  [literal('')],
  [literal('d')],
  [literal('a'), literal('d/e')],
  [literal('e/x')],
  [literal('d*')],
  [glob('*')],
  [glob('d/*.yaml')],
  [glob('**/*.yaml')],
  [glob('d/**')],
  [glob('d/**/b.yaml'), literal('e')],
  [glob('*/a'), glob('é/*')],
  [glob('d')],
  // Those that Git has to be asked for.
  [glob('d/?')],
  [glob('[ad]/a')],
  [glob('d**a')],
]

/** Commits that put, change, and trade files and folders for each other; each on top of the one before. */
function history(origin: Origin): string[] {
  let state = 7
  const random = (most: number): number => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
    return ((state ^ (state >>> 13)) >>> 0) % most
  }
  return Array.from({ length: 24 }, () => {
    const picked = Array.from({ length: 4 }, () => [NAMES[random(NAMES.length)] ?? '', CONTENTS[random(CONTENTS.length)] ?? null] as const)
    return origin.commit(Object.fromEntries(picked))
  })
}

test('what differs at an input is what Git says, whichever of the two is asked', { timeout: 120_000 }, async () => {
  await using origin = await createOrigin()
  const commits = history(origin).map((sha) => sha as Parameters<typeof repository.has>[0])
  await using opened = await openAt(origin.dir)
  const { repository } = opened
  await repository.fetch('main')
  const listed = (args: readonly string[], inputs: readonly InputPath[]): string =>
    origin.git([...args, '--no-renames', '--ignore-submodules=none', '--', ...pathspecs(inputs)])
  const names = (text: string): readonly string[] => [...new Set(text.split('\0').filter(Boolean))].sort()
  let differing = 0
  for (const [index, commit] of commits.entries()) {
    const inputs = INPUTS[index % INPUTS.length] ?? []
    const other = commits[(index * 7) % commits.length] ?? commit
    const changed = names(listed(['diff-tree', '--root', '-r', '-z', '--name-only', '--no-commit-id', commit], inputs))
    expect([index, await repository.changedPaths([commit], inputs)]).toEqual([index, changed])
    for (const some of INPUTS.filter((_, at) => (at + index) % 4 === 0)) {
      const between = names(listed(['diff-tree', '-r', '-z', '--name-only', other, commit], some))
      expect([index, some, await repository.differingPaths(other, commit, some)]).toEqual([index, some, between])
      differing += between.length
    }
  }
  expect(differing).toBeGreaterThan(50)
})

test('a fingerprint is made of what Git lists, byte for byte', async () => {
  await using origin = await createOrigin()
  const head = history(origin).at(-1) as Parameters<typeof repository.has>[0]
  await using opened = await openAt(origin.dir)
  const { repository } = opened
  await repository.fetch('main')
  const nothing = origin.git(['hash-object', '-t', 'tree', '--stdin'], '')
  for (const inputs of INPUTS.filter((some) => some.every((input) => input.glob))) {
    const globs = inputs.map(({ path }) => path).sort()
    const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--ignore-submodules=none', nothing, head, '--']
    const listing = origin.git([...args, ...pathspecs(inputs)])
    const expected = createHash('sha256').update(JSON.stringify(globs)).update(listing).digest('hex')
    expect([globs, await repository.fingerprint(head, inputs)]).toEqual([globs, expected])
  }
})
