import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGitRepositories, type GitRepositoriesOptions } from '../../../src/adapters/git/repositories.ts'
import type { GitRepositories, GitRepository } from '../../../src/ports/git.ts'

export interface Opened extends AsyncDisposable {
  /** Where the mirrors are. */
  root: string
  repositories: GitRepositories
  repository: GitRepository
}

/** Opens one repository in a root of its own. `url` is where it really is. */
export async function openAt(url: string, options: Partial<GitRepositoriesOptions> = {}): Promise<Opened> {
  const root = options.root ?? (await mkdtemp(join(tmpdir(), 'kedge-mirrors-')))
  const repositories = createGitRepositories({
    root,
    allow: () => true,
    credentialsFor: async () => undefined,
    urlFor: () => url,
    allowFileProtocol: true,
    timeoutMs: 20_000,
    ...options,
  })
  const repository = await repositories.open('https://git.example/acme/gitops.git')
  return { root, repositories, repository, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
}
