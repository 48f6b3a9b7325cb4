import { z } from 'zod'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { CommitStatus } from '../../../ports/forge.ts'
import { orRefusal } from '../http/refusal.ts'
import type { GitHubRepository } from './client.ts'
import { CombinedStatusResource } from './resources.ts'
import { fitStatus } from './text.ts'

/** GitHub takes a thousand statuses of one context for a commit; Kedge sets one for each state, so the newest hundred contexts will do. */
const MOST_CONTEXTS = 100

/** See `VendorForge`. @throws KedgeError E_FORGE_* */
export async function statusOf(
  { client, repository }: GitHubRepository,
  commit: CommitSha,
  context: string,
): Promise<CommitStatus | undefined> {
  const { owner, name: repo } = repository
  const what = `GET /repos/${owner}/${repo}/commits/${commit}/status`
  const answer = await orRefusal(
    client.ask(what, CombinedStatusResource, ({ rest }) =>
      rest.repos.getCombinedStatusForRef({ owner, repo, ref: commit, per_page: MOST_CONTEXTS }),
    ),
  )
  if (answer instanceof KedgeError) return undefined
  // Contexts are the same in any case there.
  const found = answer.statuses.find((status) => status.context.toLowerCase() === context.toLowerCase())
  return found && { context, state: found.state, description: found.description ?? '', url: found.target_url ?? undefined }
}

/** See `VendorForge`. @throws KedgeError E_FORGE_* */
export async function setStatus(
  { client, repository }: GitHubRepository,
  commit: CommitSha,
  { context, state, description, url }: CommitStatus,
): Promise<string | undefined> {
  const { owner, name: repo } = repository
  const target = url === undefined ? {} : { target_url: url }
  const refusal = await orRefusal(
    client.ask(`POST /repos/${owner}/${repo}/statuses/${commit}`, z.unknown(), ({ rest }) =>
      rest.repos.createCommitStatus({ owner, repo, sha: commit, state, context, description: fitStatus(description), ...target }),
    ),
  )
  return refusal instanceof KedgeError ? refusal.what : undefined
}
