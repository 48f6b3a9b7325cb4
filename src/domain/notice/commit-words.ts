import { asCommitSha } from '../application/commit.ts'
import type { Release } from '../release/release.ts'
import { pullRequestNumber } from '../words/pull-request.ts'

/**
 * The commit that brought a release, behind the version's name: ` (2222222 by Ada, #7 merged by linus)`. Who approved its PR is read on the
 * release's page, not in an incident. Names are as others chose them: to be escaped.
 */
export function commitWords({ revision, author, sourcePr, applied }: Release): string {
  if (!revision) return asSynced(applied)
  const pull = sourcePr && `, ${pullRequestNumber(sourcePr)}${sourcePr.mergedBy ? ` merged by ${sourcePr.mergedBy}` : ''}`
  return ` (${revision.slice(0, 7)}${author ? ` by ${author}` : ''}${pull ?? ''})`
}

/** Where Git was not asked, Argo CD's word for it. */
export function asSynced(applied: Release['applied']): string {
  const revision = applied?.revisions.find((one) => asCommitSha(one) !== undefined)
  return revision === undefined ? '' : ` (${revision.slice(0, 7)} as Argo CD synced)`
}
