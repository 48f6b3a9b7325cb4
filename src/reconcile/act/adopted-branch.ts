import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { GitRepository } from '../../ports/git.ts'
import { isRestoredOnto } from '../fields/by-fields.ts'

/**
 * Whether a commit that is already on our branch is the revert and nothing else: our key in its message, one parent, no other file than
 * those to restore, and each of them as the revert makes it on top of that parent, which the base branch has: whatever else lay below it
 * would be merged along, be it another's or what was taken out of the base branch by force. Anybody may have pushed there meanwhile.
 * @throws KedgeError E_GIT_*
 */
async function isOurCommit(repository: GitRepository, revert: Revert, head: CommitSha): Promise<boolean> {
  if (head === revert.commit) return true
  if (!(await repository.has(head))) return false
  const commit = await repository.commit(head)
  const [base, ...others] = commit.parents
  if (base === undefined || others.length > 0 || !commit.body.split('\n').includes(`Kedge-Revert-Key: ${revert.key}`)) return false
  const tip = await repository.fetch(revert.baseBranch)
  if (!tip || !(await repository.isAncestor(base, tip))) return false
  const changed = await repository.filesOf(head)
  if (!changed.every((file) => revert.paths.includes(file))) return false
  const { goodRevision: good, culprits, paths } = revert
  const bad = culprits.at(-1)?.sha
  // A link has the bytes of a file, and none of its meaning; whether a file is executable does not count here.
  const [kinds, wanted] = [await repository.kindsAt(head, paths), await repository.kindsAt(good, paths)]
  if (paths.some((path) => kinds[path] !== wanted[path])) return false
  return bad !== undefined && isRestoredOnto(repository, { good, bad, paths }, { base, at: head })
}

/** The commit's name when it is ours, else null: the branch is then somebody else's to deal with. @throws KedgeError E_GIT_* */
export async function ownCommit(repository: GitRepository, revert: Revert, head: string): Promise<CommitSha | null> {
  const sha = asCommitSha(head)
  return sha && (await isOurCommit(repository, revert, sha)) ? sha : null
}
