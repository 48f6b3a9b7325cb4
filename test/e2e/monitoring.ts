import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../until.ts'
import { LOGS } from './control-plane/places.ts'
import { freePorts } from './control-plane/processes.ts'
import { startExporter, type Exporter } from './exporter.ts'

const PATIENCE_MS = 120_000

/** How Debian calls its packages' programs; upstream's archive has `alertmanager`. */
const PROGRAMS = { prometheus: ['prometheus'], alertmanager: ['prometheus-alertmanager', 'alertmanager'] } as const

/** A real Prometheus and Alertmanager on loopback, and the exporter that they look at. */
export interface Monitoring extends AsyncDisposable {
  exporter: Exporter
  prometheusUrl: string
  alertmanagerUrl: string
}

/** Why the real ones cannot be had on this machine; undefined where they can. */
export async function monitoringObstacle(): Promise<string | undefined> {
  const found = await Promise.all(Object.values(PROGRAMS).map(programOf))
  return found.includes(undefined)
    ? 'Prometheus or Alertmanager is not installed; on Debian: apt-get install prometheus prometheus-alertmanager'
    : undefined
}

async function programOf(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const isThere = await promisify(execFile)(name, ['--version']).then(
      () => true,
      () => false,
    )
    if (isThere) return name
  }
  return undefined
}

/**
 * Starts them, with burn rules for every application that the exporter knows. What they write is below `folder`, which is also in their
 * command lines: that is how what a killed run has left is found.
 * @param secret with which Alertmanager signs what it posts
 * @throws Error where they are not installed, or do not answer
 */
export async function startMonitoring(folder: string, secret: string): Promise<Monitoring> {
  const [prometheus, alertmanager] = await Promise.all([programOf(PROGRAMS.prometheus), programOf(PROGRAMS.alertmanager)])
  if (prometheus === undefined || alertmanager === undefined) throw new Error((await monitoringObstacle()) ?? '')
  await using stack = new AsyncDisposableStack()
  const exporter = stack.use(await startExporter())
  const ports = await freePorts(['prometheus', 'alertmanager'])
  const home = join(folder, 'monitoring')
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'rules.yml'), asYaml({ groups: burnRules() }))
  await writeFile(join(home, 'prometheus.yml'), asYaml(prometheusConfig(exporter.address, ports)))
  await writeFile(join(home, 'alertmanager.yml'), asYaml(alertmanagerConfig(exporter.alertsUrl, secret)))
  // Alertmanager is there when the first alert fires.
  const alertmanagerUrl = `http://127.0.0.1:${ports.alertmanager}`
  stack.use(
    await startDaemon(alertmanager, alertmanagerUrl, [
      `--config.file=${join(home, 'alertmanager.yml')}`,
      `--storage.path=${join(home, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
      '--cluster.listen-address=',
    ]),
  )
  const prometheusUrl = `http://127.0.0.1:${ports.prometheus}`
  stack.use(
    await startDaemon(prometheus, prometheusUrl, [
      `--config.file=${join(home, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(home, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
    ]),
  )
  const running = stack.move()
  return { exporter, prometheusUrl, alertmanagerUrl, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

async function startDaemon(command: string, url: string, args: readonly string[]): Promise<AsyncDisposable> {
  const log = openSync(join(LOGS, `${command}.log`), 'a')
  const child = spawn(command, args, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', log, log] })
  const ended = once(child, 'exit')
  const isReady = async (): Promise<true | undefined> => {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}; see ${join(LOGS, `${command}.log`)}`)
    return (await fetch(`${url}/-/ready`)).ok || undefined
  }
  const daemon = {
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
  await until(isReady, { timeoutMs: PATIENCE_MS, what: `${command} ready` }).catch(async (error: unknown) => {
    await daemon[Symbol.asyncDispose]()
    throw error
  })
  return daemon
}

/** It scrapes itself, too: by that it is known since when there are rules. */
function prometheusConfig(exporter: string, ports: Readonly<Record<'prometheus' | 'alertmanager', number>>): object {
  const job = (name: string, target: string): object => ({ job_name: name, honor_labels: true, static_configs: [{ targets: [target] }] })
  return {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }] },
    scrape_configs: [job('apps', exporter), job('prometheus', `127.0.0.1:${ports.prometheus}`)],
  }
}

/** One message an application, as soon as it is known. */
function alertmanagerConfig(url: string, secret: string): object {
  const webhook = { url, send_resolved: true, http_config: { authorization: { credentials: secret } } }
  return {
    route: { receiver: 'kedge', group_by: ['namespace'], group_wait: '0s', group_interval: '1s', repeat_interval: '1h' },
    receivers: [{ name: 'kedge', webhook_configs: [webhook] }],
  }
}

/** 1 % of the requests may fail. */
const OBJECTIVE = 0.99

/**
 * Two windows each have to burn, as Pyrra writes it (`slo/rules.go`: burn rates by window, an alert of a long and a short one, labels
 * `slo`, `exhaustion`, `long`, `short`, `severity`); with seconds for its hours, because nobody waits for those here.
 */
const WINDOWS = [
  { short: '5s', long: '20s', factor: 14, severity: 'critical', exhaustion: '2d' },
  { short: '15s', long: '60s', factor: 7, severity: 'warning', exhaustion: '4d' },
] as const

function burnRules(): readonly object[] {
  const slo = 'web-errors'
  const burned = (window: string): string => `http_requests:burnrate${window}{slo="${slo}"}`
  const requests = (selector: string, window: string): string =>
    `sum by (namespace, rollout) (rate(http_requests_total{${selector}}[${window}]))`
  const rates = WINDOWS.flatMap(({ short, long }) => [short, long]).map((window) => ({
    record: `http_requests:burnrate${window}`,
    expr: `${requests('code=~"5.."', window)} / ${requests('', window)}`,
    labels: { slo },
  }))
  const alerts = WINDOWS.map(({ short, long, factor, severity, exhaustion }) => ({
    alert: 'ErrorBudgetBurn',
    expr: [short, long].map((window) => `${burned(window)} > (${factor} * (1 - ${OBJECTIVE}))`).join(' and '),
    for: '1s',
    labels: { slo, severity, short, long, exhaustion },
    annotations: { description: '{{ $labels.slo }} of {{ $labels.namespace }} burns its error budget' },
  }))
  return [{ name: slo, rules: [...rates, ...alerts] }]
}

/** JSON is YAML. */
function asYaml(document: object): string {
  return `${JSON.stringify(document, undefined, 1)}\n`
}
