import { suspectSpan } from '../../../domain/alert/weigh.ts'
import { anythingApplied, appliedOfNoCommit, historyReachesBack } from '../../../domain/application/anything-applied.ts'
import { isSameSync } from '../../../domain/application/applied-sources.ts'
import type { AppliedSync } from '../../../domain/application/applied.ts'
import type { GitCommit } from '../../../domain/application/commit.ts'
import type { SyncsBeside } from '../../../domain/decision/facts.ts'
import { KedgeError } from '../../../domain/errors.ts'
import { burnOf } from '../../../domain/release/burned.ts'
import { reduce } from '../commit/app-commit.ts'
import { isSameForApp, onlySource, type SourceChoice } from '../commit/choose-source.ts'

/** The clocks of Argo CD and of who has the alerts may differ by so much. */
const SKEW_MS = 5_000

/**
 * What else the Application applied in the time in which the alert of a release that burns may be about it, and that changed anything it is
 * made of: a flag, a ConfigMap, its own parameters. What came in the release's own sync goes back with it. Null for any other release.
 * @throws Refusal P3; KedgeError E_GIT_* where it could not be asked just now
 */
export async function syncsBeside(choice: SourceChoice): Promise<SyncsBeside | null> {
  const { application, release } = choice
  const burn = burnOf(release)
  const { applied } = release
  if (!burn || !applied) return null
  const earliest = burn.beganAt - suspectSpan(burn) - SKEW_MS
  const latest = burn.beganAt + SKEW_MS
  const isWithin = ({ startedAt = -Infinity, endedAt = Infinity }: AppliedSync): boolean => startedAt <= latest && endedAt >= earliest
  const syncs = anythingApplied(application)
  const changes: SyncsBeside['changes'][number][] = []
  for (const [at, sync] of syncs.entries()) {
    const before = syncs[at + 1]
    if (!isWithin(sync) || isSameSync(applied, sync) || !before || !(await mayHaveChanged(choice, before, sync))) continue
    const commit = await commitOf(choice, sync)
    if (!changes.some((one) => one.commit !== null && one.commit.sha === commit?.sha))
      changes.push({ at: sync.startedAt ?? sync.endedAt ?? burn.beganAt, commit })
  }
  return { changes, isAllKnown: historyReachesBack(application, earliest) && !appliedOfNoCommit(application, earliest, latest) }
}

/** Where the sources of an Application are read. */
export type ReadSources = Pick<SourceChoice, 'application' | 'repositories'>

/** Whether a sync changed anything that the Application is made of. What will never be answered may have. @throws Refusal P3; KedgeError */
export async function mayHaveChanged(choice: ReadSources, before: AppliedSync, sync: AppliedSync): Promise<boolean> {
  try {
    return !(await isSameForApp(choice, before, sync))
  } catch (error) {
    if (error instanceof KedgeError && !error.retryable) return true
    throw error
  }
}

/** For people; null where no one commit stands for the sync. */
async function commitOf(choice: SourceChoice, sync: AppliedSync): Promise<GitCommit | null> {
  try {
    const source = await onlySource(choice)
    if (!source) return null
    const repository = await choice.repositories.open(source.repoURL)
    return (await reduce({ ...choice, source, repository }, sync))?.commit ?? null
  } catch (error) {
    if (error instanceof KedgeError && !error.retryable) return null
    throw error
  }
}
