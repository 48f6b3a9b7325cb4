import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import { haveOtherSteps } from '../../../domain/release/beginning.ts'
import type { SourceQuestion } from '../question/question.ts'

/** Whether the same template has begun before with other steps than this time, by one of these syncs. */
export function hadOtherSteps({ release, others }: Pick<SourceQuestion, 'release' | 'others'>, syncs: readonly AppliedRevision[]): boolean {
  return others.some(
    (other) =>
      other.podTemplateHash === release.podTemplateHash &&
      haveOtherSteps(release, other) &&
      syncs.some(({ revisions }) => sameRevisions(revisions, other.applied?.revisions ?? [])),
  )
}
