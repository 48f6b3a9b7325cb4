import { linksOf } from './config/addresses.ts'
import type { Secrets } from './config/secrets.ts'
import type { Config } from './config/settings.ts'
import { ownersOf } from './domain/application/mapping.ts'
import type { KedgeError } from './domain/errors.ts'
import { VERSION } from './domain/program-version.ts'
import { rolloutKey } from './domain/rollout/key.ts'
import type { RolloutRef } from './domain/rollout/snapshots.ts'
import { createInboxRelay, type InboxRelay, type RelayOptions } from './http/inbox-relay.ts'
import { createMetrics, type Metrics, type MetricsOptions } from './http/metrics.ts'
import type { HttpOptions } from './http/options.ts'
import { checkReadiness } from './http/readiness.ts'
import { createHttpServers } from './http/servers.ts'
import { createWatchCounters } from './http/watch-counters.ts'
import { followKept } from './http/webhooks.ts'
import type { HeldLedger } from './ports/ledger.ts'
import type { Logger } from './ports/log.ts'
import type { Environment } from './reconcile/environment.ts'
import { createReplica, type Replica } from './reconcile/loop/replica.ts'
import { logDecisions } from './reconcile/trace/decision-log.ts'
import type { Adapters, RunningView } from './service/adapters.ts'
import { openPorts } from './service/open-ports.ts'
import { realAdapters } from './service/real-adapters.ts'

/** A running Kedge. */
export interface Service extends AsyncDisposable {
  readonly apiUrl: string
  readonly webhooksUrl: string
  /** Resolves when the first lists of every cluster are in and nothing is due. */
  ready(): Promise<void>
  /** Resolves, with the reason, once nothing can be recorded any more: it has to be ended, and started anew. */
  readonly lost: Promise<KedgeError>
}

/**
 * The one composition root: opens the ledger, the views, the adapters, the loop and what the listeners answer, in that order, and takes
 * them down in the other. The listeners are there before all, so that probes can say that the ledger is being verified, and it serves
 * before the clusters answer, so that they can say what is blind. Where parts are put together, here and in the
 * adapters, what is optional elsewhere is required, so that nothing is left unconnected.
 * @param interrupted ends the start before anything acts; its reason is thrown
 * @throws KedgeError E_LEDGER_*, E_CLUSTER_CONFIG, E_LISTEN
 */
export async function createService(
  config: Config,
  secrets: Secrets,
  adapters: Adapters = realAdapters,
  interrupted?: AbortSignal,
): Promise<Service> {
  await using stack = new AsyncDisposableStack()
  const servers = stack.use(await createHttpServers({ api: config.server.api, webhooks: config.server.webhooks }))
  const { registry, watching } = createWatchCounters()
  const ports = stack.use(await openPorts(config, secrets, adapters, { watching, interrupted }))
  const { store, ledger, views, environment: opened } = ports
  const { clock, logger } = opened
  for (const warning of config.warnings) logger.warn('the configuration works, and should be changed', { warning })
  const readiness = (): ReturnType<HttpOptions['readiness']> =>
    checkReadiness({ views, ledger, store, troubles: controller.troubles, leaders: controller.leaders() })
  const metrics = createMetrics({
    views,
    ledger,
    clock,
    version: VERSION,
    registry,
    verdict: (ref) => verdictOf(controller, ref),
    queueDepth: () => controller.queueDepth,
    readiness,
    forgeRateLimits: () => ports.forges.rateLimitRemaining(),
    leaders: () => controller.leaders(),
  } satisfies Required<MetricsOptions>)
  const environment: Required<Environment> = {
    ...opened,
    ledger: logDecisions(metrics.meter(ledger), logger),
    onReconciled: (seconds, result) => metrics.reconciled(seconds, result),
  }
  const controller: Replica = stack.use(createReplica(environment, { election: store.election, leave: (command) => relay.leave(command) }))
  const options = httpOptions({ config, secrets, environment, controller, metrics, store, readiness })
  const relay: InboxRelay = stack.use(createInboxRelay(relayOptions(options, controller)))
  await servers.serve(options)
  // Once more: requests under way end before the loop and the ledger do.
  stack.use(servers)
  interrupted?.throwIfAborted()
  controller.start()
  if (store.election) relay.start()
  const inView = Promise.all(views.map((view) => begin(view, controller, logger)))
  const running = stack.move()
  return {
    apiUrl: servers.api.url,
    webhooksUrl: servers.webhooks.url,
    lost: store.lost.then((fault) => {
      logger.error('the ledger is lost', { code: fault.code, error: fault.what })
      return fault
    }),
    async ready() {
      await inView
      await controller.idle()
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** A cluster that does not answer keeps nobody else waiting: its view goes on trying, and `/readyz` says so. */
async function begin(view: RunningView, controller: Replica, logger: Logger): Promise<void> {
  try {
    await view.start()
    await controller.watch(view)
    const { cluster } = view
    const { fresh, blind } = view.freshness('rollouts')
    if (fresh) logger.info('the cluster is in view', { cluster, rollouts: [...view.rollouts()].length })
    else
      logger.warn('the Rollouts of the cluster are not in view', {
        cluster,
        because: blind.map(({ kind, reason }) => `${kind}: ${reason}`),
      })
  } catch (error) {
    logger.warn('the cluster will not be watched', { cluster: view.cluster, error: String(error) })
  }
}

function relayOptions(options: HttpOptions, controller: Replica): RelayOptions {
  const { inbox, clock, logger } = options
  return {
    inbox,
    clock,
    logger,
    leads: () => controller.leaders().some(({ isOwn }) => isOwn),
    follow: (delivery) => followKept(delivery, options),
    perform: (command) => controller.perform(command),
  }
}

function httpOptions(parts: {
  config: Config
  secrets: Secrets
  environment: Environment
  controller: Replica
  metrics: Metrics
  store: HeldLedger
  readiness: HttpOptions['readiness']
}): Required<HttpOptions> {
  const { config, secrets, environment, controller, metrics, store, readiness } = parts
  const { views, ledger, clock, logger } = environment
  return {
    views,
    ledger,
    clock,
    logger,
    store,
    inbox: store,
    isShared: store.election !== undefined,
    leaders: () => controller.leaders(),
    verdict: (ref) => verdictOf(controller, ref),
    ownersOf: (rollout) => ownersOf(rollout, environment.applications, environment.deploysTo),
    policy: (ref) => policyOf(environment, ref),
    links: linksOf(config),
    readiness,
    registry: metrics.registry,
    adopt: async (key, by) => {
      const result = await controller.adopt(key, by)
      if (result === 'elsewhere') return { result: 'asked' }
      return result === 'not-needed'
        ? { result: 'refused', reason: 'It is neither pre-existing nor undone, or it is adopted or has ended: there is nothing to adopt.' }
        : { result }
    },
    retry: async (ref) => {
      const isKnown = views.some((view) => view.cluster === ref.cluster && view.rollout(ref.namespace, ref.name) !== undefined)
      if (!isKnown && ledger.releasesOf(ref).length === 0) return false
      await controller.retry(rolloutKey(ref))
      return true
    },
    releaseStorm: async (key, by) => {
      const result = await controller.releaseStorm(key, by)
      return result === 'elsewhere' ? 'asked' : result
    },
    senders: sendersOf(config, secrets),
    interactions: interactionsOf(config, secrets),
    answer: (answer, channel) => controller.answer(answer, channel),
    secrets: { adminToken: secrets.adminToken, argocdWebhook: secrets.argocdWebhook },
    argocdFields: config.argocd.webhookFields,
    maxBodyBytes: config.server.webhooks.maxBodyBytes,
    enqueue: (key) => controller.enqueue(key),
    enqueueRepository: (repository) => controller.enqueueRepository(repository),
    enqueueApplication: (namespace, name) => controller.enqueueApplication(namespace, name),
    counted: (source, result) => metrics.webhook(source, result),
  }
}

/** One sender for each kind of forge, with the secrets of all its hosts. */
function sendersOf({ forges }: Config, secrets: Secrets): HttpOptions['senders'] {
  const kinds = [...new Set(forges.map(({ manifest }) => manifest))]
  return kinds.map((manifest) => ({
    id: manifest.id,
    name: manifest.name,
    webhook: manifest.webhook,
    secrets: forges.flatMap((forge, index) => (forge.manifest === manifest ? (secrets.forges[index]?.webhook ?? []) : [])),
  }))
}

/** One for each kind of channel where people answer cards, with those of its entries that take answers. */
function interactionsOf({ channels }: Config, secrets: Secrets): NonNullable<HttpOptions['interactions']> {
  return [...new Set(channels.map(({ manifest }) => manifest))].flatMap(({ id, name, interaction }) => {
    if (!interaction) return []
    const entries = channels.flatMap((channel, index) => {
      const credential = secrets.channels[index]
      const secret = channel.manifest.id === id && credential !== undefined ? interaction.secret(credential) : undefined
      return secret === undefined ? [] : [{ name: channel.name, secret, options: channel.options }]
    })
    return [{ id, name, interaction, entries }]
  })
}

function policyOf(
  { views, applications, deploysTo, policyFor, clock }: Environment,
  ref: RolloutRef,
): ReturnType<NonNullable<HttpOptions['policy']>> {
  const rollout = views.find((view) => view.cluster === ref.cluster)?.rollout(ref.namespace, ref.name)
  return rollout && policyFor(rollout, ownersOf(rollout, applications, deploysTo)[0], clock.now())
}

function verdictOf(controller: Replica, ref: RolloutRef): ReturnType<HttpOptions['verdict']> {
  const { state, reason, wish } = controller.serving(ref)
  return { serving: state, reason, wish }
}
