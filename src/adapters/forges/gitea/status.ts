import { z } from 'zod'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { CommitStatus } from '../../../ports/forge.ts'
import { orRefusal } from '../http/refusal.ts'
import type { GiteaRepository } from './repository.ts'
import { CombinedStatusResource } from './resources.ts'
import { fitStatus } from './text.ts'

/** What one page can hold; a commit with more contexts than that has some that are not seen here. */
const MOST_CONTEXTS = '50'

/** See `VendorForge`. @throws KedgeError E_FORGE_* */
export async function statusOf({ client, path }: GiteaRepository, commit: CommitSha, context: string): Promise<CommitStatus | undefined> {
  const request = { method: 'GET', path: `${path}/commits/${commit}/status`, query: { limit: MOST_CONTEXTS } } as const
  const answer = await orRefusal(client.ask(request, CombinedStatusResource))
  if (answer instanceof KedgeError) return undefined
  const found = (answer.statuses ?? []).find((status) => status.context === context)
  if (!found || found.status === 'warning' || found.status === 'skipped') return undefined
  return { context, state: found.status, description: found.description ?? '', url: found.target_url || undefined }
}

/** See `VendorForge`. @throws KedgeError E_FORGE_* */
export async function setStatus(
  { client, path }: GiteaRepository,
  commit: CommitSha,
  { context, state, description, url }: CommitStatus,
): Promise<string | undefined> {
  const body = { context, state, description: fitStatus(description), target_url: url ?? '' }
  const refusal = await orRefusal(
    client.ask({ method: 'POST', path: `${path}/statuses/${commit}`, body }, z.unknown()).catch(async (error: unknown) => {
      // Gitea says of a commit that it does not have that it has failed itself.
      if (error instanceof KedgeError && error.code === 'E_FORGE_UNREACHABLE')
        await client.ask({ method: 'GET', path: `${path}/git/commits/${commit}`, query: { stat: 'false', files: 'false' } }, z.unknown())
      throw error
    }),
  )
  return refusal instanceof KedgeError ? refusal.what : undefined
}
