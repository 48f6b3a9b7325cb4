import { KedgeError } from '../../../domain/errors.ts'
import type { VendorForge, VendorForges } from '../../../ports/forge.ts'
import { createGiteaClient, type Fetch } from './client.ts'
import { createGiteaForge } from './forge.ts'
import { describeRepository, parseRepositoryName, placeOf, type RepositoryName } from './repository-name.ts'
import { UserResource } from './resources.ts'

export interface GiteaForgesOptions {
  /** Where Gitea's pages are, with its path where it has one. */
  url: string
  /** The host of clone URLs, where it is another one. */
  host?: string | undefined
  token: string
  /** Whether the admin allows a repository. Asked before every use of a credential. */
  allow: (repoURL: string) => boolean
  /** Epoch ms. */
  now: () => number
  /** Asked right before a request that writes is sent; throws to keep it back. */
  assertMayAct?: () => void
  /** Default: the global one. */
  fetch?: Fetch
  /** Of one request, answer included. Default 15 s. */
  timeoutMs?: number
  /** Told what the forge's own clock says, epoch ms. */
  onDate?: (theirs: number) => void
}

const TIMEOUT_MS = 15_000

/** The repositories of one Gitea. Makes no request before it is asked something. */
export function createGiteaForges(options: GiteaForgesOptions): VendorForges {
  const { token } = options
  const webUrl = options.url.replace(/\/+$/, '')
  const place = placeOf(options)
  const client = createGiteaClient({
    apiUrl: `${webUrl}/api/v1`,
    token,
    redact: (text) => text.replaceAll(token, '[redacted]'),
    now: options.now,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    assertMayAct: options.assertMayAct ?? (() => undefined),
    ...(options.onDate && { onDate: options.onDate }),
  })
  let account: string | undefined
  const login = async (): Promise<string> => (account ??= (await client.ask({ method: 'GET', path: '/user' }, UserResource)).login)

  const forgeOf = (repository: RepositoryName): VendorForge => {
    const path = `/repos/${repository.owner}/${repository.name}`
    return createGiteaForge({ client, repository, path, webUrl: `${webUrl}/${repository.owner}/${repository.name}`, login })
  }
  const locate = (repoURL: string): RepositoryName | undefined => {
    if (!options.allow(repoURL))
      throw new KedgeError('E_REPOSITORY_NOT_ALLOWED', `${describeRepository(repoURL)} is not among the allowed repositories.`)
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
      return { username: 'kedge', password: token }
    },
    // Gitea has no limit, and tells none.
    rateLimitRemaining: () => new Map(),
  }
}

/** Git would send the password in the clear; only a forge whose API is in the clear too (a test's) may ask for that. */
function refuseCleartext(repoURL: string, webUrl: string): void {
  if (/^http:/i.test(repoURL) && !/^http:/i.test(webUrl)) {
    throw new KedgeError(
      'E_REPOSITORY_NOT_ALLOWED',
      `${describeRepository(repoURL)} is reached by plain http. Use https, so that the token is not sent in the clear.`,
    )
  }
}
