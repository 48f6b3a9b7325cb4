import { normaliseRepoURL } from '../../../src/domain/application/repo-url.ts'
import type { GitRepositories, GitRepository } from '../../../src/ports/git.ts'
import { createMemoryRepository } from '../../histories/git/memory-repository.ts'
import { createWorldRepository, type WorldRepository } from '../../histories/world/repository.ts'

/** A repository in memory, as its people and as Kedge see it. */
export interface SomeRepository {
  readonly url: string
  readonly world: WorldRepository
  readonly git: GitRepository
}

/** An empty one. Its `main` has a commit for each `commit` of `world`. */
export function aRepositoryAt(url: string, own: Partial<GitRepository> = {}): SomeRepository {
  const world = createWorldRepository(() => 0)
  return { url, world, git: { ...createMemoryRepository(url, world.remote), ...own } }
}

/** All that Kedge may open, and the addresses of those that it has. */
export function someRepositories(...all: readonly SomeRepository[]): { repositories: GitRepositories; opened: readonly string[] } {
  const opened: string[] = []
  const repositories: GitRepositories = {
    async open(repoURL) {
      const found = all.find(({ url }) => normaliseRepoURL(url) === normaliseRepoURL(repoURL))
      if (!found) throw new Error(`there is no ${repoURL}`)
      opened.push(found.url)
      return found.git
    },
  }
  return { repositories, opened }
}
