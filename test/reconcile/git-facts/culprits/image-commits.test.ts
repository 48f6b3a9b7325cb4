import { expect, test } from 'vitest'
import type { CommitSha, GitCommit } from '../../../../src/domain/application/commit.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import type { GitRepository } from '../../../../src/ports/git.ts'
import { imageCommits } from '../../../../src/reconcile/git-facts/culprits/image-commits.ts'

const sha = (letter: string): CommitSha => letter.repeat(40) as CommitSha
const FILES = [{ path: 'values.yaml', glob: false }]
const RELEASE = { images: ['registry.example/web:v2'], stableImages: ['registry.example/web:v1'] }
const FAILED = { attempts: [{ cause: 'analysis-failed' }] } as unknown as Release

/** One commit after the other, by what the one file says at it. */
async function found(texts: readonly string[], given: { release?: typeof RELEASE; others?: readonly Release[] } = {}): Promise<unknown> {
  const at = texts.map((_, index) => sha(String.fromCodePoint(97 + index)))
  const commits = at.slice(1).map((one, index) => ({ sha: one, parents: [at[index]] }) as unknown as GitCommit)
  const repository = {
    changedPaths: async () => ['values.yaml'],
    readFiles: async (revision: CommitSha) => ({ 'values.yaml': texts[at.indexOf(revision)] ?? '' }),
  } as unknown as GitRepository
  const shas = await imageCommits(repository, { release: RELEASE, others: [FAILED], commits, files: FILES, ...given })
  return shas?.map((one) => at.indexOf(one)) ?? null
}

test('an image comes with each commit that names it where it was not named', async () => {
  expect(await found(['tag: v1', 'tag: v2', 'tag: v2\nenv: 1', 'tag: v3\nenv: 1', 'tag: v2\nenv: 1'])).toEqual([1, 4])
  // Another Rollout has the same tag already.
  expect(await found(['api: v2\nweb: v1', 'api: v2\nweb: v2'])).toEqual([1])
})

test('it is not known where no line names it, where the images are the same, and where nobody asks', async () => {
  expect(await found(['tag: 1', 'tag: 2'])).toBeNull()
  expect(await found(['tag: v1', 'tag: v2'], { release: { ...RELEASE, images: RELEASE.stableImages } })).toBeNull()
  expect(await found(['tag: v1', 'tag: v2'], { others: [] })).toBeNull()
  expect(await found(Array.from({ length: 23 }, (_, at) => `tag: v${at}`))).toBeNull()
})
