import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { createSlackChannel } from '../adapters/channels/slack/channel.ts'
import { createSlackWebhookChannel } from '../adapters/channels/slack/webhook.ts'
import { createGitHubForges } from '../adapters/forges/github/forges.ts'
import { createGitRepositories } from '../adapters/git/repositories.ts'
import { createClusterView, type LiveClusterView } from '../adapters/kubernetes/cluster-view.ts'
import { connectTo } from '../adapters/kubernetes/connect.ts'
import type { Connection } from '../adapters/kubernetes/connection.ts'
import { WATCHED_KINDS } from '../adapters/kubernetes/tables.ts'
import { createSqliteLedger } from '../adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createOtlpTracer } from '../adapters/otlp/tracer.ts'
import { createSystemClock } from '../adapters/system/clock.ts'
import { createLogger, createRedactor } from '../adapters/system/log.ts'
import { processEnvironment, proxyOf } from '../config/env.ts'
import { secretTexts } from '../config/secrets.ts'
import type { ClusterConfig } from '../config/settings.ts'
import { KedgeError } from '../domain/errors.ts'
import { allowsChannel } from '../domain/policy/allow.ts'
import { VERSION } from '../domain/program-version.ts'
import type { Adapters, HeldForges, Site } from './adapters.ts'

/** What `kedge serve` runs on. */
export const realAdapters: Adapters = {
  clock: createSystemClock,
  random: Math.random,
  logger: (config, secrets) => createLogger({ level: config.log.level, secrets: secretTexts(secrets) }),
  ledger: openLedger,
  view: async (cluster, site) => openView(cluster, await connectTo(cluster, processEnvironment()), site),
  forges: openForges,
  repositories: ({ config, rules }, forges) =>
    createGitRepositories({
      root: config.mirrors.path,
      allow: rules.allowsRepository,
      credentialsFor: (repoURL, rejected) => forges.credentialsFor(repoURL, rejected),
      timeoutMs: config.git.timeoutMs,
      allowPlainHttp: config.git.allowPlainHttp,
      fsckObjects: config.git.checkObjects,
      network: { ...proxyOf(processEnvironment()), caFile: config.git.caFile },
    }),
  channel: openChannel,
  async tracer({ config, secrets, logger }) {
    if (!config.tracing) return undefined
    return createOtlpTracer({
      ...config.tracing,
      headers: secrets.otlpHeaders ?? {},
      redact: createRedactor(secretTexts(secrets)),
      version: VERSION,
      logger,
    })
  },
}

function openLedger({ config, clock }: Site): ReturnType<Adapters['ledger']> {
  try {
    mkdirSync(dirname(config.ledger.path), { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new KedgeError(
      'E_LEDGER_OPEN',
      `the folder of ledger ${config.ledger.path} cannot be made: ${cause instanceof Error ? cause.message : ''}`,
      { cause },
    )
  }
  return createSqliteLedger({ path: config.ledger.path, clock })
}

/** The view of one cluster over a connection; it watches nothing before it is started. @throws KedgeError E_CLUSTER_CONFIG */
export function openView(
  cluster: ClusterConfig,
  connection: Connection,
  { config, clock, logger, random, watching }: Pick<Site, 'config' | 'clock' | 'logger' | 'random' | 'watching'>,
): LiveClusterView {
  const withApplications = cluster.name === config.argocd.cluster
  return createClusterView({
    cluster: cluster.name,
    connection,
    clock,
    logger,
    random,
    metrics: watching(cluster.name),
    kinds: WATCHED_KINDS.filter((kind) => withApplications || kind !== 'Application'),
    ...(cluster.namespaces && { namespaces: cluster.namespaces }),
    ...(config.argocd.namespaces && { applicationNamespaces: config.argocd.namespaces }),
  })
}

async function openForges({ config, secrets, rules, clock }: Site): Promise<HeldForges> {
  if (!config.github || !secrets.github) return NO_FORGES
  return createGitHubForges({
    hosts: [{ apiBaseUrl: config.github.apiBaseUrl, gitHost: config.github.gitHost, auth: secrets.github }],
    allow: rules.allowsRepository,
    now: () => clock.now(),
  })
}

const NO_FORGES: HeldForges = {
  forRepository(repoURL) {
    throw new KedgeError('E_FORGE_UNSUPPORTED', `no forge is configured, so nothing can be opened for ${repoURL.slice(0, 200)}`)
  },
  credentialsFor: async () => undefined,
  rateLimitRemaining: () => new Map(),
}

async function openChannel({ config, secrets, clock }: Site): ReturnType<Adapters['channel']> {
  if (!secrets.slack) return undefined
  if (secrets.slack.type === 'webhook') return createSlackWebhookChannel({ url: secrets.slack.url })
  return createSlackChannel({
    token: secrets.slack.token,
    apiUrl: config.slack?.apiUrl,
    allowChannel: (channel) => allowsChannel(config.policy, channel),
    now: () => clock.now(),
  })
}
