import { z } from 'zod'
import { asCommitSha, type CommitSha } from '../../../domain/application/commit.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { ForgeCommitRequest } from '../../../ports/forge.ts'
import type { ChangedFile } from '../../../ports/git.ts'
import { base64, insistExpressible } from '../http/commit-files.ts'
import type { GiteaRepository } from './repository.ts'

const Files = z.object({ commit: z.object({ sha: z.string() }) })

/**
 * See `VendorForge`. A commit can only be put upon a branch, so the branch is made first, at the parent. Source:
 * https://docs.gitea.com/api/1.26/ (repoCreateBranch, repoChangeFiles): 409 is a branch that is there.
 */
export async function commit(
  { client, path }: GiteaRepository,
  { branch, parent, message, author, files }: ForgeCommitRequest,
): Promise<CommitSha | undefined> {
  insistExpressible('Gitea', files, 'kept')
  const made = { new_branch_name: branch, old_ref_name: parent }
  try {
    await client.ask({ method: 'POST', path: `${path}/branches`, body: made }, z.unknown())
  } catch (error) {
    if (error instanceof KedgeError && error.code === 'E_FORGE_REJECTED' && /already exists/i.test(error.what)) return undefined
    throw error
  }
  const body = { branch, message, ...(author && { author, committer: author }), files: files.map(operationOf) }
  const answer = await client.ask({ method: 'POST', path: `${path}/contents`, body }, Files)
  return asCommitSha(answer.commit.sha)
}

/** `sha` is what the file is to be before: Gitea refuses where it is not. */
function operationOf({ path, before, after }: ChangedFile): Readonly<Record<string, string>> {
  const was = before && { sha: before.oid }
  if (!after) return { operation: 'delete', path, ...was }
  return { operation: before ? 'update' : 'create', path, content: base64(after.content), ...was }
}
