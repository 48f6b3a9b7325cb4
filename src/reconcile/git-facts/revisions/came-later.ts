import type { CommitSha } from '../../../domain/application/commit.ts'
import type { AppReader } from '../commit/app-commit.ts'
import type { Reduced } from '../commit/reduced.ts'
import type { Difference } from '../syncs/by-difference.ts'

/** More are not compared one by one. */
const MOST_LATER = 20

/**
 * Whether all of N+1 is there with a later commit of the branch, and not with the one that is taken for its own: a sync that failed is in
 * no history, and an earlier one may have been taken for it. What is newest on the branch may have other values already.
 * @throws KedgeError E_GIT_*
 */
export async function cameLater(
  { repository }: AppReader,
  { good, bad, difference, head }: { good: Reduced; bad: Reduced; difference: Difference; head: CommitSha },
): Promise<boolean> {
  if (await difference.isBetween(good, bad)) return false
  const later = await repository.commitsTouching(bad.commit.sha, head, bad.inputs)
  const first = later.slice(0, MOST_LATER)
  for (const commit of [...first, ...later.slice(first.length).slice(-1)])
    if (await difference.isBetween(good, { commit, inputs: bad.inputs })) return true
  return false
}
