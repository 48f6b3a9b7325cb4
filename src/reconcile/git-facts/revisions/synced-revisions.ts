import { changedOutsideGit, readsTheSame } from '../../../domain/application/applied-sources.ts'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { isExperiment } from '../../../domain/experiment/name.ts'
import { subjectWords } from '../../../domain/experiment/words.ts'
import { mergeInputs } from '../../inputs/read-inputs.ts'
import { readRestored, reduce } from '../commit/app-commit.ts'
import type { OpenQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import type { Revisions } from './revisions.ts'
import { whyNotThere } from './rewritten.ts'

/** What was applied, for people: `the flags`, `were`, `them`. */
interface Words {
  what: string
  were: string
  them: string
  /** Where both syncs were of one commit, a sentence, if there is more to say than of any other. */
  again?: string
}

/**
 * The commits of a release that two syncs tell, and no template: what its own applied, and what was applied before.
 * @throws Refusal P4, P6, P7; KedgeError E_GIT_*
 */
export async function readSyncedRevisions(question: OpenQuestion, head: CommitSha, { what, were, them, again }: Words): Promise<Revisions> {
  const { application, release, repository } = question
  const { applied, goodApplied } = release
  const after = applied && (await reduce(question, applied))
  if (!applied || !after)
    throw new Refusal('P4', 'the applied revision is not in the repository, or its sources were applied at different commits.')
  const { commit: revision } = after
  if (!(await repository.isAncestor(revision.sha, head)))
    throw new Refusal('P4', `the applied commit ${revision.sha.slice(0, 12)} is not on the branch: ${whyNotThere(question, revision.sha)}.`)
  if (!readsTheSame(application, applied))
    throw new Refusal('P4', `the Application reads other sources now than when ${what} ${were} applied.`)
  const changed = changedOutsideGit(goodApplied, applied, subjectWords(isExperiment(release)).ends)
  if (changed) throw new Refusal('P7', changed)
  const before = goodApplied && (await reduce(question, goodApplied))
  if (again !== undefined && before?.commit.sha === revision.sha) throw new Refusal('P6', again)
  if (!before || before.commit.sha === revision.sha || !(await repository.isAncestor(before.commit.sha, revision.sha)))
    throw new Refusal('P6', `what was applied before ${what} is not on the way to ${them}.`)
  const { commit: good } = before
  const restored = await readRestored(question, { good: good.sha, revision: revision.sha })
  return { revision, good, inputs: mergeInputs(after.inputs, before.inputs), ...restored, goodStandsIn: false }
}
