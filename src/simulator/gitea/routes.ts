import type { CommitStatus, PullRequest } from '../github/forge.ts'
import { closePull, openPull, reopenPull } from '../github/pull-requests.ts'
import { GitHubError, type Call, type Route } from '../github/router.ts'
import { asArray, asString } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import { CONTENT_ROUTES } from './content-routes.ts'
import { ISSUE_ROUTES } from './issue-routes.ts'
import { page } from './page.ts'
import { renderPull, renderRepository, renderStatus, renderUser } from './render.ts'

const REPOSITORY = '/repos/:owner/:repo'
const PULLS = `${REPOSITORY}/pulls`

/** Routes of https://docs.gitea.com/api/1.26/ that Kedge asks, and their answers as the real one gave them. */
export const GITEA_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: '/user', answer: ({ forge, actor }) => ({ status: 200, body: renderUser(forge, actor.login) }) },
  { method: 'GET', pattern: REPOSITORY, answer: ({ forge, repository }) => ({ status: 200, body: renderRepository(forge, repository) }) },
  { method: 'GET', pattern: `${REPOSITORY}/branches/:branch+`, answer: readBranch },
  {
    method: 'GET',
    pattern: `${REPOSITORY}/branch_protections`,
    answer: () => refuse(403, 'user should be an owner or a collaborator with admin write of a repository'),
  },
  { method: 'GET', pattern: PULLS, answer: listPulls },
  { method: 'POST', pattern: PULLS, answer: createPull },
  { method: 'GET', pattern: `${PULLS}/:number`, answer: (call) => ({ status: 200, body: shown(call, pullOf(call)) }) },
  { method: 'PATCH', pattern: `${PULLS}/:number`, answer: editPull },
  { method: 'POST', pattern: `${PULLS}/:number/requested_reviewers`, answer: requestReviewers },
  { method: 'GET', pattern: `${PULLS}/:number/reviews`, answer: listReviews },
  { method: 'GET', pattern: `${REPOSITORY}/commits/:sha/pull`, answer: pullOfCommit },
  { method: 'GET', pattern: `${REPOSITORY}/commits/:sha/status`, answer: combinedStatus },
  {
    method: 'GET',
    pattern: `${REPOSITORY}/git/commits/:sha`,
    answer: async (call) => ({ status: 200, body: { sha: await commitOf(call) } }),
  },
  { method: 'POST', pattern: `${REPOSITORY}/statuses/:sha`, answer: createStatus },
  ...CONTENT_ROUTES,
  ...ISSUE_ROUTES,
]

/** A refusal as an answer. */
function refuse(status: number, message: string): never {
  throw new GitHubError(status, message)
}

/** The pull request that a path names. */
function pullOf({ repository, params }: Call): PullRequest {
  return repository.pulls.get(Number(params['number'])) ?? refuse(404, 'pull request does not exist')
}

const shown = ({ forge, repository }: Call, pull: PullRequest): unknown => renderPull(forge, repository, pull)

async function readBranch({ repository, params }: Call): Promise<Reply> {
  const name = params['branch'] ?? ''
  const sha = await repository.git.resolve(`refs/heads/${name}`)
  if (sha === undefined) refuse(404, 'branch does not exist')
  return { status: 200, body: { name, commit: { id: sha }, protected: false, required_approvals: 0, user_can_push: true } }
}

function listPulls(call: Call): Reply {
  const { repository, query } = call
  const state = query.get('state') ?? 'open'
  const [poster, base] = [query.get('poster'), query.get('base_branch')]
  const found = [...repository.pulls.values()]
    .filter((pull) => (state === 'all' || pull.state === state) && (!poster || pull.author === poster) && (!base || pull.base === base))
    .toReversed()
  return page(call, found, (pull) => shown(call, pull))
}

/** A second open one is 409; that a branch brings nothing is no reason to refuse it. */
async function createPull(call: Call): Promise<Reply> {
  const { forge, repository, body, actor } = call
  const [title, head, base] = ['title', 'head', 'base'].map((key) => asString(body[key]) ?? '')
  if (!title || !head || !base) return refuse(422, '[Title]: Required')
  if (head === base) return refuse(422, 'Invalid PullRequest: There are no changes between the head and the base')
  if (!repository.tips.has(base) || !repository.tips.has(head)) return refuse(404, 'not found')
  if ([...repository.pulls.values()].some((pull) => pull.state === 'open' && pull.head === head && pull.base === base))
    return refuse(409, `pull request already exists for these targets [head_branch: ${head}, base_branch: ${base}]`)
  const isDraft = /^(?:WIP:|\[WIP\])\s*/i
  const wanted = { title: title.replace(isDraft, ''), head, base, draft: isDraft.test(title), body: asString(body['body']) ?? '' }
  const pull = await openPull(forge, repository, { ...wanted, author: actor.login })
  return { status: 201, body: shown(call, pull) }
}

/** What has been merged changes its state no more; closing what is closed changes nothing. */
async function editPull(call: Call): Promise<Reply> {
  const { forge, repository, body, actor } = call
  const pull = pullOf(call)
  pull.body = asString(body['body']) ?? pull.body
  pull.title = asString(body['title']) ?? pull.title
  pull.updatedAt = forge.clock.now()
  const state = asString(body['state'])
  if (state !== undefined && pull.merged) refuse(412, 'cannot change state of this pull request, it was already merged')
  if (state === 'closed') closePull(forge, repository, { pull, by: actor.login })
  if (state === 'open') await reopenPull(forge, repository, { pull, by: actor.login })
  return { status: 201, body: shown(call, pull) }
}

/** It stops at the first that cannot be asked; those before are asked. */
function requestReviewers(call: Call): Reply {
  const { forge, body } = call
  const pull = pullOf(call)
  for (const login of asArray(body['reviewers']).map(String)) {
    if (!forge.accounts.find(login)) refuse(404, `User '${login}' not exist`)
    if (login === pull.author) refuse(422, 'poster of pr cannot be reviewer')
    pull.reviewers = [...new Set([...pull.reviewers, login])]
  }
  pull.teams = [...new Set([...pull.teams, ...asArray(body['team_reviewers']).map(String)])]
  return { status: 201, body: [] }
}

const VERDICTS = { APPROVED: 'APPROVED', CHANGES_REQUESTED: 'REQUEST_CHANGES', COMMENTED: 'COMMENT' } as const

function listReviews(call: Call): Reply {
  const reviews = pullOf(call).reviews.map(({ id, author, state, body }) => ({
    id,
    user: renderUser(call.forge, author),
    state: VERDICTS[state],
    body,
    dismissed: false,
    stale: false,
  }))
  return page(call, reviews, (review) => review)
}

/** Only the commit that a merge made is known. */
function pullOfCommit(call: Call): Reply {
  const found = [...call.repository.pulls.values()].find(({ merged }) => merged?.sha === call.params['sha'])
  return { status: 200, body: found ? shown(call, found) : refuse(404, 'pull request does not exist') }
}

async function commitOf({ repository, params }: Call): Promise<string> {
  return (await repository.git.resolve(params['sha'] ?? '')) ?? refuse(404, 'not found')
}

/** The newest of each context. */
async function combinedStatus(call: Call): Promise<Reply> {
  const sha = await commitOf(call)
  const newest = new Map(call.repository.statuses.filter((one) => one.sha === sha).map((one) => [one.context, one]))
  return {
    status: 200,
    body: { sha, total_count: newest.size, statuses: [...newest.values()].map((one) => renderStatus(call.forge, one)) },
  }
}

async function createStatus(call: Call): Promise<Reply> {
  const { repository, body, actor, forge } = call
  const sha = await repository.git.resolve(call.params['sha'] ?? '')
  // What it says of a commit that it does not have.
  if (sha === undefined) return refuse(500, '')
  const state = (['pending', 'success', 'failure', 'error'] as const).find((known) => known === body['state']) ?? 'pending'
  const status: CommitStatus = {
    sha,
    context: asString(body['context']) ?? 'default',
    state,
    description: asString(body['description']) ?? '',
    targetUrl: asString(body['target_url']),
    author: actor.login,
  }
  repository.statuses.push(status)
  return { status: 201, body: renderStatus(forge, status) }
}
