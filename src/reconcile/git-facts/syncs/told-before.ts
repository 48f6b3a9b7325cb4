import { plain, type AppliedSync } from '../../../domain/application/applied.ts'
import { exactly } from '../../../domain/application/commit.ts'
import { firstFailedAt, haveOtherSteps } from '../../../domain/release/beginning.ts'
import type { Release } from '../../../domain/release/release.ts'
import { reduce, type AppReader } from '../commit/app-commit.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import type { Told } from './told-by-content.ts'

/** More commits are not looked at one by one. */
const MOST_COMMITS = 20

/** By hand, or by a commit that is on the branch no more. */
const OVER_ANOTHER =
  'this version has failed before over another one, and Git has asked for it ever since: what made the version before is not known.'

/**
 * The same template that failed before and has come back by hand, or by self-heal, while Git asked for it all along: since the sync of then
 * no commit has put its files back. Undefined where Git took it back in between, and asked for it anew.
 * @throws Refusal P6 where it fails over another version than before
 */
export async function toldBefore(
  { release, others }: SourceQuestion,
  reader: AppReader,
  syncs: readonly AppliedSync[],
): Promise<Told['brought'] | undefined> {
  const { repository } = reader
  const [newest] = syncs
  const [before] = others
    .filter((other) => other.podTemplateHash === release.podTemplateHash && other.key !== release.key)
    .toSorted((a, b) => b.startedAt - a.startedAt)
  if (!before?.applied || !newest || before.outcome === 'promoted') return undefined
  const [then, now] = [await reduce(reader, before.applied), await reduce(reader, newest)]
  const [parent] = then?.commit.parents ?? []
  if (!then || !now || !parent || !(await repository.isAncestor(then.commit.sha, now.commit.sha))) return undefined
  const paths = exactly(await repository.changedPaths([then.commit.sha], then.inputs))
  if (paths.length === 0) return undefined
  const since = await repository.commitsTouching(then.commit.sha, now.commit.sha, paths)
  if (since.length > MOST_COMMITS) return undefined
  const original = await repository.fingerprint(parent, paths)
  for (const { sha } of since) if ((await repository.fingerprint(sha, paths)) === original) return undefined
  const { goodApplied } = before
  if (before.stableHash !== release.stableHash) throw new Refusal('P6', OVER_ANOTHER)
  const anew = haveOtherSteps(release, before) ? await withOtherSteps(release, reader, { syncs, first: then }) : undefined
  return { applied: anew ? plain(anew) : before.applied, goodApplied }
}

/**
 * The sync with which a template came back with other steps, where there is one commit that can have brought them: of those that were there
 * when the release was first seen, and before that had failed. What began later brought it none.
 */
async function withOtherSteps(
  release: Release,
  reader: AppReader,
  { syncs, first }: { syncs: readonly AppliedSync[]; first: Reduced },
): Promise<AppliedSync | undefined> {
  const seenBy = Math.min(release.startedAt, firstFailedAt(release) ?? Infinity)
  const newest = syncs.find(({ startedAt = Infinity }) => startedAt <= seenBy)
  const brought = newest && (await reduce(reader, newest))
  if (!brought) return undefined
  const commits = await reader.repository.commitsTouching(first.commit.sha, brought.commit.sha, brought.inputs)
  return commits.length === 1 ? newest : undefined
}
