import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { createSlackNotifier } from './adapters/channels/slack/notifier.ts'
import { createSlackWebhookNotifier } from './adapters/channels/slack/webhook.ts'
import { createGitHubForges, type GitHubForges } from './adapters/forges/github/forges.ts'
import { createGitRepositories } from './adapters/git/repositories.ts'
import { createClusterView, type LiveClusterView } from './adapters/kubernetes/cluster-view.ts'
import { connectTo } from './adapters/kubernetes/connect.ts'
import type { Connection } from './adapters/kubernetes/connection.ts'
import { WATCHED_KINDS } from './adapters/kubernetes/tables.ts'
import { createSqliteLedger, type SqliteLedger } from './adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createOtlpTracer } from './adapters/otlp/tracer.ts'
import { createSystemClock } from './adapters/system/clock.ts'
import { createLogger, createRedactor } from './adapters/system/log.ts'
import { deploysTo, linksFor, linksOf } from './config/addresses.ts'
import { processEnvironment } from './config/env.ts'
import { secretTexts, type Secrets } from './config/secrets.ts'
import type { ClusterConfig, Config } from './config/settings.ts'
import { KedgeError } from './domain/errors.ts'
import { allowsChannel, allowsRepository } from './domain/policy/allow.ts'
import { resolvePolicy } from './domain/policy/rules.ts'
import type { RolloutRef } from './domain/rollout/snapshots.ts'
import { createMetrics, type Metrics } from './http/metrics.ts'
import type { HttpOptions } from './http/options.ts'
import { checkReadiness } from './http/readiness.ts'
import { createHttpServers } from './http/servers.ts'
import type { Clock } from './ports/clock.ts'
import type { Logger } from './ports/log.ts'
import type { Notifier } from './ports/notifier.ts'
import type { Environment } from './reconcile/environment.ts'
import { createController, type Controller } from './reconcile/loop/controller.ts'
import { logDecisions } from './reconcile/trace/decision-log.ts'

/** A running Kedge. */
export interface Service extends AsyncDisposable {
  readonly apiUrl: string
  readonly webhooksUrl: string
  /** Resolves when the first lists of every cluster are in and nothing is due. */
  ready(): Promise<void>
}

/** What tests and the demo put in the place of the real thing. */
export interface ServiceOverrides {
  clock?: Clock
  logger?: Logger
  random?: () => number
  /** How to reach a cluster, by its configured name. */
  connections?: Readonly<Record<string, Connection>>
  /** Where a repository really is; the recorded or simulated remote. */
  gitUrlFor?: (repoURL: string) => string
  version?: string
}

/**
 * The one composition root: opens the ledger, the views, the adapters, the loop and the listeners, in that order, and takes them down
 * in the other. Serves before the clusters answer, so that probes can say what is blind.
 * @throws KedgeError E_LEDGER_*, E_CLUSTER_CONFIG, E_LISTEN
 */
export async function createService(config: Config, secrets: Secrets, overrides: ServiceOverrides = {}): Promise<Service> {
  await using stack = new AsyncDisposableStack()
  const clock = overrides.clock ?? createSystemClock()
  const logger = overrides.logger ?? createLogger({ level: config.log.level, secrets: secretTexts(secrets) })
  const ledger = openLedger(config, clock)
  stack.defer(() => ledger.close())
  const views = await openViews(config, { clock, logger, overrides })
  for (const view of views) stack.use(view)
  const [argocd] = views.filter((view) => view.cluster === config.argocd.cluster)
  if (!argocd) throw new KedgeError('E_CLUSTER_CONFIG', `argocd.cluster "${config.argocd.cluster}" is not one of the clusters`)
  const forges = openForges(config, secrets, clock)
  const version = overrides.version ?? '0.1.0'
  const metrics = createMetrics({
    views,
    ledger,
    clock,
    version,
    verdict: (ref) => verdictOf(controller, ref),
    queueDepth: () => controller.queueDepth,
    readiness: () => checkReadiness({ views, ledger, troubles: controller.troubles }),
    ...(forges && { forgeRateLimits: () => forges.rateLimitRemaining() }),
  })
  const environment: Environment = {
    clock,
    logger,
    views,
    applications: argocd,
    ledger: logDecisions(metrics.meter(ledger), logger),
    repositories: openRepositories(config, forges, overrides),
    forges: forges ?? NO_FORGES,
    notifier: openNotifier(config, secrets, clock),
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    random: overrides.random ?? Math.random,
    policyFor: (rollout, application, now) => resolvePolicy(config.policy, { rollout, application }, now),
    allowsRepository: (repoURL) => allowsRepository(config.policy, repoURL),
    deploysTo: (application, cluster) => deploysTo(config, application, cluster),
    linksFor: (release) => linksFor(config, release),
    tracer:
      config.tracing &&
      stack.use(
        await createOtlpTracer({
          ...config.tracing,
          headers: secrets.otlpHeaders ?? {},
          redact: createRedactor(secretTexts(secrets)),
          version,
          logger,
        }),
      ),
    onReconciled: (seconds, result) => metrics.reconciled(seconds, result),
  }
  const controller: Controller = stack.use(createController(environment))
  const servers = stack.use(await createHttpServers(httpOptions({ config, secrets, environment, controller, metrics, inbox: ledger })))
  controller.start()
  const watching = Promise.all(views.map((view) => begin(view, controller, logger)))
  const running = stack.move()
  return {
    apiUrl: servers.api.url,
    webhooksUrl: servers.webhooks.url,
    async ready() {
      await watching
      await controller.idle()
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** A cluster that does not answer keeps nobody else waiting: its view goes on trying, and `/readyz` says so. */
async function begin(view: LiveClusterView, controller: Controller, logger: Logger): Promise<void> {
  try {
    await view.start()
    await controller.watch(view)
    logger.info('the cluster is in view', { cluster: view.cluster, rollouts: view.count('Rollout') })
  } catch (error) {
    logger.warn('the cluster will not be watched', { cluster: view.cluster, error: String(error) })
  }
}

function openLedger(config: Config, clock: Clock): SqliteLedger {
  try {
    mkdirSync(dirname(config.ledger.path), { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new KedgeError(
      'E_LEDGER_OPEN',
      `the folder of ledger ${config.ledger.path} cannot be made: ${cause instanceof Error ? cause.message : ''}`,
      { cause },
    )
  }
  const ledger = createSqliteLedger({ path: config.ledger.path, clock })
  const verdict = ledger.verify()
  if (!verdict.intact) throw new KedgeError('E_LEDGER_BROKEN', `${config.ledger.path}: ${verdict.what} (record ${verdict.sequence})`)
  return ledger
}

type Tools = { clock: Clock; logger: Logger; overrides: ServiceOverrides }

async function openViews(config: Config, tools: Tools): Promise<readonly LiveClusterView[]> {
  const env = processEnvironment()
  const connections = await Promise.all(
    config.clusters.map(async (cluster) => tools.overrides.connections?.[cluster.name] ?? connectTo(cluster, env)),
  )
  return config.clusters.flatMap((cluster, index) => {
    const connection = connections[index]
    return connection ? [openView(cluster, connection, config, tools)] : []
  })
}

/** The view of one cluster; it watches nothing before it is started. @throws KedgeError E_CLUSTER_CONFIG */
export function openView(
  cluster: ClusterConfig,
  connection: Connection,
  config: Config,
  { clock, logger, overrides }: Tools,
): LiveClusterView {
  const withApplications = cluster.name === config.argocd.cluster
  return createClusterView({
    cluster: cluster.name,
    connection,
    clock,
    logger,
    random: overrides.random ?? Math.random,
    kinds: WATCHED_KINDS.filter((kind) => withApplications || kind !== 'Application'),
    ...(cluster.namespaces && { namespaces: cluster.namespaces }),
    ...(config.argocd.namespaces && { applicationNamespaces: config.argocd.namespaces }),
  })
}

/** The configured GitHub; undefined without one. Makes no request before it is asked something. */
export function openForges(config: Config, secrets: Secrets, clock: Clock): GitHubForges | undefined {
  if (!config.github || !secrets.github) return undefined
  return createGitHubForges({
    hosts: [{ apiBaseUrl: config.github.apiBaseUrl, gitHost: config.github.gitHost, auth: secrets.github }],
    allow: (repoURL) => allowsRepository(config.policy, repoURL),
    now: () => clock.now(),
  })
}

const NO_FORGES: Environment['forges'] = {
  forRepository(repoURL) {
    throw new KedgeError('E_FORGE_UNSUPPORTED', `no forge is configured, so nothing can be opened for ${repoURL.slice(0, 200)}`)
  },
}

/** The mirrors of the repositories that the admin allows. Nothing is fetched before it is asked for. */
export function openRepositories(
  config: Config,
  forges: GitHubForges | undefined,
  overrides: ServiceOverrides,
): Environment['repositories'] {
  return createGitRepositories({
    root: config.mirrors.path,
    allow: (repoURL) => allowsRepository(config.policy, repoURL),
    credentialsFor: async (repoURL) => forges?.credentialsFor(repoURL),
    timeoutMs: config.git.timeoutMs,
    allowPlainHttp: config.git.allowPlainHttp,
    fsckObjects: config.git.checkObjects,
    ...(overrides.gitUrlFor && { urlFor: overrides.gitUrlFor }),
    ...(config.git.caFile !== undefined && { network: { caFile: config.git.caFile } }),
  })
}

function openNotifier(config: Config, secrets: Secrets, clock: Clock): Notifier | undefined {
  if (!secrets.slack) return undefined
  if (secrets.slack.type === 'webhook') return createSlackWebhookNotifier({ url: secrets.slack.url })
  return createSlackNotifier({
    token: secrets.slack.token,
    apiUrl: config.slack?.apiUrl,
    allowChannel: (channel) => allowsChannel(config.policy, channel),
    now: () => clock.now(),
  })
}

function httpOptions(parts: {
  config: Config
  secrets: Secrets
  environment: Environment
  controller: Controller
  metrics: Metrics
  inbox: SqliteLedger
}): HttpOptions {
  const { config, secrets, environment, controller, metrics, inbox } = parts
  const { views, ledger, clock, logger } = environment
  return {
    views,
    ledger,
    clock,
    logger,
    inbox,
    ledgerHead: () => inbox.head(),
    verdict: (ref) => verdictOf(controller, ref),
    policy: (ref) => policyOf(environment, ref),
    links: linksOf(config),
    readiness: () => checkReadiness({ views, ledger, troubles: controller.troubles }),
    registry: metrics.registry,
    adopt: async (key) => {
      const result = await controller.adopt(key)
      return result === 'not-needed'
        ? { result: 'refused', reason: 'It is not pre-existing, or it has ended: there is nothing to adopt.' }
        : { result }
    },
    secrets: { adminToken: secrets.adminToken, githubWebhook: secrets.githubWebhook, argocdWebhook: secrets.argocdWebhook },
    argocdFields: config.argocd.webhookFields,
    maxBodyBytes: config.server.webhooks.maxBodyBytes,
    enqueue: (key) => controller.enqueue(key),
    enqueueRepository: (repository) => controller.enqueueRepository(repository),
    enqueueApplication: (namespace, name) => controller.enqueueApplication(namespace, name),
    counted: (source, result) => metrics.webhook(source, result),
    api: config.server.api,
    webhooks: config.server.webhooks,
  }
}

function policyOf({ views, applications, policyFor, clock }: Environment, ref: RolloutRef): ReturnType<NonNullable<HttpOptions['policy']>> {
  const rollout = views.find((view) => view.cluster === ref.cluster)?.rollout(ref.namespace, ref.name)
  return rollout && policyFor(rollout, applications.applicationsOf(ref.namespace, ref.name)[0], clock.now())
}

function verdictOf(controller: Controller, ref: RolloutRef): { serving: ReturnType<Controller['serving']>['state']; reason: string } {
  const { state, reason } = controller.serving(ref)
  return { serving: state, reason }
}
