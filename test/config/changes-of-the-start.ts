import type { KEYS_OF_THE_START } from '../../src/config/live-keys.ts'

/** One change of each key that holds from the next start on, as YAML. */
export const CHANGES: Readonly<Record<(typeof KEYS_OF_THE_START)[number], string>> = {
  alerts: 'alerts: { sources: [{ type: alertmanager, url: "http://alertmanager:9093" }] }',
  clusters: 'clusters: [{ name: in-cluster, namespaces: [shop] }]',
  'argocd.cluster': 'clusters: [{ name: other }, { name: in-cluster }]\nargocd: { cluster: other }',
  'argocd.namespaces': 'argocd: { namespaces: [argocd] }',
  git: 'git: { timeoutSeconds: 5 }',
  ledger: 'ledger: { path: elsewhere.db }',
  mirrors: 'mirrors: { path: elsewhere }',
  log: 'log: { level: debug }',
  tracing: 'tracing: { endpoint: "http://collector:4318" }',
  'server.api.host': 'server: { api: { host: 10.0.0.1 } }',
  'server.api.port': 'server: { api: { port: 1 } }',
  'server.webhooks.host': 'server: { webhooks: { host: 10.0.0.1 } }',
  'server.webhooks.port': 'server: { webhooks: { port: 1 } }',
}
