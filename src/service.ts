import type { LoadedConfig } from './config/load.ts'
import type { Secrets } from './config/secrets.ts'
import type { Config } from './config/settings.ts'
import type { ConfigSource } from './config/source.ts'
import type { KedgeError } from './domain/errors.ts'
import { lineThatAllows } from './domain/policy/look-into-git.ts'
import { VERSION } from './domain/program-version.ts'
import { createMetrics, type MetricsOptions } from './http/metrics/metrics.ts'
import { createWatchCounters } from './http/metrics/watch-counters.ts'
import type { HttpOptions } from './http/request/options.ts'
import { checkReadiness } from './http/servers/readiness.ts'
import { createHttpServers, type HttpServers } from './http/servers/servers.ts'
import { createInboxRelay, type InboxRelay, type RelayOptions } from './http/webhooks/inbox-relay.ts'
import { followKept } from './http/webhooks/webhooks.ts'
import type { Logger } from './ports/log.ts'
import type { Environment } from './reconcile/environment.ts'
import type { Checkpoints } from './reconcile/ledger/checkpoints.ts'
import { keysUnfinished } from './reconcile/loop/keys.ts'
import { createReplica, type Replica } from './reconcile/loop/replica.ts'
import { logDecisions } from './reconcile/trace/decision-log.ts'
import type { Adapters, RunningView } from './service/adapters.ts'
import { httpOptions, verdictOf, type HttpParts } from './service/http-options.ts'
import { openPorts, type OpenPorts } from './service/open-ports.ts'
import { realAdapters } from './service/real-adapters.ts'
import { signCheckpoints } from './service/sign-checkpoints.ts'
import { tellLedger } from './service/tell-ledger.ts'
import { watchConfig } from './service/watch-config.ts'

/** A running Kedge. */
export interface Service extends AsyncDisposable {
  readonly apiUrl: string
  readonly webhooksUrl: string
  /** Resolves when the first lists of every cluster are in and nothing is due. */
  ready(): Promise<void>
  /** Resolves, with the reason, once nothing can be recorded any more: it has to be ended, and started anew. */
  readonly lost: Promise<KedgeError>
  /** Resolves, with the reason, once the chain of the ledger was found not to hold, as a start is refused then: it has to be ended. */
  readonly broken: Promise<KedgeError>
}

export interface StartOptions {
  /** Ends the start before anything acts; its reason is thrown. */
  interrupted?: AbortSignal
  /** Where the configuration comes from: what changes there holds without a restart, as far as it can. Without it, nothing changes. */
  source?: ConfigSource
}

/**
 * The one composition root: opens the ledger, the views, the adapters, the loop and what the listeners answer, in that order, and takes
 * them down in the other. The listeners are there before all, so that probes can say that the ledger is being verified, and it serves
 * before the clusters answer, so that they can say what is blind. Where parts are put together, here and in the
 * adapters, what is optional elsewhere is required, so that nothing is left unconnected.
 * @throws KedgeError E_LEDGER_*, E_CLUSTER_CONFIG, E_LISTEN
 */
export async function createService(
  config: Config,
  secrets: Secrets,
  adapters: Adapters = realAdapters,
  { interrupted, source }: StartOptions = {},
): Promise<Service> {
  await using stack = new AsyncDisposableStack()
  const servers = stack.use(await createHttpServers({ api: config.server.api, webhooks: config.server.webhooks }))
  const { registry, watching } = createWatchCounters()
  const ports = stack.use(await openPorts(config, secrets, adapters, { watching, interrupted }))
  const { store, signing, ledger, views, environment: opened } = ports
  const { clock, logger } = opened
  stack.use(tellStart(config, ports))
  const readiness = (): ReturnType<HttpOptions['readiness']> => readinessOf(ports, controller, { checkpoints, watch })
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
    checkpoints: () => checkpoints?.standing() ?? [],
    chain: ports.chain,
  } satisfies Required<MetricsOptions>)
  const environment: Required<Environment> = {
    ...opened,
    ledger: logDecisions(metrics.meter(ledger), logger),
    onReconciled: (seconds, result) => metrics.reconciled(seconds, result),
  }
  const controller: Replica = stack.use(createReplica(environment, { election: store.election, leave: (command) => relay.leave(command) }))
  const leaders = (): ReturnType<Replica['leaders']> => controller.leaders()
  const checkpoints = stack.use(signCheckpoints(config, ports, { leaders, counted: (result) => metrics.checkpoint(result) }))
  const standing = checkpoints && (() => checkpoints.standing())
  const parts = { environment, controller, metrics, store, signing, readiness, chain: ports.chain, signedCheckpoints: standing }
  const answering = { options: httpOptions({ config, secrets, ...parts }) }
  const relay: InboxRelay = stack.use(createInboxRelay(relayOptions(answering, controller, opened.random)))
  await servers.serve(answering.options)
  // Once more: requests under way end before the loop and the ledger do.
  stack.use(servers)
  interrupted?.throwIfAborted()
  controller.start()
  if (store.election) relay.start()
  const watch =
    source && stack.use(watchConfig({ source, clock, logger, running: config, apply: applyTo({ ports, servers, parts, answering }) }))
  const inView = Promise.all(views.map((view) => begin(view, controller, logger)))
  const running = stack.move()
  return {
    apiUrl: servers.api.url,
    webhooksUrl: servers.webhooks.url,
    ...toldEnds(ports, logger),
    async ready() {
      await inView
      await controller.idle()
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** What people should know from the start on. */
function tellStart(config: Config, { store, environment: { clock, logger } }: OpenPorts): Disposable {
  tellConfig(config, logger)
  return tellLedger({ store, clock, logger })
}

/** What of the configuration people should know at the start. */
function tellConfig({ warnings, policy }: Config, logger: Logger): void {
  for (const warning of warnings) logger.warn('the configuration works, and should be changed', { warning })
  if (policy.allow.repositories.length === 0)
    logger.info('Git is not looked into; this line of the configuration lets Kedge', { line: lineThatAllows(undefined) })
}

function readinessOf(
  ports: OpenPorts,
  { troubles, leaders }: Pick<Replica, 'troubles' | 'leaders'>,
  { checkpoints, watch }: { checkpoints: Checkpoints | undefined; watch: ReturnType<typeof watchConfig> | undefined },
): ReturnType<HttpOptions['readiness']> {
  return checkReadiness({
    ...ports,
    chain: ports.chain(),
    troubles,
    leaders: leaders(),
    checkpoints: checkpoints?.standing(),
    configuration: watch?.standing(),
  })
}

/** Why it will have to be ended; the log is told. */
function toldEnds({ store, broken }: Pick<OpenPorts, 'store' | 'broken'>, logger: Logger): Pick<Service, 'lost' | 'broken'> {
  const told = async (ending: Promise<KedgeError>, words: string): Promise<KedgeError> => {
    const fault = await ending
    logger.error(words, { code: fault.code, error: fault.what })
    return fault
  }
  return { lost: told(store.lost, 'the ledger is lost'), broken: told(broken, 'the ledger does not hold') }
}

/** Lets a configuration hold from now on; what is open is looked at, and tried, by it. */
function applyTo(running: {
  ports: OpenPorts
  servers: HttpServers
  parts: Omit<HttpParts, 'config' | 'secrets'>
  answering: { options: HttpOptions }
}): (next: LoadedConfig & { waiting: readonly string[] }) => Promise<readonly string[]> {
  const { ports, servers, parts, answering } = running
  return async ({ config, secrets, waiting: kept }) => {
    const waiting = await ports.renew({ config, secrets, waiting: kept })
    answering.options = httpOptions({ config, secrets, ...parts })
    servers.renew(answering.options)
    for (const key of keysUnfinished(ports.ledger)) parts.controller.enqueue(key)
    return waiting
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

/** What another replica has kept is followed by the configuration of then. */
function relayOptions(answering: { options: HttpOptions }, controller: Replica, random: () => number): RelayOptions {
  const { inbox, clock, logger } = answering.options
  return {
    inbox,
    clock,
    logger,
    random,
    leads: () => controller.leaders().some(({ isOwn }) => isOwn),
    follow: (delivery) => followKept(delivery, answering.options),
    perform: (command) => controller.perform(command),
  }
}
