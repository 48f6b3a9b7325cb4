import { asString } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import type { CommitStatus } from './forge.ts'
import { renderUser } from './render.ts'
import { GitHubError, validationFailed, type Call, type Route } from './router.ts'

/** Routes of https://docs.github.com/en/rest/commits/statuses. */
export const STATUS_ROUTES: readonly Route[] = [
  { method: 'POST', pattern: '/repos/:owner/:repo/statuses/:sha', answer: create },
  { method: 'GET', pattern: '/repos/:owner/:repo/commits/:sha/status', answer: combine },
]

const STATES = ['error', 'failure', 'pending', 'success'] as const
const MAX_DESCRIPTION = 140
/** "There is a limit of 1000 statuses per sha and context within a repository." */
const MOST_OF_ONE = 1_000

async function create(call: Call): Promise<Reply> {
  const { repository, body, actor } = call
  const sha = await commitOf(call)
  const state = STATES.find((known) => known === body['state'])
  const context = asString(body['context']) ?? 'default'
  const description = asString(body['description']) ?? ''
  if (!state) throw validationFailed({ resource: 'Status', code: 'custom', field: 'state', message: 'state is not included in the list' })
  if (Array.from(description).length > MAX_DESCRIPTION)
    throw validationFailed({ resource: 'Status', code: 'custom', field: 'description', message: 'description is too long' })
  if (repository.statuses.filter((one) => one.sha === sha && one.context === context).length >= MOST_OF_ONE)
    throw validationFailed({
      resource: 'Status',
      code: 'custom',
      message: 'This SHA and context has reached the maximum number of statuses.',
    })
  const status: CommitStatus = { sha, context, state, description, targetUrl: asString(body['target_url']), author: actor.login }
  repository.statuses.push(status)
  return { status: 201, body: render(call, status) }
}

async function combine(call: Call): Promise<Reply> {
  const sha = await commitOf(call)
  const newest = new Map(call.repository.statuses.filter((one) => one.sha === sha).map((one) => [one.context.toLowerCase(), one]))
  const all = [...newest.values()]
  const isBad = all.some(({ state }) => state === 'failure' || state === 'error')
  const state = isBad ? 'failure' : all.length > 0 && all.every((one) => one.state === 'success') ? 'success' : 'pending'
  return { status: 200, body: { sha, state, total_count: all.length, statuses: all.map((status) => render(call, status)) } }
}

function render({ forge }: Call, { context, state, description, targetUrl, author }: CommitStatus): unknown {
  return { context, state, description, target_url: targetUrl ?? null, creator: renderUser(forge, author) }
}

async function commitOf({ repository, params }: Call): Promise<string> {
  const asked = params['sha'] ?? ''
  const sha = await repository.git.resolve(asked)
  if (sha === undefined) throw new GitHubError(422, `No commit found for SHA: ${asked}`)
  return sha
}
