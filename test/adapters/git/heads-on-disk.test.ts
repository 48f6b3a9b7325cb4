import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createOrigin } from '../../contract/git/origin.ts'
import { openAt } from './open.ts'

/** A mirror that has fetched `main` once, and is opened again where no git can be found: whatever answers now did not start one. */
async function openWithoutGit() {
  const stack = new AsyncDisposableStack()
  const origin = stack.use(await createOrigin())
  const root = await mkdtemp(join(tmpdir(), 'kedge-mirrors-'))
  stack.defer(() => rm(root, { recursive: true, force: true }))
  const head = origin.commit({ a: '1' })
  await (await openAt(origin.dir, { root })).repository.fetch('main')
  const { repository } = await openAt(origin.dir, { root, readHeadsOnDisk: true, searchPath: '/nowhere' })
  return { origin, head, repository, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('a branch on this disk that has not moved is fetched, and its head told, without a process', async () => {
  await using opened = await openWithoutGit()
  expect(await opened.repository.fetch('main')).toBe(opened.head)
  expect(await opened.repository.remoteBranch('main')).toBe(opened.head)
})

test('git is asked for a branch that has moved, and for one whose file is not there', async () => {
  await using opened = await openWithoutGit()
  opened.origin.commit({ a: '2' })
  await expect(opened.repository.fetch('main')).rejects.toMatchObject({ code: 'E_GIT_PROGRAM' })
  await expect(opened.repository.remoteBranch('gone')).rejects.toMatchObject({ code: 'E_GIT_PROGRAM' })
})

test('git is asked for a branch whose file names another', async () => {
  await using opened = await openWithoutGit()
  await writeFile(join(opened.origin.dir, 'refs/heads/alias'), 'ref: refs/heads/main\n')
  await expect(opened.repository.remoteBranch('alias')).rejects.toMatchObject({ code: 'E_GIT_PROGRAM' })
})
