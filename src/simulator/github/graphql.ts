import { asArray, asObject, asString, type JsonObject } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import { type Account, toPerson } from './accounts.ts'
import type { FileChanges } from './fast-import.ts'
import type { Forge, Repository } from './forge.ts'
import { noteRefs } from './pull-requests.ts'
import { reachable } from './reachable.ts'

/** A refusal in the way of GraphQL: the status stays 200. */
class Refusal extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

/**
 * The one mutation that Kedge asks for, `createCommitOnBranch`: https://docs.github.com/en/graphql/reference/mutations#createcommitonbranch
 * Every file that it writes is an ordinary one.
 */
export async function answerGraphql(forge: Forge, call: { token: string; actor: Account; body: JsonObject }): Promise<Reply> {
  const input = asObject(asObject(call.body['variables'])['input'])
  try {
    const commit = await createCommit(forge, call, input)
    return { status: 200, body: { data: { createCommitOnBranch: { commit } } } }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const told = { type: error.type, path: ['createCommitOnBranch'], message: error.message }
    return { status: 200, body: { data: { createCommitOnBranch: null }, errors: [told] } }
  }
}

async function createCommit(
  forge: Forge,
  { token, actor }: { token: string; actor: Account },
  input: JsonObject,
): Promise<{ oid: string }> {
  const branch = asObject(input['branch'])
  const fullName = asString(branch['repositoryNameWithOwner']) ?? ''
  const name = asString(branch['branchName']) ?? ''
  const repository = reachable(forge, token, fullName)
  if (!repository) throw new Refusal('NOT_FOUND', `Could not resolve to a Repository with the name '${fullName}'.`)
  const expected = asString(input['expectedHeadOid'])
  const tip = await repository.git.resolve(`refs/heads/${name}`)
  if (tip === undefined) throw new Refusal('NOT_FOUND', `Could not resolve to a Ref with the name '${name}'.`)
  if (tip !== expected) throw new Refusal('STALE_DATA', `Expected branch to point to "${expected}" but it did not. Pull and try again.`)
  const files = await changesOf(repository, tip, asObject(input['fileChanges']))
  const { headline, body } = asObject(input['message'])
  const message = [asString(headline) ?? '', asString(body) ?? ''].filter((text) => text !== '').join('\n\n')
  const oid = await repository.git.commit({ branch: name, files, author: toPerson(actor), message })
  await noteRefs(forge, repository, actor.login)
  return { oid }
}

async function changesOf(repository: Repository, tip: string, changes: JsonObject): Promise<FileChanges> {
  const files: FileChanges = {}
  for (const one of asArray(changes['deletions']).map(asObject)) {
    const path = asString(one['path']) ?? ''
    if (!(await repository.git.entryAt(tip, path)))
      throw new Refusal('UNPROCESSABLE', `A path was requested for deletion which does not exist as of commit oid \`${tip}\``)
    files[path] = null
  }
  for (const one of asArray(changes['additions']).map(asObject))
    files[asString(one['path']) ?? ''] = Buffer.from(asString(one['contents']) ?? '', 'base64')
  return files
}
