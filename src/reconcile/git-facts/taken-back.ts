import type { CommitSha, InputPath } from '../../domain/application/commit.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { GitRepository } from '../../ports/git.ts'
import type { RevertCommits } from './versions.ts'

/** Beside the revert's commit the one that was pushed and taken back, where all that the Application reads is the same in both. */
export async function withTakenBack(
  repository: GitRepository,
  revert: Revert | undefined,
  { commit, inputs }: { commit: CommitSha; inputs: readonly InputPath[] },
): Promise<RevertCommits> {
  const last = revert?.takenBack
  if (last === undefined || last === commit) return { commit, takenBack: last }
  if (!(await repository.has(last))) return { commit, takenBack: undefined }
  const isSame = (await repository.fingerprint(last, inputs)) === (await repository.fingerprint(commit, inputs))
  return { commit, takenBack: isSame ? last : undefined }
}
