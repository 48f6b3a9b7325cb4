import { expect, it } from 'vitest'
import { asCommitSha } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { createLook } from '../../../src/reconcile/inputs/look.ts'

/** A look into a repository in which a folder lies at every path. */
function lookInto() {
  const asked: string[] = []
  const repository = {
    async kindsAt(_: string, paths: readonly string[]) {
      asked.push(...paths)
      return Object.fromEntries(paths.map((path) => [path, 'folder']))
    },
  } as unknown as GitRepository
  const revision = asCommitSha('a'.repeat(40))
  if (!revision) throw new Error('no commit')
  return { look: createLook(repository, revision), asked }
}

it('a path of more than 100 levels is not known, and Git is not asked for it', async () => {
  const { look, asked } = lookInto()
  expect(await look.locate(`${'d/'.repeat(99)}a`)).toMatchObject({ kind: 'folder' })
  expect(asked).toHaveLength(100)
  expect(await look.locate(`${'e/'.repeat(100)}a`)).toMatchObject({ kind: 'unknown' })
  expect(asked).toHaveLength(100)
  expect(look.found().unknown).toEqual([expect.stringMatching(/^a path of more than 100 levels, e\/e\//)])
})

it('of one look, Git is asked for no more than 1,000 folders; the rest is not known', async () => {
  const { look, asked } = lookInto()
  for (let index = 0; index < 20; index += 1) await look.locate(`${index}/${'d/'.repeat(90)}a`)
  expect(new Set(asked.map((path) => path.split('/').slice(0, -1).join('/'))).size).toBeLessThanOrEqual(1_000)
  expect(asked.length).toBeGreaterThan(900)
  expect(look.found().unknown).toEqual(['more than 1000 folders that would have to be looked into'])
})
