import type { AppliedRevision } from '../../domain/application/applied-revision.ts'
import { asCommitSha } from '../../domain/application/commit.ts'
import { sameRevisions } from '../../domain/application/mapping.ts'
import { KedgeError } from '../../domain/errors.ts'
import { asksGit } from '../../domain/release/end.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../loop/observe.ts'
import { isSameForApp, onlySource, type SourceChoice } from './choose-source.ts'
import { Refusal } from './refusal.ts'

/**
 * Asks Git, for the releases whose end depends on it, whether the newest sync brought other inputs than the release's own. While Git cannot
 * be reached, nothing is declared restored; what Git will never answer counts as moved.
 */
export async function askWhetherMoved(environment: Environment, look: Look): Promise<(release: Release) => boolean> {
  const still = new Set<string>()
  for (const release of look.observation.open) {
    if (asksGit(release, look.observation) && !(await hasMoved(environment, look, release))) still.add(release.key)
  }
  return (release) => !still.has(release.key)
}

/**
 * Whether the newest sync in the history was of an earlier commit than the release's own, which is not in there: the history holds no sync
 * that failed. A release that was rolled back in Argo CD is in there.
 */
async function isEarlier(choice: SourceChoice, newest: AppliedRevision, applied: AppliedRevision): Promise<boolean> {
  const source = await onlySource(choice)
  const { application, repositories } = choice
  if (!source || application.hydrator || application.history.some((entry) => sameRevisions(entry.revisions, applied.revisions)))
    return false
  const [early, late] = [asCommitSha(newest.revisions[source.index]), asCommitSha(applied.revisions[source.index])]
  const repository = await repositories.open(source.repoURL)
  if (!early || !late || !(await repository.has(early)) || !(await repository.has(late))) return false
  return repository.isAncestor(early, late)
}

async function hasMoved({ repositories }: Environment, look: Look, release: Release): Promise<boolean> {
  const [application] = look.applications
  const [newest] = look.observation.syncs
  if (!application || !newest || !release.applied) return true
  try {
    const choice = { repositories, application, release }
    if (await isEarlier(choice, newest, release.applied)) return false
    return !(await isSameForApp(choice, release.applied, newest))
  } catch (error) {
    if (error instanceof Refusal) return true
    if (error instanceof KedgeError) return !error.retryable
    throw error
  }
}
