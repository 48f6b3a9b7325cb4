import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createKnownTrees } from '../../../src/adapters/git/known-trees.ts'
import type { Mirror } from '../../../src/adapters/git/mirror.ts'
import { pathspecs } from '../../../src/adapters/git/names.ts'
import { createObjectProcess } from '../../../src/adapters/git/object-process.ts'
import type { TreeBytes } from '../../../src/adapters/git/tree-bytes.ts'
import { differencesOf } from '../../../src/adapters/git/tree-walk.ts'
import type { CommitSha, InputPath } from '../../../src/domain/application/commit.ts'
import { createOrigin, sha, type Content, type Origin } from '../../contract/git/origin.ts'
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
  [glob('d*')],
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

/** A tree as old tools wrote it, byte for byte. */
function writeTree(origin: Origin, mode: string, name: string | Buffer, oid: string): string {
  const bytes = Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.of(0), Buffer.from(oid, 'hex')])
  return origin.git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], bytes)
}

/** Commits of these trees, each on top of the one before. */
function commitTrees(origin: Origin, trees: readonly string[]): readonly CommitSha[] {
  const commits: CommitSha[] = []
  for (const tree of trees) {
    const parent = commits.at(-1)
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@b']
    commits.push(sha(origin.git([...author, 'commit-tree', tree, ...(parent ? ['-p', parent] : []), '-m', 'x'])))
  }
  origin.git(['update-ref', 'refs/heads/main', commits.at(-1) ?? ''])
  return commits
}

test('where malformed trees are allowed, a folder with a zero before its mode is a folder', async () => {
  await using origin = await createOrigin()
  const blobs = ['1', '2'].map((text) => origin.git(['hash-object', '-w', '--stdin'], text))
  const trees = blobs.map((blob) => writeTree(origin, '040000', 'd', writeTree(origin, '100644', 'b.yaml', blob)))
  const [one, two] = commitTrees(origin, trees) as [CommitSha, CommitSha]
  await using opened = await openAt(origin.dir, { fsckObjects: false })
  const { repository } = opened
  await repository.fetch('main')
  const inputs = [literal('d/b.yaml')]
  expect(await repository.readFile(two, 'd/b.yaml', 100)).toBe('2')
  expect([await repository.differingPaths(one, two, inputs), (await repository.newestTouching(two, inputs))?.sha]).toEqual([
    ['d/b.yaml'],
    two,
  ])
})

test('a file has one name, whichever of the two is asked', async () => {
  await using origin = await createOrigin()
  const blobs = ['1', '2'].map((text) => origin.git(['hash-object', '-w', '--stdin'], text))
  const trees = blobs.map((blob) => writeTree(origin, '40000', 'é', writeTree(origin, '100644', Buffer.of(0xff), blob)))
  const [one, two] = commitTrees(origin, trees) as [CommitSha, CommitSha]
  await using opened = await openAt(origin.dir)
  const { repository } = opened
  await repository.fetch('main')
  const walked = await repository.differingPaths(one, two, [literal('é')])
  expect(walked).toEqual(['é/\udcff'])
  expect(await repository.differingPaths(one, two, [literal('é'), glob('[q]')])).toEqual(walked)
})

test('what a neighbour changes beside an input becomes no object, and of too much that differs Git makes less work', async () => {
  await using origin = await createOrigin()
  const put = (text: string) =>
    origin.commit({ 'a/web/x.yaml': text, ...Object.fromEntries(Array.from({ length: 5_010 }, (_, at) => [`a/other-${at}`, text])) })
  const [one, two] = [put('1'), put('2')]
  const objects = createObjectProcess({ environment: { PATH: process.env['PATH'] ?? '', GIT_DIR: origin.dir }, timeoutMs: 20_000 })
  let made = 0
  const trees = createKnownTrees()
  const named: typeof trees.named = (oid) => {
    const tree = trees.named(oid)
    if (!tree) return undefined
    const entryOf: TreeBytes['entryOf'] = (spot) => {
      made += 1
      return tree.entries.entryOf(spot)
    }
    return { ...tree, entries: Object.assign(Object.create(tree.entries) as TreeBytes, { entryOf }) }
  }
  const mirror = { objects, malformed: new Map(), trees: { ...trees, get: () => undefined, named } } as unknown as Mirror
  const differing = async (path: string) => (await differencesOf(mirror, [one, two], [literal(path)]))?.map((file) => file.path)
  // Now the trees are at hand.
  await differing('a/web')
  made = 0
  expect(await differing('a/web')).toEqual(['a/web/x.yaml'])
  expect(made).toBeLessThan(20)
  expect(await differing('a')).toBeUndefined()
  objects.close()
})

test('where Git has to be asked as there are too many folders, they are not read first', async () => {
  await using origin = await createOrigin()
  const commit = origin.commit(Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`d${at}/a.yaml`, `${at}`])))
  const objects = createObjectProcess({ environment: { PATH: process.env['PATH'] ?? '', GIT_DIR: origin.dir }, timeoutMs: 20_000 })
  let read = 0
  const contents: typeof objects.contents = (names) => {
    read += names.length
    return objects.contents(names)
  }
  const mirror = { objects: { ...objects, contents }, malformed: new Map(), trees: createKnownTrees() } as unknown as Mirror
  expect(await differencesOf(mirror, [undefined, commit], [glob('**/*.yaml')])).toBeUndefined()
  objects.close()
  expect(read).toBe(1)
})
