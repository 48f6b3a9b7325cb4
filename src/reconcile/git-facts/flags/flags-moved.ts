import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { readLeft } from '../../fields/by-fields.ts'
import { readRestored, reduce } from '../commit/app-commit.ts'
import { onlySource, type SourceChoice } from '../commit/choose-source.ts'
import { readCulprits } from '../culprits/culprit-files.ts'

/**
 * Whether the newest sync has brought the flags of a release back (true), has left them as they were made, or something else: other values,
 * another file, a part of them, or what cannot be told (`onward`). No template says so: N's is rendered with the flags and without.
 * @throws Refusal P3; KedgeError E_GIT_*
 */
export async function flagsMoved(choice: SourceChoice, newest: AppliedRevision): Promise<boolean | 'onward'> {
  const { application, repositories, release } = choice
  const [good, revision] = [release.goodRevision, release.revision]
  // What was never told of them is not back.
  if (!good || !revision) return false
  const source = await onlySource(choice)
  if (!source) return 'onward'
  const repository = await repositories.open(source.repoURL)
  const now = (await reduce({ ...choice, source, repository }, newest))?.commit.sha
  if (!now) return 'onward'
  const restored = await readRestored({ repository, source, application }, { good, revision })
  const { paths } = await readCulprits(repository, { application, release, revision, good, ...restored, restored: restored.firm })
  if (paths.length === 0) return 'onward'
  const left = await readLeft(repository, { good, bad: revision, paths }, now)
  if (left.result === 'refused') return 'onward'
  return left.result === 'back'
}
