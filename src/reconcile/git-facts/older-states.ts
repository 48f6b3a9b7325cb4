import type { CommitSha, GitCommit, InputPath } from '../../domain/application/commit.ts'
import { STATES_LOOKED_AT } from '../../domain/decision/culprits.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { hasFailed } from '../../domain/release/attempts.ts'
import type { Release } from '../../domain/release/release.ts'
import type { GitRepository } from '../../ports/git.ts'
import { readLeft } from '../fields/by-fields.ts'

/** Each costs some ten questions to Git. */
const MOST_COMMITS = 20
const MOST_FILES = 200

export interface OlderQuestion {
  commits: readonly GitCommit[]
  /** What is restored: what they change beside it says nothing of the Rollout. */
  files: readonly InputPath[]
  /** Other releases of the Rollout. */
  others: readonly Release[]
}

/**
 * Which of the commits bring back all that they change among the restored as it was before, whole files or fields of them: a revert is
 * known by what it does. One that brings back what has failed here is none: somebody, or a bot, released it again. What is too much to be
 * looked at is told.
 * @throws KedgeError E_GIT_*
 */
export async function backToOlder(
  repository: GitRepository,
  { commits, files: restored, others }: OlderQuestion,
): Promise<Pick<SourceFacts, 'backToOlder' | 'tooMuchForOlder'>> {
  if (commits.length > MOST_COMMITS) return { backToOlder: [], tooMuchForOlder: `of ${commits.length} commits` }
  const found: CommitSha[] = []
  const failed = onlyFailed(others)
  let tooMuchForOlder: string | null = null
  for (const commit of commits) {
    const files = (await repository.changedPaths([commit.sha], restored)).map((path) => ({ path, glob: false }))
    if (files.length > MOST_FILES) tooMuchForOlder = `of ${commit.sha.slice(0, 12)}, which changes ${files.length} files`
    else if (files.length > 0 && (await isBackToOlder(repository, commit, { files, failed }))) found.push(commit.sha)
  }
  return { backToOlder: found, tooMuchForOlder }
}

/** Commits whose releases have failed, and none of them made it. */
function onlyFailed(releases: readonly Release[]): ReadonlySet<string> {
  const made = new Set(releases.flatMap(({ outcome, revision }) => (outcome === 'promoted' && revision ? [revision] : [])))
  return new Set(
    releases.flatMap((release) => (hasFailed(release) && release.revision && !made.has(release.revision) ? [release.revision] : [])),
  )
}

async function isBackToOlder(
  repository: GitRepository,
  { sha, parents }: GitCommit,
  { files, failed }: { files: readonly InputPath[]; failed: ReadonlySet<string> },
): Promise<boolean> {
  const [parent] = parents
  const state = await repository.fingerprint(sha, files)
  const makerOf = async (at: CommitSha): Promise<string> => (await repository.newestTouching(at, files))?.sha ?? ''
  // All that the commit changed is fields, and they are there as it left them.
  const isInFields = async (at: CommitSha): Promise<boolean> => {
    const paths = files.map(({ path }) => path)
    return parent !== undefined && (await readLeft(repository, { good: parent, bad: sha, paths }, at)).result === 'restorable'
  }
  let at = parent
  let broughtFields: string | undefined
  let isPast = false
  for (let looked = 0; at !== undefined && looked < STATES_LOOKED_AT; looked += 1) {
    const newer: GitCommit | undefined = await repository.newestTouching(at, files)
    at = newer?.parents[0]
    if (at === undefined) break
    if ((await repository.fingerprint(at, files)) === state) return !failed.has(await makerOf(at))
    // Others have changed the files since: what brought the fields is the oldest of the states in a row that have them.
    if (!isPast && (await isInFields(at))) broughtFields = await makerOf(at)
    else isPast = broughtFields !== undefined
  }
  return broughtFields !== undefined && !failed.has(broughtFields)
}
