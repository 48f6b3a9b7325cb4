import { z } from 'zod'
import type { DeploymentState } from '../../../domain/announce/deployment.ts'
import type { Deployment, DeploymentShown, KnownDeployment } from '../../../ports/forge.ts'
import { isForGood } from '../http/refusal.ts'
import { Account, type GitLabProject } from './resources.ts'

/** GitLab has no words beside a state, and no state for what was taken back: it has failed, and what ran before is what it shows. */
const STATES: Readonly<Record<DeploymentState, 'running' | 'failed' | 'success' | 'canceled'>> = {
  'in-progress': 'running',
  failed: 'failed',
  restored: 'failed',
  promoted: 'success',
  left: 'canceled',
}

/** Enough to find one of a Rollout's own environment. */
const MOST = '100'

const DeploymentResource = z.object({ id: z.number().int(), sha: z.string(), status: z.string(), user: Account.nullish() })
type DeploymentResource = z.infer<typeof DeploymentResource>

/**
 * See `VendorForge`. GitLab keeps no marker: among the deployments of the environment it is the newest one of this commit by Kedge's own
 * account that is no other release's.
 * @throws KedgeError E_FORGE_*
 */
export async function deploy(project: GitLabProject, wanted: Deployment, known: KnownDeployment): Promise<DeploymentShown> {
  let number = known.number
  try {
    const found = number === undefined ? await find(project, wanted, known.others) : await get(project, number)
    number = found?.id
    if (!found) return { number: await create(project, wanted) }
    await bringUpToDate(project, found, wanted)
    return { number: found.id }
  } catch (error) {
    if (!isForGood(error)) throw error
    return { ...(number !== undefined && { number }), refusal: error.what }
  }
}

function get({ client, path }: GitLabProject, number: number): Promise<DeploymentResource> {
  return client.ask({ method: 'GET', path: `${path}/deployments/${number}` }, DeploymentResource)
}

async function find(
  { client, path, me }: GitLabProject,
  { environment, commit }: Deployment,
  others: readonly number[],
): Promise<DeploymentResource | undefined> {
  const query = { environment, order_by: 'id', sort: 'desc', per_page: MOST }
  const listed = await client.ask({ method: 'GET', path: `${path}/deployments`, query }, z.array(DeploymentResource))
  const found = listed.filter(({ id, sha }) => sha === commit && !others.includes(id))
  if (found.length === 0) return undefined
  const { id } = await me()
  return found.find(({ user }) => user?.id === id)
}

async function create({ client, path }: GitLabProject, { environment, commit, branch, state }: Deployment): Promise<number> {
  const body = { environment, sha: commit, ref: branch, tag: false, status: STATES[state] }
  return (await client.ask({ method: 'POST', path: `${path}/deployments`, body }, DeploymentResource)).id
}

/** What has ended cannot run again there, and a state cannot be set twice. */
async function bringUpToDate({ client, path }: GitLabProject, { id, status }: DeploymentResource, { state }: Deployment): Promise<void> {
  const wanted = STATES[state]
  const hasEnded = status !== 'created' && status !== 'running'
  if (status === wanted || (hasEnded && (wanted === 'running' || wanted === 'canceled'))) return
  await client.ask({ method: 'PUT', path: `${path}/deployments/${id}`, body: { status: wanted } }, DeploymentResource)
}
