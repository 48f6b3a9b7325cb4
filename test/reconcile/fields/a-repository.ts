import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { createMemoryRepository } from '../../histories/git/memory-repository.ts'
import { createWorldRepository, REPO } from '../../histories/world/repository.ts'

/** Files by their paths; null takes one away. */
export type State = Readonly<Record<string, string | null>>

/** A repository in memory in which each of these changes is a commit upon the one before, and which files were read of it. */
export function aRepository(...changes: readonly State[]): { repository: GitRepository; commits: readonly CommitSha[]; read: string[] } {
  const world = createWorldRepository(() => 0)
  const commits = changes.map((files) => world.commit(files, { message: 'change', kind: 'change' }))
  const read: string[] = []
  const git = createMemoryRepository(REPO, world.remote)
  const repository: GitRepository = {
    ...git,
    async readFiles(at, paths, most) {
      read.push(...paths)
      return git.readFiles(at, paths, most)
    },
  }
  return { repository, commits, read }
}
