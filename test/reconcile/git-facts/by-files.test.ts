import { expect, test } from 'vitest'
import type { CommitSha, GitCommit } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { insistByFiles } from '../../../src/reconcile/git-facts/by-files.ts'

/** Files of one size, which name the image of their commit. */
function insist(count: number, size: number): { reads: () => number; proof: Promise<void> } {
  let reads = 0
  const repository = {
    readFiles: async (revision: CommitSha, paths: readonly string[]) => {
      reads += paths.length
      return Object.fromEntries(paths.map((path) => [path, `image: shop/web:${revision}\n`.padEnd(size, '#')]))
    },
  } as unknown as GitRepository
  const question = {
    application: { history: [], driftedRollouts: [], comparedRevisions: [] },
    release: { namespace: 'shop', rollout: 'web', images: ['shop/web:v2'], stableImages: ['shop/web:v1'] },
  } as unknown as Parameters<typeof insistByFiles>[1]
  const commit = (sha: string): GitCommit => ({ sha }) as GitCommit
  const names = Array.from({ length: count }, (_, index) => `${index}.yaml`)
  return {
    reads: () => reads,
    proof: insistByFiles(repository, question, { revision: commit('v2'), good: commit('v1'), paths: names, inputs: [] }),
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
