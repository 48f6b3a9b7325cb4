import { KedgeError } from '../../../domain/errors.ts'
import type { VendorForge, VendorForges } from '../../../ports/forge.ts'
import { describeRepository, insistOnAllowed, refuseCleartext } from '../http/repository-path.ts'
import { createGitHubClient } from './client.ts'
import { createGitHubForge } from './forge.ts'
import { parseRepositoryName, type RepositoryName } from './repository-name.ts'
import { createTokens, type GitHubAuth, type Tokens } from './tokens.ts'
import { type Fetch, graphqlUrlOf } from './transport.ts'

/** One GitHub: github.com or an Enterprise server. */
export interface GitHubHost {
  /** `https://api.github.com`, or `https://HOST/api/v3`. */
  apiBaseUrl: string
  /** The host of clone URLs, with a port where it is not the usual one: `github.com`. */
  gitHost: string
  auth: GitHubAuth
}

export interface GitHubForgesOptions {
  /** The first is the one that says where a renamed repository is. */
  hosts: readonly [GitHubHost, ...GitHubHost[]]
  /** Whether the admin allows a repository. Asked before every use of a credential. */
  allow: (repoURL: string) => boolean
  /** Whether an App is asked for the right to deployments. */
  deployments?: boolean
  /** Epoch ms. */
  now: () => number
  /** Asked right before a request that writes is sent; throws to keep it back. */
  assertMayAct?: () => void
  /** Default: the global one. */
  fetch?: Fetch
  /** Of one request, answer included. Default 15 s. */
  timeoutMs?: number
}

const TIMEOUT_MS = 15_000

interface Host extends GitHubHost {
  tokens: Tokens
}

/** The forges of all configured GitHub hosts. Makes no request before it is asked something. */
export function createGitHubForges(options: GitHubForgesOptions): VendorForges {
  const remaining = new Map<string, number>()
  const basisOf = ({ apiBaseUrl, gitHost }: GitHubHost) => ({
    apiBaseUrl: apiBaseUrl.replace(/\/+$/, ''),
    now: options.now,
    fetch: options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init)),
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    onRateLimit: (left: number) => void remaining.set(gitHost, left),
  })
  const hosts = new Map<string, Host>(
    options.hosts.map((host) => [
      host.gitHost.toLowerCase(),
      { ...host, tokens: createTokens(host.auth, basisOf(host), options.deployments) },
    ]),
  )

  const forgeOf = (host: Host, repository: RepositoryName): VendorForge => {
    const { tokens } = host
    const credential = (rejected?: string): Promise<string> => tokens.tokenFor(repository, rejected)
    const client = createGitHubClient({ ...basisOf(host), credential, redact: tokens.redact, assertMayAct: options.assertMayAct })
    const webUrl = `${new URL(host.apiBaseUrl).protocol}//${host.gitHost}/${repository.owner}/${repository.name}`
    return createGitHubForge({
      client,
      repository,
      webUrl,
      graphqlUrl: graphqlUrlOf(host.apiBaseUrl),
      redact: tokens.redact,
      login: () => tokens.login(),
    })
  }
  const locate = (repoURL: string): { host: Host; repository: RepositoryName } | undefined => {
    insistOnAllowed(repoURL, options.allow)
    const repository = parseRepositoryName(repoURL)
    const host = repository && hosts.get(repository.host)
    return host && { host, repository }
  }

  return {
    forRepository(repoURL) {
      const found = locate(repoURL)
      if (!found)
        throw new KedgeError('E_FORGE_UNSUPPORTED', `${describeRepository(repoURL)} is no owner/name on a configured GitHub host.`)
      return forgeOf(found.host, found.repository)
    },
    async credentialsFor(repoURL, rejected) {
      const found = locate(repoURL)
      if (!found) return undefined
      refuseCleartext(repoURL, found.host.apiBaseUrl)
      return { username: 'x-access-token', password: await found.host.tokens.tokenFor(found.repository, rejected) }
    },
    addressOf: (name) => `${new URL(options.hosts[0].apiBaseUrl).protocol}//${options.hosts[0].gitHost}/${name}.git`,
    rateLimitRemaining: () => remaining,
  }
}
