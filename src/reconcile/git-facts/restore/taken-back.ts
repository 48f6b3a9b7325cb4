import type { CommitSha, InputPath } from '../../../domain/application/commit.ts'
import { restOfRevert } from '../../../domain/revert/rest.ts'
import type { GitRepository } from '../../../ports/git.ts'
import type { RevertCommits } from '../question/prove-commit.ts'
import type { OpenQuestion } from '../question/question.ts'

/** Beside the revert's commit the one that was pushed and taken back, where all that the Application reads is the same in both. */
export async function withTakenBack(
  { repository, revertOf, clock }: Pick<OpenQuestion, 'repository' | 'revertOf' | 'clock'>,
  key: string,
  { commit, inputs }: { commit: CommitSha; inputs: readonly InputPath[] },
): Promise<RevertCommits> {
  const revert = revertOf(key)
  const last = revert?.takenBack
  if (last === undefined || !(last === commit || (await isSame(repository, [last, commit], inputs))))
    return { commit, takenBack: undefined }
  return { commit, takenBack: { commit: last, answer: revert?.takenBackFor, rests: restOfRevert(revert, clock.now()) > 0 } }
}

async function isSame(
  repository: GitRepository,
  [one, other]: readonly [CommitSha, CommitSha],
  inputs: readonly InputPath[],
): Promise<boolean> {
  if (!(await repository.has(one))) return false
  return (await repository.fingerprint(one, inputs)) === (await repository.fingerprint(other, inputs))
}
