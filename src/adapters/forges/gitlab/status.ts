import { z } from 'zod'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { KedgeError } from '../../../domain/errors.ts'
import { isSameAddress } from '../../../domain/words/web-address.ts'
import type { CommitStatus } from '../../../ports/forge.ts'
import { orRefusal } from '../http/refusal.ts'
import type { GitLabProject } from './resources.ts'
import { fitStatus } from './text.ts'

const Status = z.object({ name: z.string(), status: z.string(), description: z.string().nullish(), target_url: z.string().nullish() })
type Status = z.infer<typeof Status>

const TO_GITLAB = { pending: 'pending', success: 'success', failure: 'failed', error: 'canceled' } as const

/** See `VendorForge`. @throws KedgeError E_FORGE_* */
export async function statusOf(project: GitLabProject, commit: CommitSha, context: string): Promise<CommitStatus | undefined> {
  const found = await newestOf(project, commit, context)
  if (!found || found instanceof KedgeError) return undefined
  return { context, state: toState(found.status), description: found.description ?? '', url: found.target_url ?? undefined }
}

/**
 * See `VendorForge`. GitLab refuses to set a state that is there already, as no change of its pipeline: what stands is looked at first.
 * @throws KedgeError E_FORGE_*
 */
export async function setStatus(project: GitLabProject, commit: CommitSha, wanted: CommitStatus): Promise<string | undefined> {
  const { context, state, url } = wanted
  const description = fitStatus(wanted.description)
  const before = await newestOf(project, commit, context)
  const isThere = before && !(before instanceof KedgeError) && before.status === TO_GITLAB[state]
  if (isThere && (before.description ?? '') === description && isSameAddress(before.target_url ?? undefined, url)) return undefined
  const body = { name: context, state: TO_GITLAB[state], description, ...(url !== undefined && { target_url: url }) }
  const refusal = await orRefusal(project.client.ask({ method: 'POST', path: `${project.path}/statuses/${commit}`, body }, z.unknown()))
  return refusal instanceof KedgeError ? refusal.what : undefined
}

/** GitLab lists the newest of each name. */
async function newestOf(project: GitLabProject, commit: CommitSha, context: string): Promise<Status | KedgeError | undefined> {
  const listed = await orRefusal(
    project.client.list({ path: `${project.path}/repository/commits/${commit}/statuses`, query: { name: context } }, Status),
  )
  return listed instanceof KedgeError ? listed : listed.findLast(({ name }) => name === context)
}

function toState(status: string): CommitStatus['state'] {
  if (status === 'success') return 'success'
  if (status === 'failed') return 'failure'
  return status === 'canceled' ? 'error' : 'pending'
}
