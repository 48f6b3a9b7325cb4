import type { CommitSha } from '../../../domain/application/commit.ts'
import type { Proof, SourceFacts } from '../../../domain/decision/facts.ts'
import { comparedPaths } from '../../../domain/revert/compared-paths.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { Refusal } from '../question/refusal.ts'
import type { Revisions } from '../revisions/revisions.ts'

/** What a restore's commit holds. @throws Refusal P10; KedgeError E_GIT_* */
export async function prove(
  repository: GitRepository,
  {
    restored: inputs,
    paths,
    staying,
    leftOut,
    byFields,
  }: Pick<Revisions, 'restored'> & Pick<SourceFacts, 'paths' | 'staying' | 'leftOut' | 'byFields'>,
  at: { revision: CommitSha; good: CommitSha; commit: CommitSha; tree: string },
): Promise<Proof> {
  const compared = comparedPaths({ inputs, paths, staying, leftOut, byFields })
  if (staying.length === 0 && leftOut.paths.length > 0) await insistElsewhere(repository, { inputs, leftOut }, at)
  const [atGood, atRevert, before, after] = await Promise.all([
    repository.fingerprint(at.good, compared),
    repository.fingerprint(at.commit, compared),
    repository.objectNames(at.revision, paths),
    repository.objectNames(at.commit, paths),
  ])
  const files = paths.map((path) => ({ path, before: before[path] ?? null, after: after[path] ?? null }))
  return { commit: at.commit, tree: at.tree, atGood, atRevert, files }
}

/** Where files are left out, the inputs as a whole have no fingerprint to compare. @throws Refusal P10 */
async function insistElsewhere(
  repository: GitRepository,
  { inputs, leftOut }: Pick<Revisions, 'inputs'> & Pick<SourceFacts, 'leftOut'>,
  { good, commit }: { good: CommitSha; commit: CommitSha },
): Promise<void> {
  const differing = await repository.differingPaths(good, commit, inputs)
  const [other] = differing.filter((path) => !leftOut.paths.includes(path))
  if (other !== undefined) throw new Refusal('P10', `the restored inputs are not those of N: ${plainText(other)} differs.`)
}
