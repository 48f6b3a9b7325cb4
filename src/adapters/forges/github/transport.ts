import { KedgeError } from '../../../domain/errors.ts'
import { tellRedirect } from './redirect.ts'

/** What Octokit and nock both take for `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * The token for the next request. `rejected` is the one that the forge has just refused; returning it again says that there
 * is no other. @throws KedgeError E_FORGE_*
 */
export type Credential = (rejected?: string) => Promise<string>

export interface TransportOptions {
  apiBaseUrl: string
  credential: Credential
  fetch: Fetch
  timeoutMs: number
  /** Epoch ms. */
  now: () => number
  /** Told the requests that are left of the primary limit. */
  onRateLimit: (remaining: number) => void
  /** Asked right before a request that writes is sent; throws to keep it back. */
  assertMayAct?: (() => void) | undefined
}

/**
 * A `fetch` that adds the credential, and adds it only below `apiBaseUrl`: Octokit follows links that answers contain, so the
 * address is checked at the last step. Follows no redirect. Asks for a newer credential once on 401, which GitHub gives
 * before it does anything, so that repeating a write is safe.
 *
 * @throws KedgeError E_FORGE_REJECTED for a redirect or a foreign address; E_FORGE_UNREACHABLE for a write that had to wait for its
 * credential: what it was decided on may be old, and the next try decides anew, with the credential at hand
 */
export function createTransport(options: TransportOptions): Fetch {
  const send = async (url: string, init: RequestInit, token: string): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${token}`)
    const signal = AbortSignal.timeout(options.timeoutMs)
    if (isWrite(init.method)) options.assertMayAct?.()
    const response = await options.fetch(url, { ...init, headers: Object.fromEntries(headers), redirect: 'manual', signal })
    reportRateLimit(response, options.onRateLimit)
    return response
  }
  const credentialFor = async ({ method }: RequestInit, rejected?: string): Promise<string> => {
    const asked = options.now()
    const token = await options.credential(rejected)
    const waitedMs = options.now() - asked
    if (isWrite(method) && waitedMs > WRITE_WAITS_MS)
      throw new KedgeError('E_FORGE_UNREACHABLE', `GitHub took ${waitedMs} ms to give a token: what was to be written is decided anew.`)
    return token
  }
  return async (url, init) => {
    refuseForeign(url, options.apiBaseUrl)
    const token = await credentialFor(init)
    let response = await send(url, init, token)
    if (response.status === 401) {
      const newer = await credentialFor(init, token)
      if (newer !== token) {
        await response.body?.cancel()
        response = await send(url, init, newer)
      }
    }
    if (response.status >= 300 && response.status < 400 && response.status !== 304) {
      await response.body?.cancel()
      throw await tellRedirect({ url, location: response.headers.get('location'), apiBaseUrl: options.apiBaseUrl }, (place) =>
        send(place, { method: 'GET' }, token),
      )
    }
    return response
  }
}

/** As long as a look at the cluster lasts. */
const WRITE_WAITS_MS = 2_000

function isWrite(method = 'GET'): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

function refuseForeign(url: string, apiBaseUrl: string): void {
  const target = new URL(url)
  const base = new URL(apiBaseUrl)
  if (url === graphqlUrlOf(apiBaseUrl)) return
  const inside = target.origin === base.origin && `${target.pathname}/`.startsWith(`${base.pathname.replace(/\/+$/, '')}/`)
  if (!inside)
    throw new KedgeError('E_FORGE_REJECTED', `A request to ${target.origin} was held back: the credential belongs to ${base.origin}.`)
}

function reportRateLimit(response: Response, report: (remaining: number) => void): void {
  const remaining = response.headers.get('x-ratelimit-remaining')
  const resource = response.headers.get('x-ratelimit-resource') ?? 'core'
  if (remaining !== null && resource === 'core' && /^\d+$/.test(remaining)) report(Number(remaining))
}

/** Where GraphQL is answered: beside the REST API, and on an Enterprise server not below its version. */
export function graphqlUrlOf(apiBaseUrl: string): string {
  return `${apiBaseUrl.replace(/\/+$/, '').replace(/\/api\/v3$/, '/api')}/graphql`
}
