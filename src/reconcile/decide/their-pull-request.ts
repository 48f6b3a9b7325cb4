import type { CommitSha } from '../../domain/application/commit.ts'
import { asCommitSha } from '../../domain/application/commit.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import type { TheirPullRequest } from '../../domain/decision/their-pull-request.ts'
import type { GitRepository } from '../../ports/git.ts'
import type { Environment } from '../environment.ts'
import { isRestoredOnto } from '../fields/by-fields.ts'

/** Each may cost a fetch. */
const MOST_LOOKED_AT = 10

/**
 * The open PR of a person that restores the same files, whoever wrote it: what it changes makes each of them what the revert would. A
 * branch that was left before N+1 has them so, too, and brings nothing back. Undefined where there is none, and where nothing is to be
 * restored. @throws KedgeError E_FORGE_*, E_GIT_*
 */
export async function findTheirs(environment: Environment, source: SourceFacts | null): Promise<TheirPullRequest | undefined> {
  if (!source?.proof || !source.repoURL || !source.baseBranch || !environment.allowsRepository(source.repoURL)) return undefined
  const open = await environment.forges.forRepository(source.repoURL).listOpen(source.baseBranch)
  const others = open.filter(({ branch }) => !branch.startsWith('kedge/revert/'))
  if (others.length === 0) return undefined
  const repository = await environment.repositories.open(source.repoURL)
  for (const { number, url, headSha } of others.slice(0, MOST_LOOKED_AT)) {
    const head = asCommitSha(headSha)
    if (head && (await restores(repository, head, source))) return { number, url }
  }
  return undefined
}

/** Whether the difference that the PR shows, from where it left the branch, is that of the revert on top of it, in every file. */
async function restores(repository: GitRepository, theirs: CommitSha, { good, culprits, paths, head }: SourceFacts): Promise<boolean> {
  const bad = culprits.at(-1)
  if (!good || !bad || !head || !(await repository.has(theirs))) return false
  const left = await repository.mergeBase(head, theirs)
  if (!left) return false
  return isRestoredOnto(repository, { good: good.sha, bad: bad.sha, paths }, { base: left, at: theirs })
}
