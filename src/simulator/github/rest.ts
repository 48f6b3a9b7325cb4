import { asObject, type JsonObject } from '../json.ts'
import type { Exchange, Reply } from '../loopback/server.ts'
import { answerAsApp, type AppRegistration } from './app-routes.ts'
import { DEPLOYMENT_ROUTES } from './deployment-routes.ts'
import type { Forge, Repository } from './forge.ts'
import { answerGraphql } from './graphql.ts'
import { ISSUE_ROUTES } from './issue-routes.ts'
import { PULL_ROUTES } from './pull-routes.ts'
import { reachable } from './reachable.ts'
import { REPOSITORY_ROUTES } from './repository-routes.ts'
import { GitHubError, matchRoute } from './router.ts'
import { STATUS_ROUTES } from './status-routes.ts'
import { USER_ROUTES } from './user-routes.ts'

const ROUTES = [...PULL_ROUTES, ...ISSUE_ROUTES, ...REPOSITORY_ROUTES, ...STATUS_ROUTES, ...DEPLOYMENT_ROUTES, ...USER_ROUTES]

/** A REST call as it came in. */
export interface RestCall {
  /** Without `/api/v3`. */
  path: string
  token: string | undefined
  body: JsonObject
}

/** Answers one REST call; refusals become GitHub's replies. */
export async function answerRest(forge: Forge, app: AppRegistration | undefined, exchange: Exchange, call: RestCall): Promise<Reply> {
  try {
    return await route(forge, app, exchange, call)
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    const body = {
      message: error.message,
      documentation_url: 'https://docs.github.com/rest',
      status: String(error.status),
      ...(error.errors && { errors: error.errors }),
    }
    return { status: error.status, body }
  }
}

async function route(forge: Forge, app: AppRegistration | undefined, exchange: Exchange, call: RestCall): Promise<Reply> {
  const { path, token, body } = call
  if (token === undefined) throw new GitHubError(401, 'Requires authentication')
  const asApp = app && answerAsApp({ forge, app, method: exchange.method, path, token, body })
  if (asApp !== undefined) return asApp
  const actor = forge.accounts.authenticate(token)?.account
  if (actor === undefined) throw new GitHubError(401, 'Bad credentials')
  if (/^(?:\/api)?\/graphql$/.test(path)) return answerGraphql(forge, { token, actor, body })
  const moved = redirect(forge, exchange, path)
  if (moved !== undefined) return moved
  const match = matchRoute(ROUTES, exchange.method, byName(forge, path))
  if (match === undefined) throw new GitHubError(404, 'Not Found')
  const repository = reachable(forge, token, `${match.params['owner']}/${match.params['repo']}`)
  if (match.params['owner'] !== undefined && repository === undefined) throw new GitHubError(404, 'Not Found')
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

/**
 * Sends a call for a renamed repository on to its number. Sources: https://docs.github.com/en/rest/repos/repos#get-a-repository (301),
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api (Follow redirects).
 */
function redirect(forge: Forge, exchange: Exchange, path: string): Reply | undefined {
  const [, fullName = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path) ?? []
  const repository = forge.renamed.get(fullName)
  if (repository === undefined) return undefined
  const location = `${forge.url}/api/v3/repositories/${repository.id}${rest}${exchange.url.search}`
  return {
    status: exchange.method === 'GET' ? 301 : 307,
    headers: { location },
    body: { message: 'Moved Permanently', url: location },
  }
}

/** The path of a call with the repository's name in the place of its number. */
function byName(forge: Forge, path: string): string {
  const [, id = '', rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? []
  const repository = [...forge.repositories.values()].find((one) => one.id === Number(id))
  return repository === undefined ? path : `/repos/${repository.owner}/${repository.name}${rest}`
}

/** The token of `Authorization: token|bearer T`, or the password of Basic, which is how git shows it. */
export function tokenOf(exchange: Exchange): string | undefined {
  const [scheme = '', value = ''] = (exchange.request.headers.authorization ?? '').split(' ')
  if (/^(?:token|bearer)$/i.test(scheme)) return value
  if (!/^basic$/i.test(scheme)) return undefined
  const plain = Buffer.from(value, 'base64').toString('utf8')
  return plain.slice(plain.indexOf(':') + 1)
}

/** The JSON of a request, or an empty object where it has none. */
export async function readBody(exchange: Exchange): Promise<JsonObject> {
  const text = (await exchange.body()).toString('utf8')
  try {
    return text === '' ? {} : asObject(JSON.parse(text))
  } catch {
    return {}
  }
}
