import { createPrivateKey } from 'node:crypto'
import { z } from 'zod'
import { webUrl } from '../../../options/address.ts'
import { path } from '../../../options/file.ts'
import type { ForgeManifest, SecretReader } from '../../../ports/manifest.ts'
import { githubFirstSteps } from './first-steps.ts'
import { githubMarkdown } from './markdown.ts'
import type { GitHubAuth } from './tokens.ts'
import { githubWebhook } from './webhook.ts'

const word = z.string().min(1).max(253)

const app = z.strictObject({
  id: z.union([z.int().positive(), word]).optional().describe('App id or client id.'),
  idFile: path.optional().describe('File with it: key `githubAppID` of an Argo CD repository Secret.'),
  installationId: z.int().positive().optional().describe('Installation id. Without it, the installation is looked up for each repository.'),
  installationIdFile: path.optional().describe('File with it: key `githubAppInstallationID`.'),
  privateKeyFile: path.optional().describe('File with the private key in PEM: key `githubAppPrivateKey`.'),
})

const config = z.strictObject({
  apiBaseUrl: webUrl.default('https://api.github.com').describe('`https://HOST/api/v3` for GitHub Enterprise.'),
  host: word.optional().describe('Host of clone URLs, with its port where it has one. Taken from `apiBaseUrl` where nothing is said.'),
  app: app.optional().describe('Signs in as a GitHub App (own rate limit, own name).'),
  tokenFile: path.optional().describe('File with a token, where there is no App.'),
  webhook: z
    .strictObject({ secretFile: path.optional().describe('File with the secret of the GitHub webhook.') })
    .prefault({})
    .describe('Events from GitHub, at `/webhooks/github`.'),
})

type Options = z.output<typeof config>

/** GitHub: github.com and Enterprise servers. */
export const github: ForgeManifest<Options, GitHubAuth> = {
  id: 'github',
  name: 'GitHub',
  config,
  firstSteps: githubFirstSteps,
  isOldKey: true,
  gitHost,
  ignoresCase: true,
  hasDeployments: true,
  // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits. An Enterprise server has
  // them only where they are switched on.
  limits: [
    { of: 'content', withinMs: 60_000, most: 80 },
    { of: 'content', withinMs: 3_600_000, most: 500 },
  ],
  credential: readCredential,
  secretsIn: (auth) => [auth.type === 'token' ? auth.token : auth.privateKey],
  webhookSecret: ({ webhook }, reader) => reader.read(['webhook', 'secretFile'], webhook.secretFile, 'KEDGE_GITHUB_WEBHOOK_SECRET'),
  markup: githubMarkdown,
  async open(options, auth, { allows, deployments, now, assertMayAct }) {
    const { createGitHubForges } = await import('./forges.ts')
    const host = { apiBaseUrl: options.apiBaseUrl, gitHost: gitHost(options), auth }
    return createGitHubForges({ hosts: [host], allow: allows, deployments, now, assertMayAct })
  },
  commitUrl: ({ apiBaseUrl }, repository, revision) => `${new URL(apiBaseUrl).protocol}//${repository}/commit/${revision}`,
  // A login of a person, or `org/team` with the team's slug: GitHub's own rule for names.
  reviewer: /^[a-z\d](?:[a-z\d-]{0,38})(?:\/[\w.-]{1,100})?$/i,
  webhook: githubWebhook,
  async examine({ apiBaseUrl }, auth, look) {
    const { examineRepository } = await import('./doctor.ts')
    return examineRepository({ apiBaseUrl, auth }, look)
  },
}

/** github.com has its API on another host; an Enterprise server has it below `/api/v3`. */
function gitHost({ host, apiBaseUrl }: Options): string {
  const api = new URL(apiBaseUrl).host
  return host?.toLowerCase() ?? (api === 'api.github.com' ? 'github.com' : api)
}

function readCredential(options: Options, reader: SecretReader): GitHubAuth | undefined {
  if (options.app && options.tokenFile !== undefined) {
    reader.fault([], 'has both app and tokenFile; one of them signs in')
    return undefined
  }
  if (options.app) return readApp(options.app, reader)
  const before = reader.faults
  const token = reader.read(['tokenFile'], options.tokenFile, 'KEDGE_GITHUB_TOKEN')
  if (token !== undefined) return { type: 'token', token }
  if (reader.faults === before) reader.fault([], 'has no credential; looked for app, tokenFile and the variable KEDGE_GITHUB_TOKEN')
  return undefined
}

function readApp({ id, idFile, ...named }: NonNullable<Options['app']>, reader: SecretReader): GitHubAuth | undefined {
  const before = reader.faults
  const appId = id === undefined ? reader.read(['app', 'idFile'], idFile, 'KEDGE_GITHUB_APP_ID') : String(id)
  const installation =
    named.installationId ?? reader.read(['app', 'installationIdFile'], named.installationIdFile, 'KEDGE_GITHUB_APP_INSTALLATION_ID')
  const privateKey = reader.read(['app', 'privateKeyFile'], named.privateKeyFile, 'KEDGE_GITHUB_APP_PRIVATE_KEY')
  const installationId = installation === undefined ? undefined : Number(installation)
  if (installationId !== undefined && !(Number.isSafeInteger(installationId) && installationId > 0))
    reader.fault(['app', 'installationIdFile'], 'does not hold a number')
  if (privateKey !== undefined && !isPrivateKey(privateKey)) reader.fault(['app', 'privateKeyFile'], 'is no private key in PEM')
  if (reader.faults > before) return undefined
  if (appId === undefined) reader.fault(['app', 'id'], 'is missing; looked for id, idFile and the variable KEDGE_GITHUB_APP_ID')
  if (privateKey === undefined)
    reader.fault(['app', 'privateKeyFile'], 'is missing; looked for it and for the variable KEDGE_GITHUB_APP_PRIVATE_KEY')
  return appId === undefined || privateKey === undefined ? undefined : { type: 'app', appId, installationId, privateKey }
}

/** What is wrong with a key is found here, and not at the first failure of a release. */
function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
