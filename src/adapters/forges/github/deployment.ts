import { z } from 'zod'
import type { DeploymentState } from '../../../domain/announce/deployment.ts'
import type { Deployment, DeploymentShown, KnownDeployment } from '../../../ports/forge.ts'
import { isForGood } from '../http/refusal.ts'
import type { GitHubRepository } from './client.ts'
import { fitStatus } from './text.ts'

/** Who deploys by GitHub's events is to look at the task: Kedge only tells of what runs already, or shall. */
const TASK = 'kedge'

const STATES: Readonly<Record<DeploymentState, 'in_progress' | 'failure' | 'inactive' | 'success'>> = {
  'in-progress': 'in_progress',
  failed: 'failure',
  restored: 'inactive',
  promoted: 'success',
  left: 'inactive',
}

const DeploymentResource = z.object({ id: z.number().int(), payload: z.unknown() })
const StatusResource = z.object({
  id: z.number().int(),
  state: z.string(),
  description: z.string().nullish(),
})

/** See `VendorForge`. The deployment is found by the marker in its payload. @throws KedgeError E_FORGE_* */
export async function deploy(hub: GitHubRepository, wanted: Deployment, known: KnownDeployment): Promise<DeploymentShown> {
  let number = known.number
  try {
    number ??= (await find(hub, wanted)) ?? (await create(hub, wanted))
    await bringUpToDate(hub, number, wanted)
    return { number }
  } catch (error) {
    if (!isForGood(error)) throw error
    return { ...(number !== undefined && { number }), refusal: error.what }
  }
}

async function find({ client, repository }: GitHubRepository, { commit, environment, marker }: Deployment): Promise<number | undefined> {
  const { owner, name: repo } = repository
  const found = await client.list(`GET /repos/${owner}/${repo}/deployments`, z.array(DeploymentResource), ({ rest }, page) =>
    rest.repos.listDeployments({ owner, repo, sha: commit, task: TASK, environment, ...page }),
  )
  // An object, or the text of one.
  return found.find(({ payload }) => JSON.stringify(payload ?? null).includes(marker))?.id
}

async function create({ client, repository }: GitHubRepository, { commit, environment, marker, ...wanted }: Deployment): Promise<number> {
  const { owner, name: repo } = repository
  const { id } = await client.ask(
    `POST /repos/${owner}/${repo}/deployments`,
    DeploymentResource,
    ({ rest }) =>
      rest.repos.createDeployment({
        owner,
        repo,
        ref: commit,
        task: TASK,
        environment,
        description: fitStatus(wanted.description),
        payload: { kedge: marker },
        // It is there already: GitHub is to merge nothing and to wait for nothing.
        auto_merge: false,
        required_contexts: [],
        transient_environment: false,
      }) as Promise<{ data: unknown }>,
  )
  return id
}

async function bringUpToDate({ client, repository }: GitHubRepository, id: number, { state, description, url }: Deployment): Promise<void> {
  const { owner, name: repo } = repository
  const path = `/repos/${owner}/${repo}/deployments/${id}/statuses`
  const of = { owner, repo, deployment_id: id }
  const said = await client.list(`GET ${path}`, z.array(StatusResource), ({ rest }, page) =>
    rest.repos.listDeploymentStatuses({ ...of, ...page }),
  )
  const newest = said.toSorted((a, b) => b.id - a.id)[0]
  const words = fitStatus(description)
  // Another link alone is no news.
  if (newest?.state === STATES[state] && (newest.description ?? '') === words) return
  await client.ask(`POST ${path}`, StatusResource, ({ rest }) =>
    rest.repos.createDeploymentStatus({ ...of, state: STATES[state], description: words, ...(url !== undefined && { log_url: url }) }),
  )
}
