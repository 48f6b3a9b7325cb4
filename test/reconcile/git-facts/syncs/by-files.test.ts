import { expect, test } from 'vitest'
import type { CommitSha, GitCommit } from '../../../../src/domain/application/commit.ts'
import { insistByFiles } from '../../../../src/reconcile/git-facts/syncs/by-files.ts'

/** Of a release from the image `v1` to `v2`, in a repository that gives no more than texts. */
const questionOf = (repository: object) =>
  ({
    repository,
    application: { history: [], driftedRollouts: [], comparedRevisions: [] },
    release: { namespace: 'shop', rollout: 'web', images: ['shop/web:v2'], stableImages: ['shop/web:v1'] },
  }) as unknown as Parameters<typeof insistByFiles>[0]

/** Files of one size, which name the image of their commit. */
function insist(count: number, size: number): { reads: () => number; proof: Promise<void> } {
  let reads = 0
  const repository = {
    readFiles: async (revision: CommitSha, paths: readonly string[]) => {
      reads += paths.length
      return Object.fromEntries(paths.map((path) => [path, `image: shop/web:${revision}\n`.padEnd(size, '#')]))
    },
  }
  const commit = (sha: string): GitCommit => ({ sha }) as GitCommit
  const names = Array.from({ length: count }, (_, index) => `${index}.yaml`)
  return {
    reads: () => reads,
    proof: insistByFiles(questionOf(repository), { revision: commit('v2'), good: commit('v1'), paths: names, inputs: [] }),
  }
}

test('images of both versions are looked for in what would be restored', async () => {
  await expect(insist(3, 1_000).proof).resolves.toBeUndefined()
})

test('more text than a person writes is not read for it', async () => {
  const { reads, proof } = insist(200, 1024 * 1024)
  await expect(proof).rejects.toMatchObject({ check: 'P10' })
  expect(reads()).toBeLessThan(10)
})

/** What stands in the files of the commits `v1` and `v2`, where N runs the image `v1` and N+1 `v2`. */
function restoring(files: Readonly<Record<'v1' | 'v2', Readonly<Record<string, string>>>>): Promise<void> {
  const repository = {
    readFiles: async (revision: 'v1' | 'v2', paths: readonly string[]) =>
      Object.fromEntries(paths.map((path) => [path, files[revision][path] ?? ''])),
  }
  const [good, revision] = [{ sha: 'v1' } as GitCommit, { sha: 'v2' } as GitCommit]
  return insistByFiles(questionOf(repository), { revision, good, paths: Object.keys(files.v2), inputs: [] })
}

test('more text than a person writes may stand at one of the two commits', async () => {
  const [small, huge] = [{ base: 'image: shop/web:v2\n' }, { base: 'image: shop/web:v1\n'.padEnd(5 * 1024 * 1024, '#') }]
  const refused = { check: 'P10', message: expect.stringContaining('too large to be proven without rendering') }
  await expect(restoring({ v1: huge, v2: small })).rejects.toMatchObject(refused)
  await expect(restoring({ v1: small, v2: huge })).rejects.toMatchObject(refused)
})

const BASE = 'image: shop/web:v1\nreplicas: '
const overlay = (...tags: readonly string[]): string => tags.map((tag, index) => `- name: shop/${index}\n  newTag: ${tag}\n`).join('')

test.each([
  ['a base names the image of N, and an overlay another in its place', `${BASE}1`, overlay('v9')],
  ['another image beside has the tag of another', `${BASE}1`, overlay('v9', 'v8')],
])('it is refused where %s', async (_, base, over) => {
  const failed = { base: `${BASE}2`, over: overlay('v2', 'v7').slice(0, over.length) }
  await expect(restoring({ v1: { base, over }, v2: failed })).rejects.toMatchObject({ check: 'P6' })
})

test.each([
  ['an overlay names the image of N in its place', overlay('v1'), overlay('v2')],
  ['another image goes back as well', overlay('v1', 'v8'), overlay('v2', 'v7')],
  ['an overlay came with N+1', '', overlay('v2')],
  ['another image in full has got the same tag', 'image: shop/worker:v5', 'image: "shop/worker:v2"'],
])('it is proven where %s', async (_, over, failed) => {
  await expect(restoring({ v1: { base: `${BASE}1`, over }, v2: { base: `${BASE}2`, over: failed } })).resolves.toBeUndefined()
})
