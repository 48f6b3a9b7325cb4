import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { GitRepositoriesOptions } from '../../../src/adapters/git/repositories.ts'
import { createOrigin } from '../../contract/git/origin.ts'
import { openAt } from './open.ts'

/** A repository on this disk, borrowed from. */
async function openBorrowed(options: Partial<GitRepositoriesOptions> = {}) {
  const stack = new AsyncDisposableStack()
  const origin = stack.use(await createOrigin())
  const root = await mkdtemp(join(tmpdir(), 'kedge-mirrors-'))
  stack.defer(() => rm(root, { recursive: true, force: true }))
  const head = origin.commit({ a: '1', 'dir/b': '1' })
  const { repository } = await openAt(origin.dir, { root, borrowsOnDisk: true, ...options })
  return { origin, root, head, repository, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Where no git can be found: whatever answers did not start one. */
const WITHOUT_GIT = { searchPath: '/nowhere', fsckObjects: false }

test('a branch on this disk is fetched, and its head told, without a process, also when it has moved', async () => {
  await using opened = await openBorrowed(WITHOUT_GIT)
  expect(await opened.repository.fetch('main')).toBe(opened.head)
  expect(await opened.repository.remoteBranch('main')).toBe(opened.head)
  const moved = opened.origin.commit({ a: '2' })
  expect(await opened.repository.fetch('main')).toBe(moved)
  expect(await opened.repository.remoteBranch('main')).toBe(moved)
})

test('git is asked for a branch whose file is not there', async () => {
  await using opened = await openBorrowed(WITHOUT_GIT)
  await expect(opened.repository.fetch('gone')).rejects.toMatchObject({ code: 'E_GIT_PROGRAM' })
  await expect(opened.repository.remoteBranch('gone')).rejects.toMatchObject({ code: 'E_GIT_PROGRAM' })
})

test('git is asked for a branch whose file names another', async () => {
  await using opened = await openBorrowed(WITHOUT_GIT)
  await writeFile(join(opened.origin.dir, 'refs/heads/alias'), 'ref: refs/heads/main\n')
  await expect(opened.repository.remoteBranch('alias')).rejects.toMatchObject({ code: 'E_GIT_PROGRAM' })
})

test('contents are read where they lie, and nothing is copied; what is written goes to the mirror and can be pushed', async () => {
  await using opened = await openBorrowed()
  const { origin, repository, head } = opened
  const bad = origin.commit({ 'dir/b': '2' })
  await repository.fetch('main')
  expect(await repository.readFiles(bad, ['a', 'dir/b'], 100)).toEqual({ a: '1', 'dir/b': '2' })
  const packs = (await readdir(opened.root, { recursive: true })).filter((name) => name.endsWith('.pack'))
  expect(packs).toEqual([])
  const restored = await repository.buildRestore({ base: bad, good: head, bad, paths: ['dir/b'], message: 'Back', date: 0 })
  const commit = restored.result === 'built' ? restored.commit : head
  expect(await repository.push('kedge/revert/x', commit)).toEqual({ result: 'created' })
  expect(origin.git(['show', 'kedge/revert/x:dir/b'])).toBe('1')
})

test('what is borrowed is looked at when it is opened: nothing is read through a malformed object', async () => {
  await using opened = await openBorrowed()
  const { origin, repository } = opened
  const blob = origin.git(['hash-object', '-w', '--stdin'], 'x')
  const bytes = Buffer.concat([Buffer.from('0100644 x\0'), Buffer.from(blob, 'hex')])
  const tree = origin.git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], bytes)
  const who = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }
  origin.git(['update-ref', 'refs/heads/main', origin.git(['commit-tree', tree, '-m', 'old tool'], undefined, who)])
  const head = (await repository.fetch('main'))!
  await expect(repository.listFiles(head, '', { recurse: true, most: 10 })).rejects.toMatchObject({ code: 'E_GIT_MALFORMED' })
})
