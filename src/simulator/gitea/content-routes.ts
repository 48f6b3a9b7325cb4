import { toPerson } from '../github/accounts.ts'
import type { FileChanges } from '../github/fast-import.ts'
import { noteRefs } from '../github/pull-requests.ts'
import { GitHubError, type Call, type Route } from '../github/router.ts'
import { asArray, asObject, asString, type JsonObject } from '../json.ts'
import type { Reply } from '../loopback/server.ts'

const REPOSITORY = '/repos/:owner/:repo'

/** Routes of https://docs.gitea.com/api/1.26/ that make a branch, and a commit upon it: repoCreateBranch and repoChangeFiles. */
export const CONTENT_ROUTES: readonly Route[] = [
  { method: 'POST', pattern: `${REPOSITORY}/branches`, answer: createBranch },
  { method: 'POST', pattern: `${REPOSITORY}/contents`, answer: changeFiles },
]

async function createBranch({ forge, repository, actor, body }: Call): Promise<Reply> {
  const name = asString(body['new_branch_name']) ?? ''
  const from = await repository.git.resolve(asString(body['old_ref_name']) ?? '')
  if (from === undefined) throw new GitHubError(404, 'The old branch does not exist')
  if ((await repository.git.resolve(`refs/heads/${name}`)) !== undefined) throw new GitHubError(409, 'The branch already exists.')
  await repository.git.moveBranch(name, { to: from })
  await noteRefs(forge, repository, actor.login)
  return { status: 201, body: { name, commit: { id: from } } }
}

async function changeFiles({ forge, repository, actor, body }: Call): Promise<Reply> {
  const branch = asString(body['branch']) ?? ''
  const tip = await repository.git.resolve(`refs/heads/${branch}`)
  if (tip === undefined) throw new GitHubError(404, `branch does not exist [name: ${branch}]`)
  const files: FileChanges = {}
  for (const one of asArray(body['files']).map(asObject)) {
    const path = asString(one['path']) ?? ''
    files[path] = changed(one, await repository.git.entryAt(tip, path))
  }
  const author = asObject(body['author'])
  const own = toPerson(actor)
  const by = { name: asString(author['name']) ?? own.name, email: asString(author['email']) ?? own.email }
  const sha = await repository.git.commit({ branch, files, author: by, message: asString(body['message']) ?? '' })
  await noteRefs(forge, repository, actor.login)
  const { tree, parents } = await repository.git.show(sha)
  const commit = { sha, tree: { sha: tree }, parents: parents.map((parent) => ({ sha: parent })) }
  return { status: 201, body: { files: [], commit, verification: { verified: false, reason: 'gpg.error.not_signed_commit' } } }
}

/** A file keeps its mode, and has to be what who asks takes it for. */
function changed(one: JsonObject, before: { mode: string; oid: string } | undefined): FileChanges[string] {
  const operation = asString(one['operation'])
  if (operation === 'create' && before) throw new GitHubError(422, 'repository file already exists')
  if (operation !== 'create' && !before) throw new GitHubError(404, 'repository file does not exist')
  if (before && before.oid !== one['sha'])
    throw new GitHubError(409, `sha does not match [given: ${String(one['sha'])}, expected: ${before.oid}]`)
  if (operation === 'delete') return null
  return { mode: before?.mode ?? '100644', content: Buffer.from(asString(one['content']) ?? '', 'base64') }
}
