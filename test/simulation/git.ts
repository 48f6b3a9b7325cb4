import { basename, join } from 'node:path'
import { expect } from 'vitest'
import { rememberAnswers } from '../../src/adapters/git/memo.ts'
import { createGitRepositories } from '../../src/adapters/git/repositories.ts'
import { repositoryPlace } from '../../src/domain/application/repo-url.ts'
import { KedgeError } from '../../src/domain/errors.ts'
import type { GitRepositories, GitRepository } from '../../src/ports/git.ts'
import type { ReplayOptions } from '../../src/replay.ts'
import type { Origin } from '../contract/git/origin.ts'
import { createMemoryRepository } from '../histories/git/memory-repository.ts'
import { createRemoteAt } from '../histories/git/remote-at.ts'

/**
 * Files whose stories are played on git itself in every run, and why. All others are about what is decided, and are played on a stand-in
 * that fulfils the contract of the real adapter: git's processes would take most of their time. `npm run stories:on-git` plays them all on
 * git.
 */
export const ON_GIT: Readonly<Record<string, string>> = {
  'by-fields.test.ts': 'a revert that writes texts anew',
  'commits-by-forge.test.ts': 'the server refuses pushes, by a hook',
  'forge-limits.test.ts': 'git over HTTP, at the stand-in of each forge',
  'malformed-objects.test.ts': 'git looks at what it fetches',
  'pushed-by-force.test.ts': 'a history that was rewritten',
  'restored-ledger.test.ts': 'what was pushed is found again',
  'reverts.test.ts': 'the whole way of a revert, from the branch to its deletion',
}

export interface GitOptions {
  origin: Origin
  /** A folder for mirrors. */
  root: string
  allows: (repoURL: string) => boolean
  /** What is new is fetched, and looked at as it comes; of git alone. */
  fetches: boolean
}

const areAllOnGit = (): boolean => process.env['KEDGE_TEST_STORIES'] === 'on-git'

/** Recordings that are replayed many times, in many orders: once of each on git is enough. */
export function replaysInMemory(): Pick<ReplayOptions, 'openGit'> {
  return areAllOnGit() ? {} : { openGit: (dir) => inMemory({ dir }, () => true) }
}

/** Kedge's Git over one origin, whatever the address. */
export function openGit({ origin, root, allows, fetches }: GitOptions): GitRepositories {
  const onGit = areAllOnGit() || basename(expect.getState().testPath ?? '') in ON_GIT
  if (!onGit) return inMemory(origin, allows)
  return createGitRepositories({
    root: join(root, 'mirrors'),
    allow: allows,
    credentialsFor: async () => undefined,
    urlFor: () => origin.dir,
    allowFileProtocol: true,
    borrowsOnDisk: !fetches,
    timeoutMs: 60_000,
  })
}

function inMemory({ dir }: Pick<Origin, 'dir'>, allows: GitOptions['allows']): GitRepositories {
  const opened = new Map<string, GitRepository>()
  return {
    async open(repoURL) {
      if (!allows(repoURL))
        throw new KedgeError('E_REPOSITORY_NOT_ALLOWED', `the repository "${repoURL}" is not on the list of allowed ones`)
      const place = repositoryPlace(repoURL, [])
      const repository = opened.get(place) ?? rememberAnswers(createMemoryRepository(repoURL, createRemoteAt(dir)))
      opened.set(place, repository)
      return repository
    },
  }
}
