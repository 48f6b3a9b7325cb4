import { toTimestamp } from '../clock.ts'
import { asArray, asString } from '../json.ts'
import type { PullRequest } from './forge.ts'
import type { MergeMethod } from './merge.ts'
import { closePull, mergePull, openPull, reopenPull, tell } from './pull-requests.ts'
import { renderCommit, renderPull, renderUser } from './render.ts'
import { GitHubError, paginate, validationFailed, type Call, type Route } from './router.ts'
import { checkText } from './text-limits.ts'

const PULL = '/repos/:owner/:repo/pulls/:number'

/** Routes of https://docs.github.com/en/rest/pulls/pulls, /reviews and /review-requests. */
export const PULL_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo/pulls',
    answer: (call) =>
      paginate(
        call,
        listPulls(call).map((pull) => show(call, pull)),
        `${call.forge.url}/repos/${call.params['owner']}/${call.params['repo']}/pulls`,
      ),
  },
  {
    method: 'POST',
    pattern: '/repos/:owner/:repo/pulls',
    answer: async (call) => ({ status: 201, body: show(call, await create(call)) }),
  },
  {
    method: 'GET',
    pattern: PULL,
    answer: async (call) => ({ status: 200, body: await showInFull(call, pullOf(call)) }),
  },
  { method: 'PATCH', pattern: PULL, answer: async (call) => ({ status: 200, body: show(call, await update(call)) }) },
  {
    method: 'PUT',
    pattern: `${PULL}/merge`,
    answer: async (call) => ({
      status: 200,
      body: { sha: await merge(call), merged: true, message: 'Pull Request successfully merged' },
    }),
  },
  {
    method: 'GET',
    pattern: `${PULL}/commits`,
    answer: async (call) => paginate(call, await commits(call), call.forge.url),
  },
  {
    method: 'GET',
    pattern: `${PULL}/files`,
    answer: async (call) => paginate(call, await files(call), call.forge.url),
  },
  { method: 'GET', pattern: `${PULL}/reviews`, answer: (call) => paginate(call, reviews(call), call.forge.url) },
  {
    method: 'GET',
    pattern: `${PULL}/requested_reviewers`,
    answer: (call) => ({
      status: 200,
      body: { users: pullOf(call).reviewers.map((login) => renderUser(call.forge, login)), teams: [] },
    }),
  },
  {
    method: 'POST',
    pattern: `${PULL}/requested_reviewers`,
    answer: (call) => ({ status: 201, body: show(call, requestReviewers(call)) }),
  },
]

/** The pull request that the path names. Throws 404. */
export function pullOf(call: Call): PullRequest {
  const pull = call.repository.pulls.get(Number(call.params['number']))
  if (pull === undefined) throw new GitHubError(404, 'Not Found')
  return pull
}

function show(call: Call, pull: PullRequest): unknown {
  return renderPull(call.forge, call.repository, pull)
}

async function showInFull(call: Call, pull: PullRequest): Promise<unknown> {
  const base = call.repository.tips.get(pull.base)
  const mergeable = pull.state === 'open' && base !== undefined ? await call.repository.git.mergesCleanly(base, pull.headSha) : null
  return {
    ...renderPull(call.forge, call.repository, pull),
    mergeable,
    mergeable_state: mergeable === null ? 'unknown' : mergeable ? 'clean' : 'dirty',
  }
}

function listPulls({ repository, query }: Call): PullRequest[] {
  const state = query.get('state') ?? 'open'
  const head = query.get('head')
  const base = query.get('base')
  const descending = query.get('direction') !== 'asc'
  return (
    [...repository.pulls.values()]
      .filter((pull) => state === 'all' || pull.state === state)
      // GitHub ignores a head that is not written as owner:branch.
      .filter((pull) => head === null || !head.includes(':') || head === `${repository.owner}:${pull.head}`)
      .filter((pull) => base === null || base === pull.base)
      .sort((a, b) => (descending ? b.number - a.number : a.number - b.number))
  )
}

async function create({ forge, repository, actor, body }: Call): Promise<PullRequest> {
  const required = (field: string): string => {
    const value = asString(body[field])
    if (value === undefined) throw validationFailed({ resource: 'PullRequest', code: 'missing_field', field })
    return value
  }
  const wanted = {
    title: required('title'),
    head: required('head'),
    base: required('base'),
    body: asString(body['body']) ?? '',
    draft: body['draft'] === true,
    author: actor.login,
  }
  return openPull(forge, repository, wanted)
}

async function update(call: Call): Promise<PullRequest> {
  const { forge, repository, actor, body } = call
  const pull = pullOf(call)
  const title = asString(body['title'])
  const text = asString(body['body'])
  checkText({ ...(title !== undefined && { title }), ...(text !== undefined && { body: text }) })
  if (title !== undefined || text !== undefined) {
    pull.title = title ?? pull.title
    pull.body = text ?? pull.body
    pull.updatedAt = forge.clock.now()
    tell(forge, repository, { pull, action: 'edited', by: actor.login })
  }
  if (body['state'] === 'closed') closePull(forge, repository, { pull, by: actor.login })
  if (body['state'] === 'open') await reopenPull(forge, repository, { pull, by: actor.login })
  return pull
}

function merge(call: Call): Promise<string> {
  const { forge, repository, actor, body } = call
  const title = asString(body['commit_title'])
  const message = asString(body['commit_message'])
  const sha = asString(body['sha'])
  return mergePull(forge, repository, {
    pull: pullOf(call),
    by: actor.login,
    method: (asString(body['merge_method']) ?? 'merge') as MergeMethod,
    ...(title !== undefined && { title }),
    ...(message !== undefined && { message }),
    ...(sha !== undefined && { sha }),
  })
}

function commits(call: Call): Promise<unknown[]> {
  const { forge, repository } = call
  return Promise.all(pullOf(call).commits.map(async (sha) => renderCommit(forge, repository, await repository.git.show(sha))))
}

async function files(call: Call): Promise<unknown[]> {
  const pull = pullOf(call)
  const first = pull.commits[0]
  const from = first === undefined ? undefined : (await call.repository.git.show(first)).parents[0]
  if (from === undefined) return []
  const words: Record<string, string> = { A: 'added', M: 'modified', D: 'removed' }
  return (await call.repository.git.changedFiles(from, pull.headSha)).map(({ path, status }) => ({
    filename: path,
    status: words[status] ?? 'changed',
  }))
}

function reviews(call: Call): unknown[] {
  return pullOf(call).reviews.map((review) => ({
    id: review.id,
    user: renderUser(call.forge, review.author),
    state: review.state,
    body: review.body,
    submitted_at: toTimestamp(review.at),
  }))
}

/** GitHub takes all of the reviewers or none: one that is unknown, or the author, costs the whole request. */
function requestReviewers(call: Call): PullRequest {
  const pull = pullOf(call)
  const logins = asArray(call.body['reviewers']).filter((login) => typeof login === 'string')
  const teams = asArray(call.body['team_reviewers']).filter((slug) => typeof slug === 'string')
  if (logins.includes(pull.author)) throw new GitHubError(422, 'Review cannot be requested from pull request author.')
  if (teams.length > 0 || logins.some((login) => call.forge.accounts.find(login) === undefined)) {
    const what = teams.length > 0 ? 'teams' : 'users'
    throw new GitHubError(
      422,
      `Reviews may only be requested from collaborators. One or more of the ${what} you specified is not a ` +
        `collaborator of the ${call.repository.owner}/${call.repository.name} repository.`,
    )
  }
  pull.reviewers = [...new Set([...pull.reviewers, ...logins])]
  tell(call.forge, call.repository, { pull, action: 'review_requested', by: call.actor.login })
  return pull
}
