import { asString } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import type { Deployment } from './forge.ts'
import { renderUser } from './render.ts'
import { GitHubError, paginate, validationFailed, type Call, type Route } from './router.ts'

const DEPLOYMENTS = '/repos/:owner/:repo/deployments'

/** Routes of https://docs.github.com/en/rest/deployments/deployments and https://docs.github.com/en/rest/deployments/statuses. */
export const DEPLOYMENT_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: DEPLOYMENTS, answer: list },
  { method: 'POST', pattern: DEPLOYMENTS, answer: create },
  { method: 'GET', pattern: `${DEPLOYMENTS}/:id/statuses`, answer: listStatuses },
  { method: 'POST', pattern: `${DEPLOYMENTS}/:id/statuses`, answer: createStatus },
]

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']
const MAX_DESCRIPTION = 140

/** Newest first, by `sha`, `ref`, `task` and `environment` where they are given. */
function list(call: Call): Reply {
  const { repository, query } = call
  const found = repository.deployments.filter((one) =>
    (['sha', 'ref', 'task', 'environment'] as const).every((key) => [null, '', 'none', one[key]].includes(query.get(key))),
  )
  const rows = found.toReversed().map((one) => render(call, one))
  return paginate(call, rows, urlOf(call))
}

/** What is behind the default branch is merged first (202), and what has no green statuses is refused (409), unless both are waived. */
async function create(call: Call): Promise<Reply> {
  const { repository, body, actor, forge } = call
  const ref = asString(body['ref']) ?? ''
  const sha = await repository.git.resolve(ref)
  if (sha === undefined) throw new GitHubError(422, `No ref found for: ${ref}`)
  const head = await repository.git.resolve('refs/heads/main')
  if (body['auto_merge'] !== false && sha !== head)
    return { status: 202, body: { message: 'Auto-merged main into the ref on deployment.' } }
  const contexts = body['required_contexts']
  const statuses = repository.statuses.filter((one) => one.sha === sha)
  if (!Array.isArray(contexts) && statuses.some(({ state }) => state !== 'success'))
    throw new GitHubError(409, `Conflict: Commit status checks failed for ${ref}.`)
  const deployment: Deployment = {
    id: forge.nextId(),
    sha,
    ref,
    environment: asString(body['environment']) ?? 'production',
    creator: actor.login,
    task: asString(body['task']) ?? 'deploy',
    payload: body['payload'] ?? {},
    isTransient: body['transient_environment'] === true,
    states: [],
  }
  repository.deployments.push(deployment)
  return { status: 201, body: render(call, deployment) }
}

function listStatuses(call: Call): Reply {
  const { id, states } = deploymentOf(call)
  const rows = states.toReversed().map((state) => renderState(call, state))
  return paginate(call, rows, `${urlOf(call)}/${id}/statuses`)
}

/** One that succeeds makes those of before in its environment inactive, unless that is waived. */
function createStatus(call: Call): Reply {
  const { repository, forge, body } = call
  const deployment = deploymentOf(call)
  const state = asString(body['state']) ?? ''
  const description = asString(body['description']) ?? ''
  if (!STATES.includes(state)) throw validationFailed({ resource: 'DeploymentStatus', code: 'custom', field: 'state' })
  if (Array.from(description).length > MAX_DESCRIPTION)
    throw validationFailed({ resource: 'DeploymentStatus', code: 'custom', field: 'description', message: 'description is too long' })
  const status = { id: forge.nextId(), state, description, logUrl: asString(body['log_url']) }
  deployment.states.push(status)
  if (state === 'success' && body['auto_inactive'] !== false && deployment.environment !== 'production') {
    const before = repository.deployments.filter((one) => one.environment === deployment.environment && one.id < deployment.id)
    for (const one of before.filter(({ isTransient }) => !isTransient))
      one.states.push({ id: forge.nextId(), state: 'inactive', description: '', logUrl: undefined })
  }
  return { status: 201, body: renderState(call, status) }
}

function deploymentOf({ repository, params }: Call): Deployment {
  const found = repository.deployments.find(({ id }) => String(id) === params['id'])
  if (!found) throw new GitHubError(404, 'Not Found')
  return found
}

function urlOf({ forge, repository }: Call): string {
  return `${forge.url}/api/v3/repos/${repository.owner}/${repository.name}/deployments`
}

function render(call: Call, { id, sha, ref, task, environment, payload, creator }: Deployment): unknown {
  return { id, sha, ref, task, environment, payload, creator: renderUser(call.forge, creator), url: `${urlOf(call)}/${id}` }
}

function renderState({ actor, forge }: Call, { id, state, description, logUrl }: Deployment['states'][number]): unknown {
  return { id, state, description, log_url: logUrl ?? '', creator: renderUser(forge, actor.login) }
}
