import { GitHubError, type Call, type Route } from '../github/router.ts'
import { asString } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import { commitActions } from './commit-route.ts'
import { page } from './page.ts'
import { renderMergeRequest, renderProject, renderStatus, renderUser, stateOf } from './render.ts'

const PROJECT = '/projects/:project'

/** Routes of projects, branches, commits, users and tokens, each with its page. */
export const PROJECT_ROUTES: readonly Route[] = [
  // https://docs.gitlab.com/api/projects/#retrieve-a-project
  { method: 'GET', pattern: PROJECT, answer: (call) => ({ status: 200, body: renderProject(call.forge, call.repository) }) },
  // https://docs.gitlab.com/api/branches/#retrieve-a-repository-branch
  { method: 'GET', pattern: `${PROJECT}/repository/branches/:branch`, answer: branch },
  // https://docs.gitlab.com/api/commits/#list-all-merge-requests-associated-with-a-commit
  { method: 'GET', pattern: `${PROJECT}/repository/commits/:sha/merge_requests`, answer: mergeRequestsOf },
  // https://docs.gitlab.com/api/commits/#list-all-statuses-for-a-commit
  { method: 'GET', pattern: `${PROJECT}/repository/commits/:sha/statuses`, answer: statusesOf },
  // https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
  { method: 'POST', pattern: `${PROJECT}/statuses/:sha`, answer: setStatus },
  // https://docs.gitlab.com/api/commits/#create-a-commit-with-multiple-files-and-actions
  { method: 'POST', pattern: `${PROJECT}/repository/commits`, answer: commitActions },
  // https://docs.gitlab.com/api/users/#retrieve-the-current-user
  { method: 'GET', pattern: '/user', answer: (call) => ({ status: 200, body: renderUser(call.forge, call.actor.login) }) },
  // https://docs.gitlab.com/api/users/#list-users: one name gives one user, or none
  { method: 'GET', pattern: '/users', answer: users },
  // https://docs.gitlab.com/api/personal_access_tokens/#self-inform
  { method: 'GET', pattern: '/personal_access_tokens/self', answer: () => ({ status: 200, body: { scopes: ['api'], expires_at: null } }) },
]

async function branch({ repository, params }: Call): Promise<Reply> {
  const name = params['branch'] ?? ''
  const sha = await repository.git.resolve(`refs/heads/${name}`)
  if (sha === undefined) throw new GitHubError(404, '404 Branch Not Found')
  return { status: 200, body: { name, commit: { id: sha }, protected: true, can_push: false } }
}

async function commitOf({ repository, params }: Call): Promise<string> {
  const sha = await repository.git.resolve(params['sha'] ?? '')
  if (sha === undefined) throw new GitHubError(404, '404 Commit Not Found')
  return sha
}

async function mergeRequestsOf(call: Call): Promise<Reply> {
  const sha = await commitOf(call)
  const found = [...call.repository.pulls.values()].filter((pull) => pull.commits.includes(sha) || pull.merged?.sha === sha)
  return page(call, found, (pull) => renderMergeRequest(call.forge, call.repository, pull))
}

/** The newest of each name, unless all are asked for. */
async function statusesOf(call: Call): Promise<Reply> {
  const sha = await commitOf(call)
  const name = call.query.get('name')
  const found = call.repository.statuses.filter((status) => status.sha === sha && (name === null || status.context === name))
  const newest = [...new Map(found.map((status) => [status.context, status])).values()]
  return page(call, newest, (status) => renderStatus(call.forge, status))
}

/** A pending one is moved on, and cannot be moved to where it is; an ended one is followed by another. */
async function setStatus(call: Call): Promise<Reply> {
  const { forge, repository, actor, body } = call
  const sha = await commitOf(call)
  const state = stateOf(body['state'])
  const context = asString(body['name']) ?? asString(body['context']) ?? 'default'
  if (state === undefined) throw new GitHubError(400, 'state does not have a valid value')
  const description = asString(body['description']) ?? ''
  if (description.length > 255) throw new GitHubError(400, 'description: is too long (maximum is 255 characters)')
  const before = repository.statuses.findLast((one) => one.sha === sha && one.context === context)
  if (before?.state === 'pending' && state === 'pending')
    throw new GitHubError(400, 'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")')
  const status = { sha, context, state, description, targetUrl: asString(body['target_url']), author: actor.login }
  repository.statuses.push(status)
  return { status: 201, body: renderStatus(forge, status) }
}

function users({ forge, query }: Call): Reply {
  const username = query.get('username') ?? ''
  return { status: 200, body: forge.accounts.find(username) ? [renderUser(forge, username)] : [] }
}
