import type { GitCommit } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { aRepositoryAt, type Changes } from '../a-repository.ts'
import { REPO } from '../an-application.ts'

/** A repository, and the commits of its branch, oldest first. */
export interface Branch {
  repository: GitRepository
  commits: readonly GitCommit[]
}

/** A branch of one commit for each of these changes, oldest first; null takes a file away. */
export async function aBranch(changes: readonly Changes[]): Promise<Branch> {
  const { git, commit } = aRepositoryAt(REPO)
  const shas = changes.map((files, at) => commit(files, { message: `change ${at}` }))
  return { repository: git, commits: await Promise.all(shas.map((sha) => git.commit(sha))) }
}

/** Inputs that are files. */
export const files = (...paths: readonly string[]) => paths.map((path) => ({ path, glob: false }))
