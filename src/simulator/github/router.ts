import type { JsonObject } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import type { Account } from './accounts.ts'
import type { Forge, Repository } from './forge.ts'

/** One authenticated REST call, ready to be answered. */
export interface Call {
  forge: Forge
  /** The repository that the path names; every route below /repos has one. */
  repository: Repository
  actor: Account
  params: Record<string, string>
  query: URLSearchParams
  body: JsonObject
}

export interface Route {
  method: string
  /** Path with `:name` for a segment and `:name+` for the rest. */
  pattern: string
  answer(call: Call): Promise<Reply> | Reply
}

export interface RouteMatch {
  route: Route
  params: Record<string, string>
}

/** Finds the route of a request among `routes`; the first that matches wins. */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  for (const route of routes) {
    const match = route.method === method ? toExpression(route.pattern).exec(path) : null
    if (match !== null) {
      // A pattern without names, such as /user, has no groups.
      return {
        route,
        params: Object.fromEntries(Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)])),
      }
    }
  }
  return undefined
}

function toExpression(pattern: string): RegExp {
  const source = pattern.replaceAll(/:(\w+)(\+?)/g, (_, name: string, rest: string) => `(?<${name}>${rest === '+' ? '.+' : '[^/]+'})`)
  return new RegExp(`^${source}$`)
}

/** A refusal in GitHub's words. Thrown anywhere below a route. */
export class GitHubError extends Error {
  readonly status: number
  readonly errors: readonly JsonObject[] | undefined

  constructor(status: number, message: string, errors?: readonly JsonObject[]) {
    super(message)
    this.status = status
    this.errors = errors
  }
}

/** GitHub's answer to a body that is well formed but cannot be. */
export function validationFailed(...errors: JsonObject[]): GitHubError {
  return new GitHubError(422, 'Validation Failed', errors)
}

/** One page of a list with the `Link` header that Octokit's paginate follows. */
export function paginate(call: Call, rows: readonly unknown[], base: string): Reply {
  const size = Math.min(100, Math.max(1, Number(call.query.get('per_page') ?? 30) || 30))
  const page = Math.max(1, Number(call.query.get('page') ?? 1) || 1)
  const last = Math.max(1, Math.ceil(rows.length / size))
  const link = (to: number, relation: string): string => {
    const query = new URLSearchParams(call.query)
    query.set('page', String(to))
    return `<${base}?${query.toString()}>; rel="${relation}"`
  }
  const links = [
    ...(page > 1 ? [link(1, 'first'), link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ]
  return {
    status: 200,
    ...(links.length > 0 && { headers: { link: links.join(', ') } }),
    body: rows.slice((page - 1) * size, page * size),
  }
}
