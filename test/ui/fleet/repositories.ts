import { join } from 'node:path'
import { createGitRepositories } from '../../../src/adapters/git/repositories.ts'
import type { GitRepositories, GitRepository } from '../../../src/ports/git.ts'
import type { GitHub } from '../../../src/simulator/github.ts'
import type { Repository } from '../../../src/simulator/github/forge.ts'
import { noteRefs } from '../../../src/simulator/github/pull-requests.ts'

export interface Lying {
  /** The forge that has the repository. */
  github: GitHub
  repository: Repository
  /** A folder for mirrors. */
  root: string
  allows: (repoURL: string) => boolean
}

/**
 * The forge's one repository, read where it lies: to fetch hundreds of times over HTTP took most of the fleet's time. The forge notices
 * what is pushed as it does over HTTP.
 */
export function repositoriesAt({ github, repository, root, allows }: Lying): GitRepositories {
  const repositories = createGitRepositories({
    root: join(root, 'mirrors'),
    allow: allows,
    credentialsFor: async () => undefined,
    urlFor: () => repository.git.directory,
    allowFileProtocol: true,
    borrowsOnDisk: true,
    timeoutMs: 60_000,
  })
  const notice = (): Promise<void> => noteRefs(github.forge, repository, 'kedge[bot]')
  return { ...repositories, open: async (repoURL) => noticed(await repositories.open(repoURL), notice) }
}

function noticed(git: GitRepository, notice: () => Promise<void>): GitRepository {
  return {
    ...git,
    async push(...pushed) {
      const result = await git.push(...pushed)
      await notice()
      return result
    },
    async deleteBranch(...deleted) {
      const result = await git.deleteBranch(...deleted)
      await notice()
      return result
    },
  }
}
