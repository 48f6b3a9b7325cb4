import { exactly, type GitCommit } from '../../../domain/application/commit.ts'
import { isAmong } from '../../../domain/application/inputs.ts'
import { isSameParts } from '../../../domain/application/rendered-parts.ts'
import { mergeInputs } from '../../inputs/read-inputs.ts'
import type { OpenQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import { nameOf } from '../question/versions.ts'
import type { Revisions } from '../revisions/revisions.ts'
import { tell } from './own-commits.ts'

/** More are not rendered one by one. */
const MOST_COMMITS = 20

/**
 * Files that a template may read by a name that it works out are those of other environments, too. They go back only with a commit that
 * changes what is read for certain, or of which rendering shows that it changes something. Where nobody renders, none goes back, nor does
 * one that moves later stand in the way: that they are as they were is insisted on elsewhere.
 * @throws Refusal P7 where it is not known what a commit changes; KedgeError E_GIT_*, E_RENDERER_UNREACHABLE
 */
export async function settleCandidates(question: OpenQuestion, revisions: Revisions, isRendered: boolean): Promise<Revisions> {
  const { repository, opened } = question
  const { firm, candidates, good, revision } = revisions
  if (candidates.length === 0) return revisions
  if (!isRendered) {
    const isFirm = ({ path, glob }: (typeof candidates)[number]): boolean =>
      candidates.every((one) => one.path !== path || one.glob !== glob)
    return { ...revisions, restored: firm, inputs: mergeInputs(revisions.inputs.filter(isFirm), firm) }
  }
  const commits = await repository.commitsTouching(good.sha, revision.sha, candidates)
  const own = new Set<string>((await repository.commitsTouching(good.sha, revision.sha, firm)).map(({ sha }) => sha))
  const doubtful = commits.filter(({ sha }) => !own.has(sha))
  if (doubtful.length > MOST_COMMITS)
    throw new Refusal('P7', `${doubtful.length} commits change files of which a template works out the names: too many to be rendered.`)
  const read = commits.filter(({ sha }) => own.has(sha))
  for (const commit of doubtful) if (await changesSomething(question, commit)) read.push(commit)
  const paths = await repository.changedPaths(
    read.map(({ sha }) => sha),
    candidates,
  )
  // Once a PR was opened, what it takes back is settled.
  const settled = opened.flatMap((revert) => revert.paths).filter((path) => isAmong(path, candidates))
  const shown = exactly([...paths, ...settled])
  return { ...revisions, restored: mergeInputs(firm, shown) }
}

async function changesSomething(question: OpenQuestion, commit: GitCommit): Promise<boolean> {
  const [parent] = commit.parents
  if (parent === undefined) return true
  const [before, after] = [await tell(question, { sha: parent }), await tell(question, commit)]
  for (const told of [before, after])
    if (told.result === 'unknown') throw new Refusal('P7', `whether ${nameOf(commit)} changes anything is not known. ${told.detail}`)
  return before.result !== 'told' || after.result !== 'told' || !isSameParts(before.parts, after.parts)
}
