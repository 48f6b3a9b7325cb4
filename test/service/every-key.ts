import { generateKeyPairSync } from 'node:crypto'
import type { World } from '../../src/simulator/world.ts'
import { anAppKey } from '../app-key.ts'

// A configuration in which every key is set, for a world of stand-ins. Nobody would write it; a test holds it against the schema.

/** Each is beside the file, under its own name. */
export const FILES: Readonly<Record<string, string>> = {
  'app-id': '7',
  'installation-id': '70',
  'app-key': anAppKey(),
  'forge-hook': 'planted-forge-hook',
  'gitea-token': 'planted-gitea-token',
  'gitea-hook': 'planted-gitea-hook',
  'gitlab-token': 'planted-gitlab-token',
  'gitlab-hook': 'planted-gitlab-hook',
  'argocd-hook': 'planted-argocd-hook',
  'argocd-token': 'planted-argocd-token',
  'argocd-ca.pem': 'planted-ca',
  'alerts-token': 'planted-alerts-token',
  'alerts-password': 'planted-alerts-password',
  'alerts-hook': 'planted-alerts-hook',
  'admin-token': 'planted-admin-token',
  'otlp-headers': 'X-Planted: planted-header',
  'slack-signing': 'planted-signing-secret',
  'slack-url': 'https://hooks.example/planted-url',
  'teams-url': 'https://workflows.example/invoke?sig=planted-signature',
  'audit-secret': 'planted-audit-secret-of-today',
  'audit-secret-before': 'planted-audit-secret-of-before',
  'registry-password': 'planted-registry-password',
  'ca.pem': 'not asked for on loopback',
  'signing-key': generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
}

const CHOICE = `{ mode: pr, causes: [analysis-failed], proof: any, channel: "ops:#deploys", alsoTell: ["ops:#audit"], reviewers: [ada],
        announce: [status], deploymentEnvironment: "{cluster}/{namespace}/{rollout}", labels: [revert], irreversible: ["db/**"],
        settleSeconds: 0.2, restoreDeadlineMinutes: 7, inStorms: true, bakeMinutes: 30, flags: ["flags/**"], quarantine: { days: 7 } }`

const COMMITS = '{ via: push, author: { name: Release Bot, email: bot@acme.example }, signOff: true, prefix: "fix: " }'

const CHECKPOINTS = `{ keyFile: signing-key, origin: kedge.example/every-key, folder: checkpoints, file: checkpoints.log,
      everyRecords: 1, everyMinutes: 1 }`

type StandIns = Pick<World, 'github' | 'slack' | 'alerts'>

/** @param collector address for traces */
export function everyKey(world: StandIns, collector: string): string {
  return `apiVersion: kedge/v1
defaults: ${CHOICE}
allow: { repositories: ["${world.github.url}/acme/*"], channels: ["ops:C0*"], reviewers: [a*], maxMode: pr }
rules:
  - match: { cluster: demo, namespace: shop, name: [checkout], project: default, labels: { team: shop } }
    set: ${CHOICE}
mute:
  - from: "2020-01-01T00:00:00Z"
    to: "2090-01-01T00:00:00Z"
    match: { cluster: demo, namespace: shop, name: [checkout], project: default, labels: { team: another } }
bots: [robot]
limits: { openPerRollout: 1, openPerRepository: 2, openedPerHour: 3 }
storms: { holdFrom: 4, withinMinutes: 6 }
git: { timeoutSeconds: 30, allowPlainHttp: true, checkObjects: false, caFile: ca.pem }
clusters:
  - name: demo
    kubeconfig: kubeconfig
    context: simulator
    namespaces: [shop]
    pods: true
    deployments: true
    destinations: ["https://kubernetes.default.svc"]
  - { name: pod, inCluster: true }
argocd:
  cluster: demo
  namespaces: [argocd]
  url: https://argocd.example
  api: { url: https://argocd.example, tokenFile: argocd-token, caFile: argocd-ca.pem }
  webhook:
    secretFile: argocd-hook
    fields: { application: $.app, applicationNamespace: $.appNs, rollout: $.ro, rolloutNamespace: $.roNs, cluster: $.in }
registries:
  - { host: unused.example, url: "https://unused.example", tokenHost: tokens.example, username: kedge, passwordFile: registry-password,
      caFile: ca.pem }
links: [{ text: Dashboard, url: "https://grafana.example/{rollout}" }]
server:
  publicUrl: https://kedge.example/
  api: { host: 127.0.0.1, port: 0, hosts: [kedge.example], adminTokenFile: admin-token }
  webhooks: { host: 127.0.0.1, port: 0, hosts: [hooks.example], maxBodyBytes: 4096 }
renderers: [{ type: argocd, url: https://second.example, tokenFile: argocd-token, caFile: argocd-ca.pem }]
ledger: { type: sqlite, path: ledger.db, checkpoints: ${CHECKPOINTS} }
mirrors: { path: mirrors }
${alertsOf(world)}log: { level: silent }
tracing: { endpoint: "${collector}", headersFile: otlp-headers, sampleRatio: 1 }
${vendorsOf(world)}`
}

function alertsOf({ alerts }: StandIns): string {
  return `alerts:
  sources:
    - { type: alertmanager, url: "${alerts.alertmanagerUrl}", tokenFile: alerts-token, filters: ['severity!="info"'], caFile: ca.pem }
    - { type: alertmanager, cluster: demo, url: "${alerts.alertmanagerUrl}", username: kedge, passwordFile: alerts-password }
    - { type: prometheus, url: "${alerts.prometheusUrl}", tokenFile: alerts-token, caFile: ca.pem }
    - { type: prometheus, cluster: demo, url: "${alerts.prometheusUrl}", username: kedge, passwordFile: alerts-password }
  webhook: { secretFile: alerts-hook }
  labels: { cluster: $.labels.in, namespace: $.labels.ns, rollout: [$.labels.ro] }
`
}

function vendorsOf({ github, slack }: StandIns): string {
  return `forges:
  - { type: github, apiBaseUrl: "${github.url}/api/v3", host: "${new URL(github.url).host}", tokenFile: github-token,
      webhook: { secretFile: forge-hook }, commits: ${COMMITS} }
  - { type: github, apiBaseUrl: "https://one.example/api/v3", app: { id: 8, installationId: 80, privateKeyFile: app-key } }
  - { type: github, apiBaseUrl: "https://two.example/api/v3",
      app: { idFile: app-id, installationIdFile: installation-id, privateKeyFile: app-key } }
  - { type: gitea, url: "https://gitea.example/git", host: git.gitea.example, tokenFile: gitea-token, webhook: { secretFile: gitea-hook },
      commits: ${COMMITS} }
  - { type: gitlab, apiBaseUrl: "https://gitlab.example/api/v4", host: gitlab.example, tokenFile: gitlab-token,
      webhook: { secretFile: gitlab-hook }, commits: ${COMMITS} }
channels:
  - { type: slack, name: ops, tokenFile: slack-token, apiUrl: "${slack.apiUrl}",
      interactivity: { signingSecretFile: slack-signing, team: T1, names: { U1: ada }, maxSnoozeMinutes: 60 } }
  - { type: slack, name: hook, webhookUrlFile: slack-url }
  - { type: teams, name: team, webhookUrlFile: teams-url }
  - { type: webhook, name: audit, url: "https://events.example/kedge", secretFile: audit-secret, previousSecretFile: audit-secret-before }
`
}
