import { toPerson } from '../github/accounts.ts'
import type { FileChanges } from '../github/fast-import.ts'
import { noteRefs } from '../github/pull-requests.ts'
import { GitHubError, type Call } from '../github/router.ts'
import { asArray, asObject, asString, type JsonObject } from '../json.ts'
import type { Reply } from '../loopback/server.ts'

type Entries = Map<string, { mode: string; content: Buffer } | null>

/**
 * https://docs.gitlab.com/api/commits/#create-a-commit-with-multiple-files-and-actions: `start_sha` makes the branch, and without `force`
 * none that is there is moved. Actions are done in their order; the executable bit is one of its own.
 */
export async function commitActions(call: Call): Promise<Reply> {
  const { forge, repository, actor, body } = call
  const branch = asString(body['branch']) ?? ''
  const start = asString(body['start_sha'])
  const there = await repository.git.resolve(`refs/heads/${branch}`)
  if (there !== undefined && start !== undefined)
    throw new GitHubError(400, `A branch called '${branch}' already exists. Switch to that branch in order to make changes`)
  const from = there ?? (start && (await repository.git.resolve(start)))
  if (!from) throw new GitHubError(400, 'You can only create or edit files when you are on a branch')
  const entries: Entries = new Map()
  for (const action of asArray(body['actions']).map(asObject)) await act(call, { entries, from }, action)
  const own = toPerson(actor)
  const author = { name: asString(body['author_name']) ?? own.name, email: asString(body['author_email']) ?? own.email }
  const files: FileChanges = Object.fromEntries(entries)
  const sha = await repository.git.commit({ branch, from, files, author, message: asString(body['commit_message']) ?? '' })
  await noteRefs(forge, repository, actor.login)
  return { status: 201, body: { id: sha, short_id: sha.slice(0, 8), parent_ids: [from] } }
}

async function act({ repository }: Call, { entries, from }: { entries: Entries; from: string }, action: JsonObject): Promise<void> {
  const path = asString(action['file_path']) ?? ''
  const before = await repository.git.entryAt(from, path)
  const text = asString(action['content']) ?? ''
  const content = Buffer.from(text, action['encoding'] === 'base64' ? 'base64' : 'utf8')
  switch (action['action']) {
    case 'create':
      if (before) throw new GitHubError(400, 'A file with this name already exists')
      return void entries.set(path, { mode: '100644', content })
    case 'update':
      if (!before) throw new GitHubError(400, "A file with this name doesn't exist")
      return void entries.set(path, { mode: before.mode, content })
    case 'delete':
      if (!before) throw new GitHubError(400, "A file with this name doesn't exist")
      return void entries.set(path, null)
    case 'chmod': {
      const mode = action['execute_filemode'] === true ? '100755' : '100644'
      const written = entries.get(path)
      if (!written) throw new GitHubError(400, "A file with this name doesn't exist")
      return void entries.set(path, { mode, content: written.content })
    }
    default:
      throw new GitHubError(400, 'actions[action] does not have a valid value')
  }
}
