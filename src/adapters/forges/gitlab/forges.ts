import { KedgeError } from '../../../domain/errors.ts'
import type { VendorForges } from '../../../ports/forge.ts'
import { createRestClient, type Fetch, type RestClient, type RestOptions } from '../http/client.ts'
import { describeRepository, insistOnAllowed, refuseCleartext } from '../http/repository-path.ts'
import { createGitLabForge } from './forge.ts'
import { movedTo, saysMoved } from './moved.ts'
import { parseProject, type Project, webRoot } from './project.ts'
import { Account } from './resources.ts'

/** One GitLab: gitlab.com, or a server of one's own. */
export interface GitLabHost {
  /** `https://gitlab.com/api/v4` */
  apiBaseUrl: string
  /** The host of clone URLs, with a port where it is not the usual one: `gitlab.com`. */
  gitHost: string
  token: string
}

export interface GitLabForgesOptions extends GitLabHost {
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

/** The merge requests of one GitLab. Makes no request before it is asked something. */
export function createGitLabForges(options: GitLabForgesOptions): VendorForges {
  const remaining = new Map<string, number>()
  const client = createGitLabClient(options, {
    assertMayAct: options.assertMayAct,
    onRateLimit: (left) => void remaining.set(options.gitHost, left),
  })
  let account: Promise<Account> | undefined
  const me = (): Promise<Account> => {
    account ??= client.ask({ method: 'GET', path: '/user' }, Account)
    account.catch(() => (account = undefined))
    return account
  }
  const locate = (repoURL: string): Project | undefined => {
    insistOnAllowed(repoURL, options.allow)
    return parseProject(repoURL, options)
  }
  return {
    forRepository(repoURL) {
      const project = locate(repoURL)
      if (!project)
        throw new KedgeError('E_FORGE_UNSUPPORTED', `${describeRepository(repoURL)} is no group/project on the configured GitLab.`)
      return createGitLabForge({ client, me, ...project })
    },
    async credentialsFor(repoURL) {
      if (!locate(repoURL)) return undefined
      refuseCleartext(repoURL, options.apiBaseUrl)
      // Any name will do beside a token.
      return { username: 'oauth2', password: options.token }
    },
    addressOf: (name) => `${webRoot(options.apiBaseUrl, options.gitHost)}/${name}.git`,
    rateLimitRemaining: () => remaining,
  }
}

/** GitLab's REST API by a token of a person, a group or a project. */
export function createGitLabClient(
  host: GitLabHost & { now: () => number; fetch?: Fetch; timeoutMs?: number },
  more: Pick<RestOptions, 'assertMayAct' | 'onRateLimit' | 'onDate'> = {},
): RestClient {
  const { apiBaseUrl, token, now } = host
  return createRestClient({
    vendor: 'GitLab',
    apiBaseUrl: apiBaseUrl.replace(/\/+$/, ''),
    credential: { 'private-token': token },
    redact: (text) => (token === '' ? text : text.replaceAll(token, '[redacted]')),
    now,
    fetch: host.fetch ?? ((url, init) => fetch(url, init)),
    timeoutMs: host.timeoutMs ?? TIMEOUT_MS,
    saysMoved,
    nameNow: movedTo,
    ...more,
  })
}
