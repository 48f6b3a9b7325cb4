import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { createOrigin } from '../contract/git/origin.ts'
import { REPO } from './application.ts'
import { ON_GIT, openGit } from './git.ts'

it('every file whose stories are played on git is there', () => {
  const names = Object.keys(ON_GIT)
  expect(names.filter((name) => !existsSync(new URL(name, import.meta.url)))).toEqual([])
})

it.each([
  ['on a stand-in where its file is not named', '', false],
  ['on git where all are', 'on-git', true],
])('a story is played %s', async (_, stories, onGit) => {
  vi.stubEnv('KEDGE_TEST_STORIES', stories)
  await using origin = await createOrigin()
  const head = origin.commit({ a: '1' })
  const root = await mkdtemp(join(tmpdir(), 'kedge-stories-'))
  const repositories = openGit({ origin, root, allows: () => true, fetches: false })
  expect(await (await repositories.open(REPO)).fetch('main')).toBe(head)
  await repositories[Symbol.asyncDispose]?.()
  expect(existsSync(join(root, 'mirrors'))).toBe(onGit)
  await rm(root, { recursive: true })
})
