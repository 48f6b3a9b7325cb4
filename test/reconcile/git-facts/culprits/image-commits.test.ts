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

const [PARENT, NEXT] = [sha('1'), sha('2')]
const commit = (fields: Partial<GitCommit> = {}): GitCommit => ({ sha: NEXT, parents: [PARENT], ...fields }) as unknown as GitCommit

/** Of a commit that changes so many files, each so long, to what names the image. */
async function ofFiles(files: number, { length = 1, at = NEXT }: { length?: number; at?: CommitSha } = {}): Promise<unknown> {
  const paths = Array.from({ length: files }, (_, index) => `${index}.yaml`)
  const repository = {
    changedPaths: async ([one]: readonly CommitSha[]) => (one === NEXT ? paths : []),
    readFiles: async (revision: CommitSha, some: readonly string[]) =>
      Object.fromEntries(some.map((path) => [path, (revision === NEXT ? 'v2' : 'v1').padEnd(revision === at ? length : 2)])),
  } as unknown as GitRepository
  return imageCommits(repository, { release: RELEASE, others: [FAILED], commits: [commit()], files: FILES })
}

test('so much is looked at, and of more it is not known', async () => {
  const two = 2 * 1024 * 1024
  expect(await ofFiles(200)).toEqual([NEXT])
  expect(await ofFiles(201)).toBeNull()
  expect(await ofFiles(2, { length: two })).toEqual([NEXT])
  expect(await ofFiles(2, { length: two + 1 })).toBeNull()
  expect(await ofFiles(2, { length: two + 1, at: PARENT })).toBeNull()
  expect(await found(Array.from({ length: 21 }, (_, at) => (at < 20 ? 'tag: v1' : 'tag: v2')))).toEqual([20])
  expect(await found(Array.from({ length: 22 }, (_, at) => (at < 21 ? 'tag: v1' : 'tag: v2')))).toBeNull()
})

test('of a commit before which there is none it is not known', async () => {
  const repository = { changedPaths: async () => [], readFiles: async () => ({}) } as unknown as GitRepository
  const asked = { release: RELEASE, others: [FAILED], files: FILES }
  expect(await imageCommits(repository, { ...asked, commits: [commit({ parents: [] })] })).toBeNull()
})

test('any image of several is enough, and each release beside may have failed', async () => {
  const release = { images: ['registry.example/web:v2', 'registry.example/side:s9'], stableImages: RELEASE.stableImages }
  const served = { attempts: [] } as unknown as Release
  expect(await found(['tag: v1', 'tag: v2'], { release, others: [served, FAILED] })).toEqual([1])
})
