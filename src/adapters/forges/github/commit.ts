import { z } from 'zod'
import { asCommitSha, type CommitSha } from '../../../domain/application/commit.ts'
import { type ErrorCode, KedgeError } from '../../../domain/errors.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import type { ForgeCommitRequest } from '../../../ports/forge.ts'
import type { ChangedFile } from '../../../ports/git.ts'
import { base64, insistExpressible } from '../http/commit-files.ts'
import type { GitHubRepository } from './client.ts'

/** GraphQL answers 200 also where it refuses: https://docs.github.com/en/graphql/guides/using-graphql-clients */
const Answer = z.object({
  data: z.object({ createCommitOnBranch: z.object({ commit: z.object({ oid: z.string() }) }).nullish() }).nullish(),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).nullish(),
})

const MUTATION = 'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }'

const BY_TYPE: Readonly<Record<string, ErrorCode>> = {
  FORBIDDEN: 'E_FORGE_FORBIDDEN',
  INSUFFICIENT_SCOPES: 'E_FORGE_FORBIDDEN',
  NOT_FOUND: 'E_FORGE_NOT_FOUND',
  RATE_LIMITED: 'E_FORGE_RATE_LIMITED',
  SERVICE_UNAVAILABLE: 'E_FORGE_UNREACHABLE',
}

/** A fault of GitHub's own: whether the commit was made is not known, and asking again may well do. */
const IS_THEIRS = /something went wrong while executing your query|couldn't respond to your request in time/i

const LIMIT_SECONDS = 60
const MOST_WORDS = 600

/**
 * See `VendorForge`. A commit can only be put upon a branch, so the branch is made first, at the parent; `expectedHeadOid` keeps the commit
 * from any other. GitHub signs it, and names the account that asks as its author. Every file that it writes is an ordinary one.
 * Source: https://docs.github.com/en/graphql/reference/mutations#createcommitonbranch
 */
export async function commit(
  hub: GitHubRepository,
  { branch, parent, message, files }: ForgeCommitRequest,
): Promise<CommitSha | undefined> {
  insistExpressible('GitHub', files, 'nothing')
  if (!(await makeBranch(hub, branch, parent))) return undefined
  const { owner, name } = hub.repository
  const [headline = '', ...body] = message.split('\n')
  const input = {
    branch: { repositoryNameWithOwner: `${owner}/${name}`, branchName: branch },
    expectedHeadOid: parent,
    message: { headline, body: body.join('\n').trim() },
    fileChanges: {
      additions: files.flatMap(({ path, after }) => (after ? [{ path, contents: base64(after.content) }] : [])),
      deletions: files.flatMap(({ path, after }: ChangedFile) => (after ? [] : [{ path }])),
    },
  }
  const answer = await hub.client.ask('POST /graphql (createCommitOnBranch)', Answer, (octokit) =>
    octokit.request({ method: 'POST', url: hub.graphqlUrl, query: MUTATION, variables: { input } }),
  )
  const [refusal] = answer.errors ?? []
  if (refusal) throw refused(hub, refusal)
  return asCommitSha(answer.data?.createCommitOnBranch?.commit.oid)
}

/** False where there is such a branch: https://docs.github.com/en/rest/git/refs#create-a-reference */
async function makeBranch({ client, repository }: GitHubRepository, branch: string, parent: CommitSha): Promise<boolean> {
  const { owner, name: repo } = repository
  try {
    await client.ask(`POST /repos/${owner}/${repo}/git/refs`, z.unknown(), ({ rest }) =>
      rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: parent }),
    )
    return true
  } catch (error) {
    if (error instanceof KedgeError && error.code === 'E_FORGE_REJECTED' && /already exists/i.test(error.what)) return false
    throw error
  }
}

function refused({ redact }: GitHubRepository, { type = '', message }: { type?: string | undefined; message: string }): KedgeError {
  const code = BY_TYPE[type] ?? (type === '' && IS_THEIRS.test(message) ? 'E_FORGE_UNREACHABLE' : 'E_FORGE_REJECTED')
  const what = `GitHub refused createCommitOnBranch: ${plainText(redact(message), MOST_WORDS)}`
  return new KedgeError(code, what, code === 'E_FORGE_RATE_LIMITED' ? { retryAfterSeconds: LIMIT_SECONDS } : {})
}
