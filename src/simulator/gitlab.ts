import type { Clock } from './clock.ts'
import { answerGit } from './github.ts'
import type { Forge, Repository } from './github/forge.ts'
import { parseGitRequest } from './github/git-http.ts'
import { hosted, newForge, type Hosting } from './github/hosting.ts'
import { createRateLimit } from './github/rate-limit.ts'
import { reachable } from './github/reachable.ts'
import { readBody } from './github/rest.ts'
import { GitHubError, matchRoute } from './github/router.ts'
import { withPages } from './github/web-pages.ts'
import { createWriteLimits } from './github/write-limits.ts'
import { DEPLOYMENT_ROUTES } from './gitlab/deployment-routes.ts'
import { MERGE_REQUEST_ROUTES } from './gitlab/merge-request-routes.ts'
import { PROJECT_ROUTES } from './gitlab/project-routes.ts'
import { fullPath } from './gitlab/render.ts'
import { createGitLabWebhooks } from './gitlab/webhooks.ts'
import type { JsonObject } from './json.ts'
import { listenOnLoopback, type Exchange, type Reply } from './loopback/server.ts'

export interface GitLabOptions {
  clock: Clock
  /** Folder for the bare repositories. */
  directory: string
  /** Who calls with which token. */
  tokens: Record<string, { login: string }>
}

/** One call as tests look back on it. */
export interface GitLabCall {
  method: string
  /** Without `/api/v4`. */
  path: string
  status: number
}

/** The part of GitLab's REST API that Kedge asks, written from its public documentation, and git over HTTP, over real bare repositories. */
export interface GitLab extends Hosting {
  calls: readonly GitLabCall[]
}

const ROUTES = [...MERGE_REQUEST_ROUTES, ...PROJECT_ROUTES, ...DEPLOYMENT_ROUTES]

/** Starts the stand-in on a free port. */
export async function startGitLab({ clock, directory, tokens }: GitLabOptions): Promise<GitLab> {
  const forge: Forge = newForge(
    clock,
    createGitLabWebhooks(() => forge.url),
  )
  for (const [token, { login }] of Object.entries(tokens)) forge.accounts.grant(token, login)
  const calls: GitLabCall[] = []
  const rateLimit = createRateLimit(clock)
  // https://docs.gitlab.com/user/gitlab_com/rate_limits/
  const requests = createWriteLimits(clock, [{ ms: 60_000, most: 2_000 }])
  const notes = createWriteLimits(clock, [{ ms: 60_000, most: 60 }])

  async function handle(exchange: Exchange): Promise<Reply | 'streamed'> {
    const gitRequest = parseGitRequest(exchange)
    if (gitRequest !== undefined) return answerGit({ forge, noted: () => undefined }, exchange, gitRequest)
    const path = exchange.url.pathname.replace(/^\/api\/v4(?=\/|$)/, '')
    const token = exchange.request.headers['private-token']
    // https://docs.gitlab.com/security/rate_limits/: the same as GitHub's, by other names.
    const limits = Object.entries(rateLimit.spend(String(token)).headers).map(([name, value]) => [name.replace(/^x-/, ''), value])
    const isNote = exchange.method === 'POST' && path.endsWith('/notes')
    const isTooMuch = !requests.take(String(token), 1) || (isNote && !notes.take(String(token), 1))
    if (isTooMuch) {
      calls.push({ method: exchange.method, path, status: 429 })
      return { status: 429, headers: { 'retry-after': '60' }, body: 'Retry later\n' }
    }
    const reply = await answerRest(forge, exchange, { path, token: typeof token === 'string' ? token : '', body: await readBody(exchange) })
    calls.push({ method: exchange.method, path, status: reply.status })
    return { ...reply, headers: { ...(Object.fromEntries(limits) as Record<string, string>), ...reply.headers } }
  }

  const server = await listenOnLoopback(withPages(forge, handle), clock)
  return { ...hosted(forge, server, directory), calls }
}

interface RestCall {
  path: string
  token: string
  body: JsonObject
}

/** Refusals as https://docs.gitlab.com/api/rest/troubleshooting/ says: `message` is a text, or a list where something does not fit. */
async function answerRest(forge: Forge, exchange: Exchange, call: RestCall): Promise<Reply> {
  try {
    return await route(forge, exchange, call)
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    return { status: error.status, body: { message: error.status === 409 || error.status === 422 ? [error.message] : error.message } }
  }
}

async function route(forge: Forge, exchange: Exchange, { path, token, body }: RestCall): Promise<Reply> {
  const actor = forge.accounts.authenticate(token)?.account
  if (actor === undefined) throw new GitHubError(401, '401 Unauthorized')
  const match = matchRoute(ROUTES, exchange.method, path)
  if (match === undefined) throw new GitHubError(404, '404 Not Found')
  const wanted = match.params['project']
  const moved = wanted === undefined ? undefined : forge.renamed.get(wanted)
  if (moved !== undefined) return redirect(forge, exchange, moved)
  const repository = wanted === undefined ? undefined : find(forge, token, wanted)
  if (wanted !== undefined && repository === undefined) throw new GitHubError(404, '404 Project Not Found')
  const { params } = match
  // Routes that name no project never look at it.
  return match.route.answer({ forge, repository: repository as Repository, actor, params, query: exchange.url.searchParams, body })
}

/** By its number, or by its path. */
function find(forge: Forge, token: string, wanted: string): Repository | undefined {
  const byId = [...forge.repositories.values()].find(({ id }) => String(id) === wanted)
  return reachable(forge, token, byId ? fullPath(byId) : wanted)
}

/** A project that was moved: GET is sent on to its number, all else is refused: https://docs.gitlab.com/api/rest/#redirects */
function redirect(forge: Forge, { method, url }: Exchange, { id }: Repository): Reply {
  if (method !== 'GET') throw new GitHubError(405, '405 Method Not Allowed - Non GET methods are not allowed for moved projects')
  const path = url.pathname.replace(/\/projects\/[^/]+/, `/projects/${id}`)
  return { status: 301, headers: { location: `${forge.url}${path}${url.search}` }, body: { message: 'Moved Permanently' } }
}
