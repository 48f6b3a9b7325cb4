import { createHash } from 'node:crypto'
import type { Secrets } from '../config/secrets.ts'
import type { Config } from '../config/settings.ts'
import { KedgeError } from '../domain/errors.ts'
import type { HostedForges } from '../ports/forge.ts'
import type { HeldLedger, Ledger } from '../ports/ledger.ts'
import type { Environment } from '../reconcile/environment.ts'
import { openLedger } from '../reconcile/ledger/open-ledger.ts'
import { UNWATCHED, type Adapters, type RunningView, type Site } from './adapters.ts'
import { fenceChannel, fenceForges, fenceRepositories } from './fence.ts'
import { rulesOf, type Rules } from './rules.ts'

/** Everything that the loop works with, opened. Dispose closes it in the other order. */
export interface OpenPorts extends AsyncDisposable {
  site: Site
  store: HeldLedger
  ledger: Ledger
  /** In the order of the configuration. */
  views: readonly RunningView[]
  forges: HostedForges
  /** Nothing that is optional is missing in it, but for who is told of each pass. */
  environment: Complete
}

type Complete = Omit<Required<Environment>, 'onReconciled'>

export interface OpenOptions {
  /** What the configuration allows by default; a replay has rules of its own. */
  rules?: Rules
  /** Told how the watches of a cluster fare. */
  watching?: Site['watching']
  /** Ends the verification of the ledger; its reason is thrown. */
  interrupted?: AbortSignal | undefined
}

/**
 * Opens the ledger, the views and what stands beside them. Nothing is watched, fetched or asked yet.
 * @throws KedgeError E_LEDGER_*, E_CLUSTER_CONFIG
 */
export async function openPorts(config: Config, secrets: Secrets, adapters: Adapters, more: OpenOptions = {}): Promise<OpenPorts> {
  const rules = more.rules ?? rulesOf(config)
  await using stack = new AsyncDisposableStack()
  const clock = adapters.clock()
  const logger = adapters.logger(config, secrets)
  const basis = { config, secrets, rules, clock, logger, random: adapters.random, watching: more.watching ?? UNWATCHED }
  const store = stack.use(await adapters.ledger(basis))
  const assertMayAct = (): void => store.assertMayAct()
  const site: Site = { ...basis, assertMayAct }
  const ledger = await openLedger(store, config.ledger.manifest.placeOf(config.ledger.options), more.interrupted)
  const views = await Promise.all(config.clusters.map((cluster) => adapters.view(cluster, site)))
  for (const view of views) stack.use(view)
  const applications = views.find((view) => view.cluster === config.argocd.cluster)
  if (!applications) throw new KedgeError('E_CLUSTER_CONFIG', `argocd.cluster "${config.argocd.cluster}" is not one of the clusters`)
  const forges = await adapters.forges(site)
  const tracer = stack.use(await adapters.tracer(site))
  const repositories = adapters.repositories(site, forges)
  stack.defer(async () => repositories[Symbol.asyncDispose]?.())
  const renderer = await adapters.renderer(repositories, site)
  stack.defer(async () => renderer[Symbol.asyncDispose]?.())
  const channel = await adapters.channel(site)
  const environment: Complete = {
    ...rules,
    clock,
    logger,
    views,
    applications,
    ledger,
    repositories: fenceRepositories(repositories, assertMayAct),
    renderer,
    forges: fenceForges(forges, assertMayAct),
    channel: channel && fenceChannel(channel, assertMayAct),
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    random: adapters.random,
    tracer,
  }
  const opened = stack.move()
  return { site, store, ledger, views, forges, environment, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
