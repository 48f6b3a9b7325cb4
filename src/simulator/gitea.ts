import { createHmac } from 'node:crypto'
import type { Clock } from './clock.ts'
import { GITEA_ROUTES } from './gitea/routes.ts'
import { answerGit } from './github.ts'
import type { Forge, Repository } from './github/forge.ts'
import { parseGitRequest } from './github/git-http.ts'
import { hosted, newForge, type Hosting } from './github/hosting.ts'
import { reachable } from './github/reachable.ts'
import { readBody, tokenOf } from './github/rest.ts'
import { GitHubError, matchRoute } from './github/router.ts'
import { withPages } from './github/web-pages.ts'
import { createWebhooks } from './github/webhooks.ts'
import type { JsonObject } from './json.ts'
import { listenOnLoopback, type Exchange, type Reply } from './loopback/server.ts'

export interface GiteaOptions {
  clock: Clock
  /** Folder for the bare repositories. */
  directory: string
  /** Who calls with which token. */
  tokens: Record<string, { login: string }>
}

/** One call as tests look back on it. */
export interface GiteaCall {
  method: string
  /** Without `/api/v1`. */
  path: string
  status: number
}

/** The part of Gitea's REST API that Kedge asks, and git over HTTP, over real bare repositories. */
export interface Gitea extends Hosting {
  calls: readonly GiteaCall[]
}

/** Starts the stand-in on a free port. */
export async function startGitea({ clock, directory, tokens }: GiteaOptions): Promise<Gitea> {
  const forge = newForge(clock, createWebhooks(signed))
  for (const [token, { login }] of Object.entries(tokens)) forge.accounts.grant(token, login)
  const calls: GiteaCall[] = []

  async function handle(exchange: Exchange): Promise<Reply | 'streamed'> {
    const gitRequest = parseGitRequest(exchange)
    if (gitRequest !== undefined) return answerGit({ forge, noted: () => undefined }, exchange, gitRequest)
    const path = exchange.url.pathname.replace(/^\/api\/v1(?=\/|$)/, '')
    const reply = await answerRest(forge, exchange, path)
    calls.push({ method: exchange.method, path, status: reply.status })
    return reply
  }

  const server = await listenOnLoopback(withPages(forge, handle), clock)
  return { ...hosted(forge, server, directory), calls }
}

async function answerRest(forge: Forge, exchange: Exchange, path: string): Promise<Reply> {
  const body = await readBody(exchange)
  try {
    return await route(forge, exchange, { path, body })
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    return { status: error.status, body: { message: error.message, url: `${forge.url}/api/swagger` } }
  }
}

async function route(forge: Forge, exchange: Exchange, { path, body }: { path: string; body: JsonObject }): Promise<Reply> {
  const token = tokenOf(exchange)
  const actor = token === undefined ? undefined : forge.accounts.authenticate(token)?.account
  if (token === undefined || actor === undefined) throw new GitHubError(401, 'invalid username, password or token')
  const match = matchRoute(GITEA_ROUTES, exchange.method, path)
  if (match === undefined) throw new GitHubError(404, 'not found')
  const { owner, repo } = match.params
  const moved = forge.renamed.get(`${owner}/${repo}`)
  if (moved !== undefined) {
    const location = `/api/v1/repos/${moved.owner}/${moved.name}${path.slice(`/repos/${owner}/${repo}`.length)}${exchange.url.search}`
    return { status: 301, headers: { location } }
  }
  const repository = reachable(forge, token, `${owner}/${repo}`)
  if (owner !== undefined && repository === undefined) throw new GitHubError(404, 'not found')
  // Routes that name no repository never look at it.
  return match.route.answer({
    forge,
    repository: repository as Repository,
    actor,
    params: match.params,
    query: exchange.url.searchParams,
    body,
  })
}

/** As Gitea signs and numbers a delivery, with GitHub's headers beside its own. */
function signed({ id, event, payload }: { id: string; event: string; payload: string }, secret: string): Record<string, string> {
  const signature = createHmac('sha256', secret).update(payload).digest('hex')
  return {
    'x-gitea-event': event,
    'x-gitea-delivery': id,
    'x-gitea-signature': signature,
    'x-github-event': event,
    'x-github-delivery': id,
    'x-hub-signature-256': `sha256=${signature}`,
  }
}
