import type { Clock } from './clock.ts'
import type { AppRegistration } from './github/app-routes.ts'
import type { Forge } from './github/forge.ts'
import { parseGitRequest, serveGit, type GitRequest } from './github/git-http.ts'
import { hosted, newForge, type Hosting } from './github/hosting.ts'
import { noteRefs } from './github/pull-requests.ts'
import { createRateLimit, type RateLimit } from './github/rate-limit.ts'
import { reachable } from './github/reachable.ts'
import { answerRest, readBody, tokenOf } from './github/rest.ts'
import { withPages } from './github/web-pages.ts'
import { createWebhooks } from './github/webhooks.ts'
import { createWriteLimits } from './github/write-limits.ts'
import { asString, type JsonObject } from './json.ts'
import { listenOnLoopback, type Exchange, type Reply } from './loopback/server.ts'

export interface GitHubOptions {
  clock: Clock
  /** Folder for the bare repositories. */
  directory: string
  /** Who calls with which token, and to which repositories it is limited. */
  tokens: Record<string, { login: string; repositories?: readonly string[] }>
  app?: AppRegistration
  /** Calls an hour for each token. Default 5,000. */
  rateLimit?: number
  /** What others call this machine, who reach it by another address than loopback. Default 127.0.0.1. */
  host?: string
}

/** One call as tests look back on it. Bodies of git requests are not kept. */
export interface GitHubCall {
  method: string
  /** Without `/api/v3`. */
  path: string
  /** Who called; absent without a valid token. */
  login?: string
  status: number
  body: JsonObject
}

/**
 * GitHub's REST API (below `/` and below `/api/v3`, as on GitHub Enterprise) and git over HTTP, over real bare
 * repositories.
 */
export interface GitHub extends Hosting {
  rateLimit: RateLimit
  calls: GitHubCall[]
}

/** Starts the stand-in on a free port. */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const { clock, directory } = options
  const forge = newForge(clock, createWebhooks())
  for (const [token, { login, ...limits }] of Object.entries(options.tokens)) forge.accounts.grant(token, login, limits)
  const rateLimit = createRateLimit(clock, options.rateLimit)
  const calls: GitHubCall[] = []
  const tooMuch = createSecondaryLimits(clock)

  async function handle(exchange: Exchange): Promise<Reply | 'streamed'> {
    const gitRequest = parseGitRequest(exchange)
    if (gitRequest !== undefined) {
      const noted = (status: number): void => log(exchange, { path: exchange.url.pathname + exchange.url.search, status, body: {} })
      return answerGit({ forge, noted }, exchange, gitRequest)
    }
    const path = exchange.url.pathname.replace(/^\/api\/v3(?=\/|$)/, '') || '/'
    const token = tokenOf(exchange)
    const budget = rateLimit.spend(token ?? '')
    const body = await readBody(exchange)
    const refusal = budget.exceeded ? rateLimited() : tooMuch(token ?? '', { method: exchange.method, path, body })
    const reply = refusal ?? (await answerRest(forge, options.app, exchange, { path, token, body }))
    log(exchange, { path, status: reply.status, body })
    return { ...reply, headers: { ...budget.headers, ...reply.headers } }
  }

  function log(exchange: Exchange, entry: { path: string; status: number; body: JsonObject }): void {
    const login = forge.accounts.authenticate(tokenOf(exchange) ?? '')?.account.login
    calls.push({ method: exchange.method, ...entry, ...(login !== undefined && { login }) })
  }

  const server = await listenOnLoopback(withPages(forge, handle), clock, options.host)
  return { ...hosted(forge, server, directory), rateLimit, calls }
}

/** Git over HTTP, for whoever may reach the repository. */
export async function answerGit(
  { forge, noted }: { forge: Forge; noted: (status: number) => void },
  exchange: Exchange,
  request: GitRequest,
): Promise<Reply | 'streamed'> {
  const token = tokenOf(exchange)
  const actor = token === undefined ? undefined : forge.accounts.authenticate(token)?.account
  const moved = forge.renamed.get(request.repository)
  if (actor !== undefined && moved !== undefined) {
    noted(301)
    return { status: 301, headers: { location: `${forge.url}/${moved.owner}/${moved.name}.git/${request.path}${exchange.url.search}` } }
  }
  const repository = token === undefined ? undefined : reachable(forge, token, request.repository)
  noted(actor === undefined ? 401 : repository === undefined ? 404 : 200)
  if (actor === undefined) return { status: 401, headers: { 'www-authenticate': 'Basic realm="GitHub"' }, body: 'Authentication required' }
  if (repository === undefined) return { status: 404, body: 'Repository not found' }
  await serveGit(exchange, repository.git, request)
  if (request.isPush && exchange.method === 'POST') await noteRefs(forge, repository, actor.login)
  return 'streamed'
}

function rateLimited(): Reply {
  return {
    status: 403,
    body: {
      message: 'API rate limit exceeded for user ID 1.',
      documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
    },
  }
}

/**
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits: 80 requests a minute and 500
 * an hour that make content, and 900 points a minute, of which one that writes takes five. (The points are for each endpoint; here they are
 * for all of them.)
 */
function createSecondaryLimits(clock: Clock): (token: string, call: Pick<GitHubCall, 'method' | 'path' | 'body'>) => Reply | undefined {
  const content = createWriteLimits(clock, [
    { ms: 60_000, most: 80 },
    { ms: 3_600_000, most: 500 },
  ])
  const points = createWriteLimits(clock, [{ ms: 60_000, most: 900 }])
  return (token, { method, path, body }) => {
    const isMutation = path.endsWith('/graphql') && /^\s*mutation/.test(asString(body['query']) ?? '')
    const writes = isMutation || (method !== 'GET' && path.startsWith('/repos/'))
    return points.take(token, writes ? 5 : 1) && (!writes || content.take(token, 1)) ? undefined : slowDown()
  }
}

function slowDown(): Reply {
  return {
    status: 403,
    headers: { 'retry-after': '60' },
    body: {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
    },
  }
}
