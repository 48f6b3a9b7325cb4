import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { inspect } from 'node:util'
import type { Environment } from './env.ts'
import type { ConfigPath } from './faults.ts'
import type { RuleFault } from './rules.ts'
import type { ConfigFile } from './schema.ts'

/** Everything that must never be shown, apart from the configuration. Printing it prints nothing of it. */
export interface Secrets {
  github:
    | { type: 'token'; token: string }
    | { type: 'app'; appId: string; installationId: number | undefined; privateKey: string }
    | undefined
  slack: { type: 'token'; token: string } | { type: 'webhook'; url: string } | undefined
  githubWebhook: string | undefined
  argocdWebhook: string | undefined
  adminToken: string | undefined
  /** For the collector of traces, by name. */
  otlpHeaders: Readonly<Record<string, string>> | undefined
}

/** For whoever signs in nowhere. */
export const NO_SECRETS: Secrets = {
  github: undefined,
  slack: undefined,
  githubWebhook: undefined,
  argocdWebhook: undefined,
  adminToken: undefined,
  otlpHeaders: undefined,
}

const MAX_BYTES = 65_536

/**
 * Reads the secrets that the file names. A file that is named is the only place that is looked at; where none is named,
 * the environment may have it (for use on one's own machine). What is missing comes back as faults that say where it
 * was looked for.
 */
export function readSecrets(file: ConfigFile, folder: string, env: Environment): { secrets: Secrets; faults: readonly RuleFault[] } {
  const faults: RuleFault[] = []
  const read: Read = (path, name, variable) => {
    if (name === undefined) return env[variable]?.trim() || undefined
    const found = readSecretFile(resolve(folder, name))
    if ('text' in found) return found.text
    faults.push({ path, value: name, reason: found.reason })
    return undefined
  }
  const secrets: Secrets = {
    github: readGitHub(file, read, faults),
    slack: readSlack(file, read, faults),
    githubWebhook: read(['github', 'webhook', 'secretFile'], file.github?.webhook.secretFile, 'KEDGE_GITHUB_WEBHOOK_SECRET'),
    argocdWebhook: read(['argocd', 'webhook', 'secretFile'], file.argocd.webhook.secretFile, 'KEDGE_ARGOCD_WEBHOOK_SECRET'),
    adminToken: read(['server', 'api', 'adminTokenFile'], file.server.api.adminTokenFile, 'KEDGE_ADMIN_TOKEN'),
    otlpHeaders: readHeaders(file, read, faults),
  }
  return { secrets: hide(secrets), faults }
}

type Read = (path: ConfigPath, file: string | undefined, variable: string) => string | undefined

function readSecretFile(path: string): { text: string } | { reason: string } {
  try {
    if (statSync(path).size > MAX_BYTES) return { reason: `is longer than ${MAX_BYTES} bytes (looked at ${path})` }
    const text = readFileSync(path, 'utf8').trim()
    return text === '' ? { reason: `is empty (looked at ${path})` } : { text }
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown'
    const what = code === 'ENOENT' ? 'does not exist' : `cannot be read, ${code}`
    return { reason: `${what} (looked at ${path})` }
  }
}

function readGitHub(file: ConfigFile, read: Read, faults: RuleFault[]): Secrets['github'] {
  const { github } = file
  if (!github) return undefined
  if (github.app && github.tokenFile !== undefined) {
    faults.push({ path: ['github'], reason: 'has both app and tokenFile; one of them signs in' })
    return undefined
  }
  if (github.app) return readApp(github.app, read, faults)
  const before = faults.length
  const token = read(['github', 'tokenFile'], github.tokenFile, 'KEDGE_GITHUB_TOKEN')
  if (token !== undefined) return { type: 'token', token }
  if (faults.length === before) {
    faults.push({
      path: ['github'],
      reason: 'has no credential; looked for app, tokenFile and the variable KEDGE_GITHUB_TOKEN',
    })
  }
  return undefined
}

function readApp(app: NonNullable<NonNullable<ConfigFile['github']>['app']>, read: Read, faults: RuleFault[]): Secrets['github'] {
  const at = (key: string): ConfigPath => ['github', 'app', key]
  const before = faults.length
  const appId = app.id === undefined ? read(at('idFile'), app.idFile, 'KEDGE_GITHUB_APP_ID') : String(app.id)
  const installation = app.installationId ?? read(at('installationIdFile'), app.installationIdFile, 'KEDGE_GITHUB_APP_INSTALLATION_ID')
  const privateKey = read(at('privateKeyFile'), app.privateKeyFile, 'KEDGE_GITHUB_APP_PRIVATE_KEY')
  const installationId = installation === undefined ? undefined : Number(installation)
  if (installationId !== undefined && !(Number.isSafeInteger(installationId) && installationId > 0)) {
    faults.push({ path: at('installationIdFile'), reason: 'does not hold a number' })
  }
  if (faults.length > before) return undefined
  if (appId === undefined) faults.push({ path: at('id'), reason: 'is missing; looked for id, idFile and the variable KEDGE_GITHUB_APP_ID' })
  if (privateKey === undefined) {
    faults.push({
      path: at('privateKeyFile'),
      reason: 'is missing; looked for it and for the variable KEDGE_GITHUB_APP_PRIVATE_KEY',
    })
  }
  return appId === undefined || privateKey === undefined ? undefined : { type: 'app', appId, installationId, privateKey }
}

function readSlack(file: ConfigFile, read: Read, faults: RuleFault[]): Secrets['slack'] {
  const { slack } = file
  if (!slack) return undefined
  if (slack.tokenFile !== undefined && slack.webhookUrlFile !== undefined) {
    faults.push({ path: ['slack'], reason: 'has both tokenFile and webhookUrlFile; one of them is used' })
    return undefined
  }
  const before = faults.length
  const token = slack.webhookUrlFile === undefined ? read(['slack', 'tokenFile'], slack.tokenFile, 'KEDGE_SLACK_TOKEN') : undefined
  if (token !== undefined) return { type: 'token', token }
  if (faults.length > before) return undefined
  const url = read(['slack', 'webhookUrlFile'], slack.webhookUrlFile, 'KEDGE_SLACK_WEBHOOK_URL')
  if (url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return { type: 'webhook', url }
  if (url !== undefined) faults.push({ path: ['slack', 'webhookUrlFile'], reason: 'does not hold a URL' })
  else if (faults.length === before) {
    const reason = 'has no credential; looked for tokenFile, webhookUrlFile, KEDGE_SLACK_TOKEN and KEDGE_SLACK_WEBHOOK_URL'
    faults.push({ path: ['slack'], reason })
  }
  return undefined
}

function readHeaders({ tracing }: ConfigFile, read: Read, faults: RuleFault[]): Secrets['otlpHeaders'] {
  if (!tracing) return undefined
  const path: ConfigPath = ['tracing', 'headersFile']
  const lines = read(path, tracing.headersFile, 'KEDGE_TRACING_HEADERS')?.split(/\r?\n/) ?? []
  const headers = lines.map((line) => /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\x20-\x7e]+)$/.exec(line.trim()))
  const wrong = headers.indexOf(null)
  if (wrong >= 0) faults.push({ path, reason: `has a line that is not \`Name: value\` (line ${wrong + 1}, not shown)` })
  return Object.fromEntries(headers.flatMap((header) => (header?.[1] && header[2] ? [[header[1], header[2]]] : [])))
}

/** A log line, an error or a debugger's console that gets the whole object says only this. */
function hide(secrets: Secrets): Secrets {
  const said = () => '[secrets]'
  return Object.defineProperties(secrets, { toJSON: { value: said }, [inspect.custom]: { value: said } })
}

/** Every secret as a text, for whoever has to keep them out of sight. */
export function secretTexts(secrets: Secrets): readonly string[] {
  const { github, slack } = secrets
  const all = [
    github?.type === 'token' ? github.token : github?.privateKey,
    slack?.type === 'token' ? slack.token : slack?.url,
    secrets.githubWebhook,
    secrets.argocdWebhook,
    secrets.adminToken,
    ...Object.values(secrets.otlpHeaders ?? {}).flatMap(credentialsIn),
  ]
  return all.filter((text) => text !== undefined)
}

/**
 * A header's value and its words (`Bearer …`). What is as short as the number of a tenant is no secret, and hiding it would garble the log.
 */
function credentialsIn(value: string): readonly string[] {
  return [value, ...value.split(' ')].filter((text) => text.length >= 12)
}
