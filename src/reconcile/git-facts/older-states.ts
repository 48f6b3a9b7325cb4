import type { CommitSha, GitCommit, InputPath } from '../../domain/application/commit.ts'
import type { GitRepository } from '../../ports/git.ts'

/** Reverts follow soon on what they revert. */
const MOST_STATES = 6
const MOST_COMMITS = 5
const MOST_FILES = 200

/**
 * Those commits, of the newest few, that bring back all files that they change among the inputs as they were before: a revert is known by
 * what it does. @throws KedgeError E_GIT_*
 */
export async function backToOlder(
  repository: GitRepository,
  commits: readonly GitCommit[],
  inputs: readonly InputPath[],
): Promise<readonly CommitSha[]> {
  const found: CommitSha[] = []
  for (const commit of commits.slice(-MOST_COMMITS)) if (await isBackToOlder(repository, commit, inputs)) found.push(commit.sha)
  return found
}

async function isBackToOlder(repository: GitRepository, { sha, parents }: GitCommit, inputs: readonly InputPath[]): Promise<boolean> {
  const files = (await repository.changedPaths([sha], inputs)).map((path) => ({ path, glob: false }))
  if (files.length === 0 || files.length > MOST_FILES) return false
  const state = await repository.fingerprint(sha, files)
  let [at] = parents
  for (let looked = 0; at !== undefined && looked < MOST_STATES; looked += 1) {
    const newer: GitCommit | undefined = await repository.newestTouching(at, files)
    at = newer?.parents[0]
    if (at !== undefined && (await repository.fingerprint(at, files)) === state) return true
  }
  return false
}
