import { KedgeError } from '../../../domain/errors.ts'
import type { VendorForge, VendorForges } from '../../../ports/forge.ts'
import { createRestClient, type Fetch, type Pages, type RestClient, type RestOptions } from '../http/client.ts'
import { describeRepository, insistOnAllowed, refuseCleartext } from '../http/repository-path.ts'
import { createGiteaForge } from './forge.ts'
import { nameNow } from './redirect.ts'
import { parseRepositoryName, placeOf, type RepositoryName } from './repository-name.ts'
import { UserResource } from './resources.ts'

/** One Gitea or Forgejo. */
export interface GiteaHost {
  /** Where its pages are, with its path where it has one. */
  url: string
  /** The host of clone URLs, where it is another one. */
  host?: string | undefined
  token: string
}

export interface GiteaForgesOptions extends GiteaHost {
  /** Whether the admin allows a repository. Asked before every use of a credential. */
  allow: (repoURL: string) => boolean
  /** Epoch ms. */
  now: () => number
  /** Asked right before a request that writes is sent; throws to keep it back. */
  assertMayAct?: (() => void) | undefined
  /** Default: the global one. */
  fetch?: Fetch
  /** Of one request, answer included. Default 15 s. */
  timeoutMs?: number
}

const TIMEOUT_MS = 15_000

/** A server may give less than it is asked for. It tells how long the whole list is, and leaves out what we may not see. */
const PAGES: Pages = {
  size: { limit: '50' },
  isLast: (headers, rows, soFar) => rows === 0 || soFar >= Number(headers.get('x-total-count') ?? Infinity),
}

/** The repositories of one Gitea. Makes no request before it is asked something. */
export function createGiteaForges(options: GiteaForgesOptions): VendorForges {
  const webUrl = webUrlOf(options)
  const place = placeOf(options)
  const client = createGiteaClient(options, { assertMayAct: options.assertMayAct })
  let account: string | undefined
  const login = async (): Promise<string> => (account ??= (await client.ask({ method: 'GET', path: '/user' }, UserResource)).login)

  const forgeOf = (repository: RepositoryName): VendorForge => {
    const path = `/repos/${repository.owner}/${repository.name}`
    return createGiteaForge({ client, repository, path, webUrl: `${webUrl}/${repository.owner}/${repository.name}`, login })
  }
  const locate = (repoURL: string): RepositoryName | undefined => {
    insistOnAllowed(repoURL, options.allow)
    return parseRepositoryName(repoURL, place)
  }

  return {
    forRepository(repoURL) {
      const found = locate(repoURL)
      if (!found) throw new KedgeError('E_FORGE_UNSUPPORTED', `${describeRepository(repoURL)} is no owner/name on ${place}.`)
      return forgeOf(found)
    },
    async credentialsFor(repoURL) {
      if (!locate(repoURL)) return undefined
      refuseCleartext(repoURL, webUrl)
      // Gitea looks at the password alone where that is a token.
      return { username: 'kedge', password: options.token }
    },
    addressOf: (name) => `${new URL(webUrl).protocol}//${place}/${name}.git`,
    // Gitea has no limit, and tells none.
    rateLimitRemaining: () => new Map(),
  }
}

/** Gitea's REST API by a token. */
export function createGiteaClient(
  host: GiteaHost & { now: () => number; fetch?: Fetch; timeoutMs?: number },
  more: Pick<RestOptions, 'assertMayAct' | 'onDate'> = {},
): RestClient {
  const { token, now } = host
  return createRestClient({
    vendor: 'Gitea',
    apiBaseUrl: `${webUrlOf(host)}/api/v1`,
    credential: { authorization: `token ${token}` },
    redact: (text) => (token === '' ? text : text.replaceAll(token, '[redacted]')),
    now,
    fetch: host.fetch ?? ((url, init) => fetch(url, init)),
    timeoutMs: host.timeoutMs ?? TIMEOUT_MS,
    pages: PAGES,
    nameNow,
    ...more,
  })
}

function webUrlOf({ url }: GiteaHost): string {
  return url.replace(/\/+$/, '')
}
