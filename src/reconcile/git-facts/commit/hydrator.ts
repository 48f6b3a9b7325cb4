import { asCommitSha, type CommitSha, exactly } from '../../../domain/application/commit.ts'
import { clean } from '../../../domain/application/inputs.ts'
import type { HydratorSnapshot } from '../../../domain/application/snapshots.ts'
import type { GitRepositories, GitRepository } from '../../../ports/git.ts'

/** Far above any real `hydrator.metadata`. */
const METADATA_BYTES = 256 * 1024

/**
 * The dry commit that made a hydrated one, read from the file `hydrator.metadata` in it: `status.sourceHydrator` and the Git note move
 * on with unrelated dry commits. Undefined where it names none, or was written by hand since. Source: Argo CD
 * `commitserver/commit/hydratorhelper.go`.
 */
export async function dryRevision(
  dry: { repositories: GitRepositories; repository: GitRepository },
  hydrator: HydratorSnapshot,
  hydrated: string | undefined,
): Promise<CommitSha | undefined> {
  const revision = asCommitSha(hydrated)
  if (!revision) return undefined
  const repository = hydrator.syncRepoURL === undefined ? dry.repository : await dry.repositories.open(hydrator.syncRepoURL)
  if (!(await isThere(repository, hydrator, revision))) return undefined
  for (const path of [clean(`${hydrator.syncPath}/hydrator.metadata`), 'hydrator.metadata']) {
    const text = path === undefined ? undefined : await repository.readFile(revision, path, METADATA_BYTES)
    const sha = text === undefined ? undefined : readDrySha(text)
    if (path !== undefined && sha) return (await isByHand(repository, hydrator, { revision, path })) ? undefined : sha
  }
  return undefined
}

/**
 * Whether somebody else than the hydrator wrote last what lies there: that one names another dry commit with all that it changes. What is
 * written by hand leaves the name as it was, of a commit that has nothing to do with it.
 */
async function isByHand(
  repository: GitRepository,
  { syncPath }: HydratorSnapshot,
  { revision, path }: { revision: CommitSha; path: string },
): Promise<boolean> {
  const newest = await repository.newestTouching(revision, exactly([clean(syncPath) ?? '']))
  return newest !== undefined && !(await repository.filesOf(newest.sha)).includes(path)
}

/** A revision that is there already asks nobody; the branch is only fetched where a server gives no single commits. */
async function isThere(repository: GitRepository, { syncBranch }: HydratorSnapshot, revision: CommitSha): Promise<boolean> {
  if (await repository.has(revision)) return true
  return (await repository.fetch(syncBranch)) !== undefined && repository.has(revision)
}

function readDrySha(text: string): CommitSha | undefined {
  try {
    const metadata = JSON.parse(text) as { drySha?: unknown } | null
    return typeof metadata?.drySha === 'string' ? asCommitSha(metadata.drySha) : undefined
  } catch {
    return undefined
  }
}
