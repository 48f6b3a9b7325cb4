import { z } from 'zod'
import { asCommitSha, type CommitSha } from '../../../domain/application/commit.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { ForgeCommitRequest } from '../../../ports/forge.ts'
import type { ChangedFile } from '../../../ports/git.ts'
import { base64, insistExpressible } from '../http/commit-files.ts'
import type { GitLabProject } from './resources.ts'

const Commit = z.object({ id: z.string() })

/** A file of that name that is there already is another reason to refuse. */
const IS_THERE = /branch (?:called|named)?\s*['"“].*already exists/i

/**
 * See `VendorForge`. Branch and commit are one request: `start_sha` makes the branch, and without `force` none that is there is moved.
 * Source: https://docs.gitlab.com/api/commits/#create-a-commit-with-multiple-files-and-actions
 */
export async function commit(
  { client, path }: GitLabProject,
  { branch, parent, message, author, files }: ForgeCommitRequest,
): Promise<CommitSha | undefined> {
  insistExpressible('GitLab', files, 'set')
  const by = author && { author_name: author.name, author_email: author.email }
  const body = { branch, start_sha: parent, commit_message: message, ...by, stats: false, actions: files.flatMap(actionsOf) }
  try {
    const { id } = await client.ask({ method: 'POST', path: `${path}/repository/commits`, body }, Commit)
    return asCommitSha(id)
  } catch (error) {
    if (error instanceof KedgeError && error.code === 'E_FORGE_REJECTED' && IS_THERE.test(error.what)) return undefined
    throw error
  }
}

/** The bit is an action of its own. */
function actionsOf({ path, before, after }: ChangedFile): readonly Readonly<Record<string, unknown>>[] {
  if (!after) return [{ action: 'delete', file_path: path }]
  const isExecutable = after.mode === '100755'
  const content = { file_path: path, content: base64(after.content), encoding: 'base64' }
  return [
    { action: before ? 'update' : 'create', ...content },
    ...(isExecutable === (before?.mode === '100755') ? [] : [{ action: 'chmod', file_path: path, execute_filemode: isExecutable }]),
  ]
}
