import type { Deployment } from '../github/forge.ts'
import { GitHubError, type Call, type Route } from '../github/router.ts'
import { asString } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import { page } from './page.ts'
import { renderUser } from './render.ts'

const DEPLOYMENTS = '/projects/:project/deployments'

/** Routes of https://docs.gitlab.com/api/deployments/. */
export const DEPLOYMENT_ROUTES: readonly Route[] = [
  // #list-all-project-deployments
  { method: 'GET', pattern: DEPLOYMENTS, answer: list },
  // #create-a-deployment
  { method: 'POST', pattern: DEPLOYMENTS, answer: create },
  // #retrieve-a-deployment
  { method: 'GET', pattern: `${DEPLOYMENTS}/:id`, answer: (call) => ({ status: 200, body: render(call, deploymentOf(call)) }) },
  // #update-a-deployment
  { method: 'PUT', pattern: `${DEPLOYMENTS}/:id`, answer: update },
]

const STATES = ['running', 'success', 'failed', 'canceled']
/** https://docs.gitlab.com/ci/environments/: letters, digits, spaces, `-`, `_`, `/`, `$`, `{`, `}`, and no `/` at either end. */
const ENVIRONMENT = /^(?!\/)[\w/${} .-]{1,255}(?<!\/)$/

function list(call: Call): Reply {
  const { repository, query } = call
  const environment = query.get('environment')
  const found = repository.deployments.filter((one) => environment === null || one.environment === environment)
  return page(call, query.get('sort') === 'desc' ? found.toReversed() : found, (one) => render(call, one))
}

async function create({ forge, repository, body, actor, ...call }: Call): Promise<Reply> {
  const [environment, sha, ref, state] = ['environment', 'sha', 'ref', 'status'].map((key) => asString(body[key]))
  if (!environment || !sha || !ref || !state || typeof body['tag'] !== 'boolean')
    throw new GitHubError(400, 'environment is missing, sha is missing, ref is missing, tag is missing, status is missing')
  if (!STATES.includes(state)) throw new GitHubError(400, 'status does not have a valid value')
  if (!ENVIRONMENT.test(environment)) throw new GitHubError(400, 'Name can contain only letters, digits, and some signs')
  if ((await repository.git.resolve(sha)) === undefined) throw new GitHubError(400, 'The commit does not exist')
  if ((await repository.git.resolve(ref)) === undefined) throw new GitHubError(400, 'The branch or tag does not exist')
  const deployment: Deployment = {
    id: forge.nextId(),
    sha,
    ref,
    environment,
    creator: actor.login,
    task: '',
    payload: undefined,
    isTransient: false,
    states: [{ id: forge.nextId(), state, description: '', logUrl: undefined }],
  }
  repository.deployments.push(deployment)
  return { status: 201, body: render({ ...call, forge, repository, body, actor }, deployment) }
}

/** What has ended does not run again, and nothing becomes what it is. */
function update(call: Call): Reply {
  const deployment = deploymentOf(call)
  const state = asString(call.body['status']) ?? ''
  if (!STATES.includes(state)) throw new GitHubError(400, 'status does not have a valid value')
  const before = deployment.states.at(-1)?.state
  if (before === state || (state === 'running' && before !== 'created'))
    throw new GitHubError(400, `Cannot transition status from :${before} (Reason(s): Status cannot transition via "${state}")`)
  deployment.states.push({ id: call.forge.nextId(), state, description: '', logUrl: undefined })
  return { status: 200, body: render(call, deployment) }
}

function deploymentOf({ repository, params }: Call): Deployment {
  const found = repository.deployments.find(({ id }) => String(id) === params['id'])
  if (!found) throw new GitHubError(404, '404 Not found')
  return found
}

function render({ forge }: Call, { id, sha, ref, environment, creator, states }: Deployment): unknown {
  return { id, iid: id, sha, ref, status: states.at(-1)?.state, environment: { name: environment }, user: renderUser(forge, creator) }
}
