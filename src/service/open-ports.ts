import { hash } from 'node:crypto'
import { keepAlerts, secretTexts, type Secrets } from '../config/secrets.ts'
import type { Config } from '../config/settings.ts'
import { KedgeError } from '../domain/errors.ts'
import type { Channel } from '../ports/channel.ts'
import type { ClusterView } from '../ports/cluster-view.ts'
import type { HostedForges } from '../ports/forge.ts'
import type { GitRepositories } from '../ports/git.ts'
import type { HeldLedger } from '../ports/held-ledger.ts'
import type { ImageRegistry } from '../ports/image-registry.ts'
import type { Ledger } from '../ports/ledger.ts'
import type { Renderer } from '../ports/renderer.ts'
import type { Signing } from '../ports/signing.ts'
import { createAlertView, type AlertView } from '../reconcile/alerts/alert-view.ts'
import type { Environment } from '../reconcile/environment.ts'
import { resumeLedger, type ChainStanding, type ResumedLedger } from '../reconcile/ledger/resume-ledger.ts'
import { UNWATCHED, type Adapters, type RunningView, type Site } from './adapters.ts'
import { createLocate } from './alert-places.ts'
import { fenceChannel, fenceForges, fenceRepositories } from './fence.ts'
import { joinAlerts } from './join-alerts.ts'
import { channelOf, forgesOf, imagesOf, loggerOf, rendererOf, type Present } from './replaceable.ts'
import { rulesOf, type Rules } from './rules.ts'

/** Everything that the loop works with, opened. Dispose closes it in the other order. */
export interface OpenPorts extends AsyncDisposable {
  site: Site
  store: HeldLedger
  /** Undefined when nothing is signed. */
  signing: Signing | undefined
  ledger: Ledger
  /** How far the chain of the ledger has been walked. */
  chain: () => ChainStanding
  /** Resolves, with the reason, once it was found not to hold: nothing is done any more, and the process has to be ended. */
  broken: Promise<KedgeError>
  /** In the order of the configuration. */
  views: readonly RunningView[]
  forges: HostedForges
  /** Nothing that is optional is missing in it, but for who is told of each pass. */
  environment: Complete
  /**
   * Lets another configuration hold from now on: its rules, and its forges, renderers and channels with their secrets. All else stays as
   * it was opened. Servers of alerts sign in by the secrets of then. `waiting`: keys that were changed, and not in this configuration.
   * @returns what waits for the next start @throws where they cannot be opened; then nothing has changed
   */
  renew(next: { config: Config; secrets: Secrets; waiting?: readonly string[] }): Promise<readonly string[]>
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
  const live = { config, secrets }
  const rules = more.rules ?? rulesOf(live)
  await using stack = new AsyncDisposableStack()
  const clock = adapters.clock()
  const log = { now: adapters.logger(config, secrets) }
  const logger = loggerOf(log)
  const basis = { config, secrets, rules, live, clock, logger, random: adapters.random, watching: more.watching ?? UNWATCHED }
  const store = stack.use(await adapters.ledger(basis))
  const opening: { resumed?: ResumedLedger } = {}
  const assertMayAct = (): void => {
    opening.resumed?.assertIntact()
    store.assertMayAct()
  }
  const site: Site = { ...basis, assertMayAct }
  const name = config.ledger.manifest.placeOf(config.ledger.options)
  const resumed = stack.use(await resumeLedger(store, { name, clock, logger, random: adapters.random, interrupted: more.interrupted }))
  opening.resumed = resumed
  const { ledger, broken } = resumed
  const views = await Promise.all(config.clusters.map((cluster) => adapters.view(cluster, site)))
  for (const view of views) stack.use(view)
  const applications = views.find((view) => view.cluster === config.argocd.cluster)
  if (!applications) throw new KedgeError('E_CLUSTER_CONFIG', `argocd.cluster "${config.argocd.cluster}" is not one of the clusters`)
  const tracer = stack.use(await adapters.tracer(site))
  const talking = stack.use(await openTalking(site, adapters))
  const { forges, renderer, channel, images } = talking
  const signing = adapters.signing(site)
  const alerts = await openAlerts(site, adapters, views)
  if (alerts) stack.use(alerts)
  const environment: Complete = {
    ...rules,
    clock,
    logger,
    views,
    applications,
    ledger,
    alerts,
    repositories: fenceRepositories(talking.repositories, assertMayAct),
    renderer,
    forges: fenceForges(forges, assertMayAct),
    images,
    channel: channel && fenceChannel(channel, assertMayAct),
    digest: (text) => hash('sha256', text),
    random: adapters.random,
    tracer,
    ledgerHead: signing && (() => store.head()),
  }
  async function renew({ config: after, secrets: read, waiting = [] }: Parameters<OpenPorts['renew']>[0]): Promise<readonly string[]> {
    // They were read in the order of other servers, and a token must not go to one that it was not meant for.
    const next = { config: after, secrets: waiting.includes('alerts') ? keepAlerts(read, live.secrets) : read }
    // What is under way may still tell of the secrets of before.
    const texts = [...next.secrets.texts, ...secretTexts(live.secrets)]
    await talking.renew({ ...site, ...next })
    log.now = adapters.logger(next.config, { ...next.secrets, texts })
    const isElsewhere = config.ledger.manifest.isSamePlace?.(secrets.ledger, next.secrets.ledger) === false
    Object.assign(live, next)
    return isElsewhere ? ['ledger (its URL names another database)'] : []
  }
  const opened = stack.move()
  const present = { site, store, signing, ledger, chain: () => resumed.chain(), broken, views, forges, environment, renew }
  return { ...present, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Undefined where nobody is asked for alerts. */
async function openAlerts(
  site: Site,
  adapters: Adapters,
  views: readonly ClusterView[],
): Promise<(AlertView & AsyncDisposable) | undefined> {
  const sources = await adapters.alerts(site)
  if (sources.length === 0) return undefined
  const groups = joinAlerts(sources)
  const { clock, logger, config } = site
  const view = createAlertView({ clock, logger, groups, locate: createLocate(config, views) })
  return Object.assign(view, {
    async [Symbol.asyncDispose]() {
      view[Symbol.dispose]()
      await view.idle()
      for (const { source } of sources) await source[Symbol.asyncDispose]?.()
    },
  })
}

/** All that is talked to by the configuration's own entries, each of which it may change. */
interface Talking extends AsyncDisposable {
  forges: HostedForges
  repositories: GitRepositories
  renderer: Renderer
  channel: Channel | undefined
  images: ImageRegistry
  renew(site: Site): Promise<void>
}

async function openTalking(site: Site, adapters: Adapters): Promise<Talking> {
  await using stack = new AsyncDisposableStack()
  const forges = { now: await adapters.forges(site) }
  const repositories = adapters.repositories(site, forgesOf(forges))
  stack.defer(async () => repositories[Symbol.asyncDispose]?.())
  const first = await adapters.renderer(repositories, site)
  stack.defer(async () => first[Symbol.asyncDispose]?.())
  const renderer: Present<Renderer> = { now: first }
  const channel = { now: await adapters.channel(site) }
  const images = { now: adapters.images(site) }
  stack.defer(async () => images.now?.[Symbol.asyncDispose]())
  const opened = stack.move()
  return {
    forges: forgesOf(forges),
    repositories,
    renderer: rendererOf(renderer),
    channel: channelOf(channel),
    images: imagesOf(images),
    async renew(next) {
      const renewed = { forges: await adapters.forges(next), renderer: await adapters.renderer(repositories, next) }
      // Those of before may still be asked: all are closed at the end.
      opened.defer(async () => renewed.renderer[Symbol.asyncDispose]?.())
      channel.now = await adapters.channel(next)
      const before = images.now
      images.now = adapters.images(next)
      opened.defer(async () => before?.[Symbol.asyncDispose]())
      forges.now = renewed.forges
      renderer.now = renewed.renderer
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
