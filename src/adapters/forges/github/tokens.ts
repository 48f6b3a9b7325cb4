import { createAppAuth } from '@octokit/auth-app'
import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { type ClientOptions, createGitHubClient, type GitHubClient } from './client.ts'
import type { Redact } from './errors.ts'
import type { RepositoryName } from './repository-name.ts'

/** How Kedge signs in to one forge. An App without `installationId` is looked up for each repository. */
export type GitHubAuth =
  | { type: 'token'; token: string }
  | { type: 'app'; appId: number | string; installationId?: number | undefined; privateKey: string }

/** Tokens of one host. */
export interface Tokens {
  /**
   * A token for this repository. `rejected` is one that the forge has refused: never that one again, where there can be another.
   * @throws KedgeError E_FORGE_*
   */
  tokenFor(repository: RepositoryName, rejected?: string): Promise<string>
  /** Who comments come from; undefined where the forge does not say. */
  login(): Promise<string | undefined>
  /** What the newest token may write besides; undefined where nobody says. */
  mayWrite(what: Extra): boolean | undefined
  /** Takes every token given out so far, and the key, out of a text. */
  redact: Redact
}

/** Everything a client needs but its credential and its redaction. */
export type ClientBasis = Omit<ClientOptions, 'credential' | 'redact'>

/** Installation tokens live an hour; a push that starts in the last ten minutes must still end. */
const TOKEN_AGE_MS = 50 * 60_000
/** Tokens live an hour: more than this many are never good at once. */
const MAX_REMEMBERED = 1_000
const PERMISSIONS = { contents: 'write', pull_requests: 'write' } as const
/** What an installation may grant besides: without it, everything but what it is named for works. */
export type Extra = 'statuses' | 'deployments'

const Installation = z.object({ id: z.number().int() })
const AccessToken = z.object({ token: z.string().min(1) })
const App = z.object({ slug: z.string().min(1) })
const User = z.object({ login: z.string().min(1) })

/** Tokens by the configured way of signing in. `deployments`: whether the right to those is asked for, too. */
export function createTokens(auth: GitHubAuth, basis: ClientBasis, deployments = false): Tokens {
  return auth.type === 'token' ? createFixedToken(auth.token, basis) : createAppTokens(auth, basis, deployments ? MORE : USUAL)
}

/** What is asked for besides, one after the other until it is granted: the whole first. */
const USUAL: readonly (readonly Extra[])[] = [['statuses'], []]
const MORE: readonly (readonly Extra[])[] = [['statuses', 'deployments'], ['statuses'], ['deployments'], []]

function createFixedToken(token: string, basis: ClientBasis): Tokens {
  const { redact } = createSecrets(token)
  const client = createGitHubClient({ ...basis, credential: async () => token, redact })
  return {
    tokenFor: async () => token,
    login: once(async () => (await client.ask('GET /user', User, ({ rest }) => rest.users.getAuthenticated())).login),
    mayWrite: () => undefined,
    redact,
  }
}

/**
 * Installation tokens, each for one repository and the permissions that Kedge uses. auth-app only signs the App's JWT here: its
 * own token cache follows the wall clock to minute 59 and shares requests in flight between hosts.
 */
function createAppTokens(auth: Extract<GitHubAuth, { type: 'app' }>, basis: ClientBasis, wanted: typeof MORE): Tokens {
  const secrets = createSecrets(auth.privateKey)
  const { redact } = secrets
  const sign = createAppAuth({ appId: auth.appId, privateKey: auth.privateKey })
  const credential = async (rejected?: string): Promise<string> => {
    // A JWT is refused for its key or its clock; signing another one changes neither.
    if (rejected !== undefined) return rejected
    // The signer's error is not kept as the cause: it may quote the key.
    const signed = await sign({ type: 'app' }).catch(() => {
      throw new KedgeError('E_FORGE_AUTH', `The private key of App ${auth.appId} cannot sign: it is not an RSA key in PEM form.`)
    })
    return secrets.remember(signed.token)
  }
  const app = createGitHubClient({ ...basis, credential, redact })
  const kept = new Map<string, { token: Promise<string>; since: number }>()
  let granted: readonly Extra[] | undefined

  const fetchToken = async (repository: RepositoryName): Promise<string> => {
    const installation = auth.installationId ?? (await findInstallation(app, repository))
    const fresh = await createToken(app, { installation, repository, wanted })
    granted = fresh.granted
    return secrets.remember(fresh.token)
  }
  return {
    async tokenFor(repository, rejected) {
      const key = `${repository.owner}/${repository.name}`
      const known = kept.get(key)
      if (known && isYoung(known.since, basis.now()) && (await known.token) !== rejected) return known.token
      // While the old one was awaited, another request may have fetched a new one already.
      const latest = kept.get(key)
      if (latest && latest !== known) return latest.token
      const fresh = { token: fetchToken(repository), since: basis.now() }
      kept.set(key, fresh)
      fresh.token.catch(() => kept.get(key) === fresh && kept.delete(key))
      return fresh.token
    },
    login: once(async () => `${(await app.ask('GET /app', App, ({ rest }) => rest.apps.getAuthenticated())).slug}[bot]`),
    mayWrite: (what) => granted?.includes(what),
    redact,
  }
}

async function findInstallation(app: GitHubClient, { owner, name }: RepositoryName): Promise<number> {
  const { id } = await app.ask(`GET /repos/${owner}/${name}/installation`, Installation, ({ rest }) =>
    rest.apps.getRepoInstallation({ owner, repo: name }),
  )
  return id
}

/** GitHub answers 422 to a permission that was not granted, and gives no token at all: then it is asked for less. */
async function createToken(
  app: GitHubClient,
  { installation, repository, wanted }: { installation: number; repository: RepositoryName; wanted: typeof MORE },
): Promise<{ token: string; granted: readonly Extra[] }> {
  const what = `POST /app/installations/${installation}/access_tokens`
  const ask = async (granted: readonly Extra[]): Promise<{ token: string; granted: readonly Extra[] }> => {
    const permissions = { ...PERMISSIONS, ...Object.fromEntries(granted.map((extra) => [extra, 'write' as const])) }
    const { token } = await app.ask(what, AccessToken, ({ rest }) =>
      rest.apps.createInstallationAccessToken({ installation_id: installation, repositories: [repository.name], permissions }),
    )
    return { token, granted }
  }
  for (const [index, extras] of wanted.entries()) {
    try {
      return await ask(extras)
    } catch (error) {
      if (!isNotGranted(error)) throw error
      // A person can grant it.
      if (index === wanted.length - 1) throw new KedgeError('E_FORGE_FORBIDDEN', error.what)
    }
  }
  throw new KedgeError('E_INTERNAL', 'nothing was asked for')
}

function isNotGranted(error: unknown): error is KedgeError {
  return error instanceof KedgeError && error.code === 'E_FORGE_REJECTED'
}

/** A negative age is a clock that was set back: when the token ends is unknown, so it counts as old. */
function isYoung(since: number, now: number): boolean {
  return now >= since && now - since < TOKEN_AGE_MS
}

/** The newest secrets that went out, so that no error can repeat one that came back in an answer. */
function createSecrets(first: string): { remember: (secret: string) => string; redact: Redact } {
  const secrets = new Set([first])
  return {
    remember(secret) {
      secrets.add(secret)
      const [, oldest] = secrets
      if (secrets.size > MAX_REMEMBERED && oldest !== undefined) secrets.delete(oldest)
      return secret
    },
    redact: (text) => [...secrets].reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '[redacted]')), text),
  }
}

/** Asks until it was answered once. A forge that refuses to say counts as an answer. */
function once(question: () => Promise<string>): () => Promise<string | undefined> {
  let answer: { value: string | undefined } | undefined
  return async () => {
    answer ??= { value: await question().catch(unlessRefused) }
    return answer.value
  }
}

function unlessRefused(error: unknown): undefined {
  const refused = error instanceof KedgeError && (error.code === 'E_FORGE_FORBIDDEN' || error.code === 'E_FORGE_NOT_FOUND')
  if (!refused) throw error
}
