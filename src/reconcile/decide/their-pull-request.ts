import type { CommitSha } from '../../domain/application/commit.ts'
import { asCommitSha } from '../../domain/application/commit.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import type { TheirPullRequest } from '../../domain/decision/their-pull-request.ts'
import type { PullRequest } from '../../ports/forge.ts'
import type { GitRepository } from '../../ports/git.ts'
import type { Environment } from '../environment.ts'
import { isRestoredOnto } from '../fields/by-fields.ts'

const OURS = 'kedge/revert/'

/** Each may cost a fetch. */
const MOST_LOOKED_AT = 10

/** Such as the forges' own `revert-12-main` and “Reverts acme/shop#12”, and Git's “This reverts commit …”. */
const saysRevert = ({ branch, body }: PullRequest): boolean => /revert|roll-?back/i.test(branch) || /\brevert/i.test(body)

/**
 * The open PR of a person that restores the same files, whoever wrote it: what it changes makes each of them what the revert would. A
 * branch that was left before N+1 has them so, too, and brings nothing back. One of ours counts where the ledger does not know it: it was
 * lost, and what that PR was opened for has been replaced since. Undefined where there is none, and where nothing is to be restored.
 * @throws KedgeError E_FORGE_*, E_GIT_*
 */
export async function findTheirs(environment: Environment, source: SourceFacts | null): Promise<TheirPullRequest | undefined> {
  if (!source?.proof || !source.repoURL || !source.baseBranch || !environment.allowsRepository(source.repoURL)) return undefined
  const open = await environment.forges.forRepository(source.repoURL).listOpen(source.baseBranch)
  const own = new Set([source.branch, ...environment.ledger.reverts({}).map(({ branch }) => branch)])
  // Where many are open, the one of a person who has said so would be hidden by newer ones that have nothing to do with it.
  const others = open.filter(({ branch }) => !own.has(branch)).toSorted((one, other) => +saysRevert(other) - +saysRevert(one))
  if (others.length === 0) return undefined
  const repository = await environment.repositories.open(source.repoURL)
  for (const { number, url, headSha, branch } of others.slice(0, MOST_LOOKED_AT)) {
    const theirs = asCommitSha(headSha)
    if (!theirs || !source.head || !(await repository.has(theirs))) continue
    const base = await repository.mergeBase(source.head, theirs)
    const change = base && { base, at: theirs }
    if (change && (await (branch.startsWith(OURS) ? overlaps : restores)(repository, source, change))) return { number, url }
  }
  return undefined
}

interface Change {
  /** Where it left the branch. */
  base: CommitSha
  at: CommitSha
}

/** Whether the difference that the PR shows is that of the revert on top of it, in every file. */
async function restores(repository: GitRepository, { good, culprits, paths }: SourceFacts, change: Change): Promise<boolean> {
  const bad = culprits.at(-1)
  return good && bad ? isRestoredOnto(repository, { good: good.sha, bad: bad.sha, paths }, change) : false
}

/** Whether it brings back any file that the revert would: what came on top since may have changed more of them. */
async function overlaps(repository: GitRepository, { good, paths }: SourceFacts, { base, at }: Change): Promise<boolean> {
  if (!good) return false
  const [then, before, there] = await Promise.all([good.sha, base, at].map((sha) => repository.objectNames(sha, paths)))
  return paths.some((path) => there?.[path] === then?.[path] && there?.[path] !== before?.[path])
}
