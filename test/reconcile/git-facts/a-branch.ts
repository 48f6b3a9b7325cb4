import { assertCommit } from '../../../src/adapters/git/names.ts'
import type { GitCommit } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { createMemoryRepository } from '../../histories/git/memory-repository.ts'
import type { Files } from '../../histories/world/manifests.ts'
import { createWorldRepository, REPO } from '../../histories/world/repository.ts'

/** A repository, and the commits of its branch, oldest first. */
export interface Branch {
  repository: GitRepository
  commits: readonly GitCommit[]
}

/** A branch of one commit for each of these changes, oldest first; null takes a file away. */
export async function aBranch(changes: readonly Files[]): Promise<Branch> {
  const world = createWorldRepository(() => 0)
  const shas = changes.map((files, at) => world.commit(files, { message: `change ${at}`, kind: 'change' }))
  const memory = createMemoryRepository(REPO, world.remote)
  // The types say so: what is no name of a commit is not asked for.
  const repository: GitRepository = { ...memory, has: async (revision) => memory.has(assertCommit(revision)) }
  return { repository, commits: await Promise.all(shas.map((sha) => repository.commit(sha))) }
}

/** Inputs that are files. */
export const files = (...paths: readonly string[]) => paths.map((path) => ({ path, glob: false }))
