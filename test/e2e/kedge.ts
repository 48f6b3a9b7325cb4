import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import type { LedgerStore } from '../../src/ports/ledger.ts'
import { until } from '../until.ts'
import { freePorts } from './control-plane/processes.ts'
import { giteaNamespaceOf, MOMENTS } from './moments.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** The moments that need time before a failure has settled have a namespace each. */
const SETTLING = MOMENTS.filter(({ settleSeconds }) => settleSeconds !== undefined).map(({ name, settleSeconds }) => ({
  match: { namespace: [`kedge-killed-${name}`, giteaNamespaceOf({ name })] },
  set: { settleSeconds },
}))

/** Scenarios that play at the same time fail by the same metric and have nothing to do with each other; what fails in this one has. */
const IN_STORMS = 'two-rollouts-one-commit'
const STORM = { match: { namespace: IN_STORMS }, set: { inStorms: true } }

/** Where an alert after a promotion opens a pull request; nowhere else is one looked for. */
const BURNS = ['burn-after-promotion', 'older-release-innocent', 'flag-only-commit-burns']
const BURN = { match: { namespace: BURNS }, set: { bakeMinutes: 1, causes: ['analysis-failed', 'slo-burn'], flags: ['*/flags.yaml'] } }

/** What the bench's Kedge is told of storms, for a replay. */
export const isInStorms = (namespace: string): boolean => namespace === IN_STORMS

export interface KedgePlace {
  folder: string
  kubeconfig: string
  /** The API server as Applications name it. */
  destination: string
  /** `allowPlainHttp`: the forge is reached by another address than loopback. */
  github: { url: string; token: string; webhookSecret: string; allowPlainHttp: boolean }
  /** A second forge; its webhook is signed with the same secret. */
  gitea: { url: string; token: string } | undefined
  slack: { apiUrl: string; token: string }
  /** Argo CD's own API, which renders what is no plain folder; undefined where Kedge has no account there. */
  argocd: { url: string; kedgeToken: string } | undefined
  /** Who has the alerts; its webhook is signed with the forges' secret. Undefined where nobody warns. */
  alerts: { alertmanagerUrl: string; prometheusUrl: string } | undefined
  logFile: string
}

/** `kedge serve` as a process of its own, configured as a person would: by a file, with its secrets in files. */
export interface Kedge {
  apiUrl: string
  webhooksUrl: string
  /** Of its configuration, secrets and ledger. */
  folder: string
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Reads the ledger from outside, as `kedge ledger` does beside a running service. */
  readLedger<T>(read: (ledger: LedgerStore) => Promise<T>): Promise<T>
  /** What `kedge doctor` says with another token for Argo CD's API. */
  doctor(argocdToken: string): Promise<string>
  /** `kedge ledger verify`. @throws Error in its words unless the chain is intact */
  verifyLedger(): Promise<void>
}

function alertsOf({ alerts }: KedgePlace): string {
  if (alerts === undefined) return ''
  const sources = [
    { type: 'alertmanager', url: alerts.alertmanagerUrl },
    { type: 'prometheus', url: alerts.prometheusUrl },
  ]
  return `alerts: ${JSON.stringify({ sources, webhook: { secretFile: 'webhook-secret' } })}`
}

/** Writes the configuration, with its secrets beside it. @returns its file */
async function configure(place: KedgePlace, ports: Readonly<Record<'api' | 'webhooks', number>>): Promise<string> {
  const { folder } = place
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'github-token'), place.github.token, { mode: 0o600 })
  await writeFile(join(folder, 'webhook-secret'), place.github.webhookSecret, { mode: 0o600 })
  await writeFile(join(folder, 'gitea-token'), place.gitea?.token ?? '', { mode: 0o600 })
  await writeFile(join(folder, 'slack-token'), place.slack.token, { mode: 0o600 })
  await writeFile(join(folder, 'argocd-token'), place.argocd?.kedgeToken ?? '', { mode: 0o600 })
  const file = join(folder, 'kedge.yaml')
  const argocd = place.argocd === undefined ? '' : `argocd: { api: { url: "${place.argocd.url}", tokenFile: argocd-token } }`
  const gitea = !place.gitea
    ? ''
    : `,
  { type: gitea, url: "${place.gitea.url}", tokenFile: gitea-token, webhook: { secretFile: webhook-secret } }`
  const allowed = [place.github.url, ...(place.gitea ? [place.gitea.url] : [])].map((url) => `"${url}/acme/*"`)
  await writeFile(
    file,
    `apiVersion: kedge/v1
defaults: { mode: pr, channel: "#deploys", inStorms: false, bakeMinutes: 0 }
rules: ${JSON.stringify([...SETTLING, STORM, BURN])}
allow: { repositories: [${allowed.join(', ')}] }
limits: { openPerRepository: 100, openedPerHour: 1000 }
git: { allowPlainHttp: ${place.github.allowPlainHttp} }
forges: [
  { type: github, apiBaseUrl: "${place.github.url}/api/v3", tokenFile: github-token, webhook: { secretFile: webhook-secret } }${gitea}]
channels: [{ type: slack, tokenFile: slack-token, apiUrl: "${place.slack.apiUrl}" }]
clusters: [{ name: bench, kubeconfig: "${place.kubeconfig}", destinations: ["${place.destination}"] }]
server: { api: { port: ${ports.api} }, webhooks: { port: ${ports.webhooks} } }
${argocd}
${alertsOf(place)}
ledger: { path: ledger.db }
mirrors: { path: mirrors }
${process.env['KEDGE_BENCH_TRACES'] === undefined ? '' : `tracing: { endpoint: "${process.env['KEDGE_BENCH_TRACES']}" }`}
`,
  )
  return file
}

/** @throws Error it ended, or was not ready in time */
export async function startKedge(place: KedgePlace): Promise<Kedge> {
  const { folder } = place
  const ports = await freePorts(['api', 'webhooks'])
  const file = await configure(place, ports)
  const log = openSync(place.logFile, 'a')
  const env = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] }
  const main = process.env['KEDGE_BENCH_MAIN'] || MAIN
  const child = spawn(process.execPath, [main, 'serve', '--config', file], { env, stdio: ['ignore', log, log] })
  const ended = once(child, 'exit')
  const apiUrl = `http://127.0.0.1:${ports.api}`
  const isReady = async (): Promise<true | undefined> => {
    if (child.exitCode !== null) throw new Error(`kedge serve ended with ${child.exitCode}; see ${place.logFile}`)
    return (await fetch(`${apiUrl}/readyz`)).ok || undefined
  }
  await until(isReady, { timeoutMs: 180_000, what: 'Kedge ready' })
  return {
    apiUrl,
    webhooksUrl: `http://127.0.0.1:${ports.webhooks}`,
    folder,
    async readLedger(read) {
      await using ledger = createSqliteLedger({ path: join(folder, 'ledger.db'), clock: { now: () => Date.now() }, readOnly: true })
      return await read(ledger)
    },
    async doctor(argocdToken) {
      await writeFile(join(folder, 'other-argocd-token'), argocdToken, { mode: 0o600 })
      const other = join(folder, 'doctor.yaml')
      await writeFile(other, (await readFile(file, 'utf8')).replace('tokenFile: argocd-token', 'tokenFile: other-argocd-token'))
      const said = spawn(process.execPath, [MAIN, 'doctor', '--config', other], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      // It exits with 1 where something is amiss, as it is meant to be here.
      return (await Promise.all([text(said.stdout), text(said.stderr)])).join('')
    },
    async verifyLedger() {
      await promisify(execFile)(process.execPath, [MAIN, 'ledger', 'verify', '--config', file], { env })
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await ended
    },
  }
}
