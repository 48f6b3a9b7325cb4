import type { ApplicationSnapshot, HydratorSnapshot } from '../domain/application.ts'
import { asCommitSha, type CommitSha } from '../domain/commit.ts'
import { normaliseRepoURL } from '../domain/identity.ts'
import { clean, type GitSource } from '../domain/inputs.ts'
import type { GitRepository } from '../ports.ts'

/** Far above any real `hydrator.metadata`. */
const METADATA_BYTES = 256 * 1024

/**
 * With the source hydrator, `spec.source` is ignored and the applied revision is a hydrated commit that the next hydration overwrites:
 * the revert has to go to the dry repository and branch. Source: Argo CD `docs/user-guide/source-hydrator.md`.
 */
export function drySource(application: ApplicationSnapshot): GitSource | undefined {
  const { hydrator } = application
  if (!hydrator) return undefined
  return {
    index: 0,
    repoURL: hydrator.dryRepoURL,
    repository: normaliseRepoURL(hydrator.dryRepoURL),
    targetRevision: hydrator.dryTargetRevision || 'HEAD',
    source: {
      repoURL: hydrator.dryRepoURL,
      targetRevision: hydrator.dryTargetRevision,
      path: hydrator.dryPath,
      chart: undefined,
      ref: undefined,
      valueFiles: [],
      fileParameters: [],
      parameters: '',
    },
  }
}

/**
 * The dry commit that made a hydrated one, read from the file `hydrator.metadata` in it: `status.sourceHydrator` and the Git note move
 * on with unrelated dry commits. Source: Argo CD `commitserver/commit/hydratorhelper.go`.
 */
export async function dryRevision(repository: GitRepository, hydrator: HydratorSnapshot, hydrated: string | undefined): Promise<CommitSha | undefined> {
  const revision = asCommitSha(hydrated)
  if (!revision) return undefined
  await repository.fetch(hydrator.syncBranch)
  if (!(await repository.has(revision))) return undefined
  for (const path of [clean(`${hydrator.syncPath}/hydrator.metadata`), 'hydrator.metadata']) {
    const text = path === undefined ? undefined : await repository.readFile(revision, path, METADATA_BYTES)
    const dry = text === undefined ? undefined : readDrySha(text)
    if (dry) return dry
  }
  return undefined
}

function readDrySha(text: string): CommitSha | undefined {
  try {
    const metadata: unknown = JSON.parse(text)
    if (typeof metadata !== 'object' || metadata === null || !('drySha' in metadata)) return undefined
    return typeof metadata.drySha === 'string' ? asCommitSha(metadata.drySha) : undefined
  } catch {
    return undefined
  }
}
