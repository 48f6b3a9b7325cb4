import type { KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { inspect } from 'node:util'
import type { Manifest, SecretReader, SigningManifest } from '../ports/manifest.ts'
import type { Entries, Entry } from './entries.ts'
import type { Environment } from './env.ts'
import type { ConfigPath } from './faults.ts'
import type { RuleFault } from './faults.ts'
import type { ConfigFile } from './schema.ts'
import { readSigningKey } from './signing-key.ts'

/** Everything that must never be shown, apart from the configuration. Printing it prints nothing of it. */
export interface Secrets {
  /** In the order of the configuration. A credential is what its forge's manifest made; undefined where something is missing. */
  forges: readonly { credential: unknown; webhook: string | undefined }[]
  /** Credentials, in the order of the configuration. */
  channels: readonly unknown[]
  /** Credentials, in the order of the configuration. */
  renderers: readonly unknown[]
  /** Passwords, in the order of the configuration; undefined for those that anybody may read. */
  registries: readonly (string | undefined)[]
  /** Credentials, in the order of the configuration. */
  alerts: readonly unknown[]
  alertsWebhook: string | undefined
  ledger: unknown
  /** Private. Undefined where nothing is signed. */
  signingKey: KeyObject | undefined
  argocdWebhook: string | undefined
  adminToken: string | undefined
  /** For the collector of traces, by name. */
  otlpHeaders: Readonly<Record<string, string>> | undefined
  /** Every secret of a vendor as a text. */
  texts: readonly string[]
}

/** For whoever signs in nowhere. */
export const NO_SECRETS: Secrets = {
  forges: [],
  channels: [],
  renderers: [],
  registries: [],
  alerts: [],
  alertsWebhook: undefined,
  ledger: undefined,
  signingKey: undefined,
  argocdWebhook: undefined,
  adminToken: undefined,
  otlpHeaders: undefined,
  texts: [],
}

const MAX_BYTES = 65_536

/**
 * Reads the secrets that the file names. A file that is named is the only place that is looked at; where none is named,
 * the environment may have it (for use on one's own machine). What is missing comes back as faults that say where it
 * was looked for.
 * @returns also the files that were read, by absolute path
 */
export function readSecrets(
  file: ConfigFile,
  entries: Entries,
  { folder, env }: { folder: string; env: Environment },
): { secrets: Secrets; faults: readonly RuleFault[]; files: readonly string[] } {
  const faults: RuleFault[] = []
  const files: string[] = []
  const read: Read = (path, name, variable) => {
    if (name === undefined) return env[variable]?.trim() || undefined
    files.push(resolve(folder, name))
    const found = readSecretFile(resolve(folder, name))
    if ('text' in found) return found.text
    faults.push({ path, value: name, reason: found.reason })
    return undefined
  }
  const readerOf = createReaders(read, faults)
  const texts: string[] = []
  const signIn = <M extends SigningManifest>(entry: Entry<M>, all: readonly Entry<M>[]): unknown => {
    const credential = entry.manifest.credential(entry.options, readerOf(entry, all))
    texts.push(...(credential === undefined ? [] : entry.manifest.secretsIn(credential)))
    return credential
  }
  const signingKey = (): KeyObject | undefined => {
    const name = entries.ledger.checkpoints?.keyFile
    if (name === undefined) return undefined
    files.push(resolve(folder, name))
    const found = readSigningKey(resolve(folder, name))
    if ('reason' in found) {
      faults.push({ path: ['ledger', 'checkpoints', 'keyFile'], value: name, reason: found.reason })
      return undefined
    }
    texts.push(...found.texts)
    return found.key
  }
  const forges = entries.forges.map((entry) => {
    const credential = signIn(entry, entries.forges)
    const webhook = entry.manifest.webhookSecret(entry.options, readerOf(entry, entries.forges))
    if (webhook !== undefined) texts.push(webhook)
    return { credential, webhook }
  })
  const secrets: Secrets = {
    forges,
    channels: entries.channels.map((entry) => signIn(entry, entries.channels)),
    renderers: entries.renderers.map((entry) => signIn(entry, entries.renderers)),
    registries: file.registries.map(({ passwordFile }, at) =>
      passwordFile === undefined ? undefined : read(['registries', at, 'passwordFile'], passwordFile, ''),
    ),
    alerts: entries.alerts.sources.map((entry) => signIn(entry, entries.alerts.sources)),
    alertsWebhook: read(['alerts', 'webhook', 'secretFile'], file.alerts.webhook.secretFile, 'KEDGE_ALERTS_WEBHOOK_SECRET'),
    ledger: signIn(entries.ledger, [entries.ledger]),
    signingKey: signingKey(),
    argocdWebhook: read(['argocd', 'webhook', 'secretFile'], file.argocd.webhook.secretFile, 'KEDGE_ARGOCD_WEBHOOK_SECRET'),
    adminToken: read(['server', 'api', 'adminTokenFile'], file.server.api.adminTokenFile, 'KEDGE_ADMIN_TOKEN'),
    otlpHeaders: readHeaders(file, read, faults),
    texts,
  }
  return { secrets: hide(secrets), faults, files }
}

type Read = (path: ConfigPath, file: string | undefined, variable: string) => string | undefined

/** Of several entries of one type, the environment is the first one's: a token must not go to a host that it was not meant for. */
function createReaders(read: Read, faults: RuleFault[]) {
  return <M extends Manifest>(entry: Entry<M>, all: readonly Entry<M>[]): SecretReader => {
    const isFirst = all.find(({ manifest }) => manifest === entry.manifest) === entry
    return {
      read: (key, file, variable) => (file === undefined && !isFirst ? undefined : read([...entry.path, ...key], file, variable)),
      fault: (key, reason) => void faults.push({ path: [...entry.path, ...key], reason }),
      get faults() {
        return faults.length
      },
    }
  }
}

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

/** The same, with the credentials of the servers of alerts from before: who they are for waits for the next start. */
export function keepAlerts(next: Secrets, before: Secrets): Secrets {
  return hide({ ...next, alerts: before.alerts, texts: [...new Set([...next.texts, ...before.texts])] })
}

/** Every secret as a text, for whoever has to keep them out of sight. */
export function secretTexts(secrets: Secrets): readonly string[] {
  const headers = Object.values(secrets.otlpHeaders ?? {}).flatMap(credentialsIn)
  const hooks = [secrets.argocdWebhook, secrets.alertsWebhook]
  return [...secrets.texts, ...secrets.registries, ...hooks, secrets.adminToken, ...headers].filter((text) => text !== undefined)
}

/**
 * A header's value and its words (`Bearer …`). What is as short as the number of a tenant is no secret, and hiding it would garble the log.
 */
function credentialsIn(value: string): readonly string[] {
  return [value, ...value.split(' ')].filter((text) => text.length >= 12)
}
