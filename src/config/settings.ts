import { resolve } from 'node:path'
import { bareLogin } from '../domain/policy/annotations.ts'
import type { PolicyChoice, PolicyMatch, PolicySettings } from '../domain/policy/settings.ts'
import { parseRfc3339 } from '../domain/words/rfc3339.ts'
import type { Entries } from './entries.ts'
import { renameAllow, renameChoice } from './old-keys.ts'
import type { ConfigFile } from './schema.ts'

/** The configuration as the program uses it: no secret in it, files by absolute path, times in milliseconds. */
export interface Config {
  policy: PolicySettings
  git: { timeoutMs: number; allowPlainHttp: boolean; checkObjects: boolean; caFile: string | undefined }
  /** Each with its manifest; secrets are in the same order. */
  forges: Entries['forges']
  channels: Entries['channels']
  renderers: Entries['renderers']
  alerts: {
    sources: Entries['alerts']['sources']
    sender: Entries['alerts']['sender']
    labels: ConfigFile['alerts']['labels']
  }
  clusters: readonly ClusterConfig[]
  argocd: {
    /** Name of the cluster with the Applications. */
    cluster: string
    /** Undefined: all. */
    namespaces: readonly string[] | undefined
    url: string | undefined
    webhookFields: ConfigFile['argocd']['webhook']['fields']
  }
  /** Passwords are in the same order. */
  registries: readonly RegistrySettings[]
  links: readonly { text: string; url: string }[]
  /** `publicUrl`: without a slash at the end. */
  server: {
    publicUrl: string | undefined
    /** `hosts`: see `Names` of the listeners. */
    api: { host: string; port: number; hosts: readonly string[] }
    webhooks: { host: string; port: number; hosts: readonly string[]; maxBodyBytes: number }
  }
  ledger: Omit<Entries['ledger'], 'checkpoints'> & { checkpoints: CheckpointSettings | undefined }
  mirrors: { path: string }
  log: ConfigFile['log']
  /** What works and should still be changed, each a sentence for the log. */
  warnings: readonly string[]
  /** Undefined when nobody collects traces. */
  tracing: { url: string; sampleRatio: number } | undefined
}

/** Where and how often the head of the chain is signed. One of `folder` and `file` is there. */
export interface CheckpointSettings {
  origin: string
  folder: string | undefined
  file: string | undefined
  everyRecords: number
  everyMs: number
}

/** See `RegistryOptions`. */
export interface RegistrySettings {
  host: string
  url: string | undefined
  tokenHost: string | undefined
  username: string | undefined
  caFile: string | undefined
}

export interface ClusterConfig {
  name: string
  inCluster: boolean
  kubeconfig: string | undefined
  context: string | undefined
  /** Undefined: all. */
  namespaces: readonly string[] | undefined
  /** Whether pods are listed. */
  pods: boolean
  /** Whether Deployments are listed. */
  deployments: boolean
  /** `destination.server` or `destination.name` of Applications that deploy there. */
  destinations: readonly string[]
}

type MatchInput = ConfigFile['rules'][number]['match']
type ChoiceInput = ConfigFile['rules'][number]['set']

/** @param folder relative paths are relative to it: the folder of the file */
export function toConfig(file: ConfigFile, entries: Entries, folder: string): Config {
  const absolute = (path: string) => resolve(folder, path)
  const optional = (path: string | undefined) => (path === undefined ? undefined : absolute(path))
  const { git, argocd, server } = file
  return {
    policy: toPolicySettings(file, entries),
    git: {
      timeoutMs: git.timeoutSeconds * 1_000,
      allowPlainHttp: git.allowPlainHttp,
      checkObjects: git.checkObjects,
      caFile: optional(git.caFile),
    },
    forges: entries.forges,
    channels: entries.channels,
    renderers: entries.renderers.map((entry) => ({ ...entry, options: entry.manifest.located(entry.options, absolute) })),
    alerts: {
      sources: entries.alerts.sources.map((entry) => ({ ...entry, options: entry.manifest.located(entry.options, absolute) })),
      sender: entries.alerts.sender,
      labels: file.alerts.labels,
    },
    clusters: file.clusters.map((cluster) => ({
      name: cluster.name,
      inCluster: cluster.inCluster,
      kubeconfig: optional(cluster.kubeconfig),
      context: cluster.context,
      namespaces: cluster.namespaces,
      pods: cluster.pods,
      deployments: cluster.deployments,
      destinations: destinationsOf(cluster, file),
    })),
    argocd: {
      cluster: argocdClusterOf(file),
      namespaces: argocd.namespaces,
      url: argocd.url?.replace(/\/+$/, ''),
      webhookFields: argocd.webhook.fields,
    },
    registries: file.registries.map(({ host, url, tokenHost, username, caFile }) => ({
      host,
      url,
      tokenHost,
      username,
      caFile: optional(caFile),
    })),
    links: file.links,
    server: {
      publicUrl: server.publicUrl?.replace(/\/+$/, ''),
      api: { host: server.api.host, port: server.api.port, hosts: server.api.hosts },
      webhooks: server.webhooks,
    },
    ledger: {
      ...entries.ledger,
      options: entries.ledger.manifest.located(entries.ledger.options, absolute),
      checkpoints: toCheckpoints(entries.ledger, optional),
    },
    mirrors: { path: absolute(file.mirrors.path) },
    log: file.log,
    warnings: [],
    tracing: file.tracing && { url: tracesUrl(file.tracing.endpoint), sampleRatio: file.tracing.sampleRatio },
  }
}

function toCheckpoints(
  { checkpoints }: Entries['ledger'],
  absolute: (path: string | undefined) => string | undefined,
): CheckpointSettings | undefined {
  if (!checkpoints) return undefined
  const { origin, folder, file, everyRecords, everyMinutes } = checkpoints
  return { origin, folder: absolute(folder), file: absolute(file), everyRecords, everyMs: Math.round(everyMinutes * 60_000) }
}

/** Collectors are named by their base address: OTLP 1.x, "OTLP/HTTP Request", adds the path. */
function tracesUrl(endpoint: string): string {
  const url = new URL(endpoint)
  const base = url.pathname.replace(/\/+$/, '')
  url.pathname = base.endsWith('/v1/traces') ? base : `${base}/v1/traces`
  return url.href
}

// What Argo CD calls the cluster that it runs in: argo-cd `pkg/apis/application/v1alpha1/application_defaults.go`,
// `util/db/cluster.go`.
const OWN_CLUSTER = ['in-cluster', 'https://kubernetes.default.svc']

function argocdClusterOf(file: ConfigFile): string {
  return file.argocd.cluster ?? file.clusters[0]?.name ?? ''
}

function destinationsOf({ name, destinations }: ConfigFile['clusters'][number], file: ConfigFile): readonly string[] {
  if (name !== argocdClusterOf(file)) return destinations
  const taken = new Set(file.clusters.flatMap((cluster) => cluster.destinations))
  return [...destinations, ...OWN_CLUSTER.filter((own) => !taken.has(own))]
}

/** The part that deciding needs: also all that a replay takes of a file. */
export function toPolicySettings(file: ConfigFile, { forges }: Pick<Entries, 'forges'>): PolicySettings {
  return {
    reviewerNames: forges.map(({ manifest }) => manifest.reviewer),
    caseIgnoringHosts: forges.flatMap(({ manifest, options }) => (manifest.ignoresCase ? [manifest.gitHost(options).toLowerCase()] : [])),
    defaults: toChoice(file.defaults),
    allow: renameAllow(file.allow),
    rules: file.rules.map(({ match, set }) => ({ match: toMatch(match), set: toChoice(set) })),
    mute: file.mute.map(({ from, to, match }) => ({
      from: parseRfc3339(from) ?? 0,
      to: parseRfc3339(to) ?? 0,
      match: toMatch(match),
    })),
    bots: file.bots,
    limits: file.limits,
    storms: { holdFrom: file.storms.holdFrom, withinMs: Math.round(file.storms.withinMinutes * 60_000) },
  }
}

const DAY_MS = 86_400_000

function toChoice(choice: ChoiceInput): PolicyChoice {
  const { causes, settleSeconds, restoreDeadlineMinutes, bakeMinutes, quarantine, reviewers, ...same } = renameChoice(choice)
  return {
    ...same,
    ...(causes && { prCauses: causes }),
    ...(reviewers && { reviewers: reviewers.map(bareLogin) }),
    ...(settleSeconds !== undefined && { settleMs: Math.round(settleSeconds * 1_000) }),
    ...(restoreDeadlineMinutes !== undefined && { restoreDeadlineMs: Math.round(restoreDeadlineMinutes * 60_000) }),
    ...(bakeMinutes !== undefined && { bakeMs: Math.round(bakeMinutes * 60_000) }),
    ...(quarantine?.days !== undefined && { quarantineMs: Math.round(quarantine.days * DAY_MS) }),
  }
}

function toMatch({ cluster, namespace, name, project, labels }: MatchInput): PolicyMatch {
  const list = (globs: string | string[] | undefined) => (typeof globs === 'string' ? [globs] : globs)
  return { cluster: list(cluster), namespace: list(namespace), name: list(name), project: list(project), labels }
}
