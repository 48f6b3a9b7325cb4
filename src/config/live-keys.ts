import type { Config } from './settings.ts'

/**
 * The keys that hold from the next start on: what is opened once, and what releases are known by. All others, and secrets but for the
 * collector's, hold as soon as their file has changed.
 */
export const KEYS_OF_THE_START = [
  'clusters',
  'alerts',
  'argocd.cluster',
  'argocd.namespaces',
  'git',
  'ledger',
  'mirrors',
  'log',
  'tracing',
  'server.api.host',
  'server.api.port',
  'server.webhooks.host',
  'server.webhooks.port',
] as const

/**
 * What a configuration that was changed comes to while the service runs: as it is written, but for the keys of the start.
 * @returns the configuration that holds now, and which of its keys wait for the next start
 */
export function takeOver(running: Config, written: Config): { config: Config; waiting: readonly string[] } {
  const waiting: string[] = KEYS_OF_THE_START.filter((key) => !isSame(valueAt(running, key), valueAt(written, key)))
  // People are told of channels where there are any, and nothing asks again whether there are.
  const hadChannels = running.channels.length > 0
  const keepsChannels = hadChannels !== written.channels.length > 0
  const { argocd, server } = written
  const config: Config = {
    ...written,
    alerts: running.alerts,
    clusters: running.clusters,
    git: running.git,
    ledger: running.ledger,
    mirrors: running.mirrors,
    log: running.log,
    tracing: running.tracing,
    argocd: { ...argocd, cluster: running.argocd.cluster, namespaces: running.argocd.namespaces },
    server: {
      ...server,
      api: { ...server.api, host: running.server.api.host, port: running.server.api.port },
      webhooks: { ...server.webhooks, host: running.server.webhooks.host, port: running.server.webhooks.port },
    },
  }
  return { config, waiting: keepsChannels ? [...waiting, 'channels (the first, or the last)'] : waiting }
}

function valueAt(config: Config, key: string): unknown {
  if (key === 'alerts') return [config.alerts.sources.map(({ name, cluster, options }) => [name, cluster, options]), config.alerts.labels]
  if (key === 'ledger') return [config.ledger.name, config.ledger.options, config.ledger.checkpoints]
  return key.split('.').reduce<unknown>((value, part) => (value as Readonly<Record<string, unknown>> | undefined)?.[part], config)
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}
