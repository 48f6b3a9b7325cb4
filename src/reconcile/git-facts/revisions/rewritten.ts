import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { branchOf } from '../../../domain/application/applied-sources.ts'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { applicationName } from '../../../domain/application/mapping.ts'
import type { Release } from '../../../domain/release/release.ts'
import { reduce } from '../commit/app-commit.ts'
import type { OpenQuestion } from '../question/question.ts'
import { revisionsAt } from '../question/renderings.ts'

/**
 * Why a commit is not where it was looked for, a clause: the branch was rewritten only where Kedge has found the commit on it before. Else
 * it may never have been there: Argo CD syncs a commit of any branch that it is told to, and that one may be pushed by force every day.
 */
export function whyNotThere({ release, others, application, source }: OpenQuestion, sha: CommitSha): string {
  const reads = branchOf(source.targetRevision)
  const isOfBranch = ({ applied }: Release): boolean => (applied?.sources?.[source.index]?.pin ?? reads) === reads
  const found = [release, ...others].filter((one) => one.applied?.application === applicationName(application) && isOfBranch(one))
  const wasThere = found.some(({ revision, goodRevision }) => revision === sha || goodRevision === sha)
  if (wasThere) return 'its history was rewritten'
  return 'it was synced from another branch, or this one was pushed by force'
}

/** More are not compared one by one. */
const MOST_COMMITS = 20

/**
 * `dropped`: commits that were N+1's and are on the branch no more, as it was pushed by force. What stands in its place is known by its
 * content, however it is called (amended, rebased, squashed): the oldest commit after N's that leaves the inputs as N+1's had. `applied`:
 * N+1 with that one; absent where there is none. @throws KedgeError E_GIT_*
 */
export async function readRewritten(
  question: OpenQuestion,
  head: CommitSha,
): Promise<{ dropped: readonly CommitSha[]; applied?: AppliedRevision }> {
  const { application, repository, source, release } = question
  const { applied, goodRevision: good } = release
  const bad = applied && (await reduce(question, applied))
  const isOn = async (sha: CommitSha): Promise<boolean> => (await repository.has(sha)) && repository.isAncestor(sha, head)
  if (!bad || (await isOn(bad.commit.sha))) return { dropped: [] }
  const { revision } = release
  const dropped = [bad.commit.sha, ...(revision && revision !== bad.commit.sha && !(await isOn(revision)) ? [revision] : [])]
  if (application.hydrator || !good || !(await isOn(good))) return { dropped }
  const commits = await repository.commitsTouching(good, head, bad.inputs)
  if (commits.length > MOST_COMMITS) return { dropped }
  const content = await repository.fingerprint(bad.commit.sha, bad.inputs)
  for (const { sha } of commits) {
    if ((await repository.fingerprint(sha, bad.inputs)) !== content) continue
    return { dropped, applied: { ...applied, revisions: revisionsAt(application, source, { commit: sha, applied }) } }
  }
  return { dropped }
}
