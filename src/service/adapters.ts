import type { Secrets } from '../config/secrets.ts'
import type { ClusterConfig, Config } from '../config/settings.ts'
import type { AlertSource } from '../ports/alerts.ts'
import type { Channel } from '../ports/channel.ts'
import type { Clock } from '../ports/clock.ts'
import type { ClusterView, WatchObserver } from '../ports/cluster-view.ts'
import type { HostedForges } from '../ports/forge.ts'
import type { GitRepositories } from '../ports/git.ts'
import type { HeldLedger } from '../ports/held-ledger.ts'
import type { ImageRegistry } from '../ports/image-registry.ts'
import type { Logger } from '../ports/log.ts'
import type { Renderer } from '../ports/renderer.ts'
import type { Signing } from '../ports/signing.ts'
import type { Tracer } from '../ports/tracer.ts'
import type { Rules } from './rules.ts'

/** What every factory gets: the configuration, and what was opened before all else. */
export interface Site {
  config: Config
  secrets: Secrets
  rules: Rules
  /** What holds by now, where the configuration changes while the service runs. */
  live: { readonly config: Config; readonly secrets: Secrets }
  clock: Clock
  logger: Logger
  random: () => number
  /** Told how the watches of a cluster fare. */
  watching: (cluster: string) => WatchObserver
  /** See `HeldLedger`. */
  assertMayAct: () => void
}

/** For whoever counts nothing. */
export const UNWATCHED: Site['watching'] = () => ({ event: () => undefined, listed: () => undefined, ended: () => undefined })

/** A view that has to be started, and watches until it is disposed. */
export interface RunningView extends ClusterView, AsyncDisposable {
  /** Begins to watch; resolves when every first list is in. */
  start(): Promise<void>
}

type OpenRegistry = ImageRegistry & AsyncDisposable
/** A server of alerts, and the cluster that it is of; undefined: of any. */
export interface OpenAlerts {
  cluster: string | undefined
  source: AlertSource & Partial<AsyncDisposable>
}

type OpenRenderer = Renderer & Partial<AsyncDisposable>

/**
 * Everything outside the process, as one record of factories. `serve`, `kedge replay` and the simulation are three values of it, and
 * differ in nothing else.
 */
export interface Adapters {
  clock(): Clock
  /** In [0, 1). */
  random: () => number
  logger(config: Config, secrets: Secrets): Logger
  /** @throws KedgeError E_LEDGER_* */
  ledger(site: Omit<Site, 'assertMayAct'>): HeldLedger | Promise<HeldLedger>
  /** Undefined when nothing is signed. */
  signing(site: Site): Signing | undefined
  /** A view of one cluster; it watches nothing before it is started. @throws KedgeError E_CLUSTER_CONFIG */
  view(cluster: ClusterConfig, site: Site): Promise<RunningView>
  /** Makes no request before it is asked something. */
  forges(site: Site): Promise<HostedForges>
  /** Fetches nothing before it is asked something. */
  repositories(site: Site, forges: HostedForges): GitRepositories
  /** What Applications render, as far as it can be told. Asks nobody before it is asked something. */
  renderer(repositories: GitRepositories, site: Site): OpenRenderer | Promise<OpenRenderer>
  /** Undefined where no registry may be asked. Asks nobody before it is asked something. */
  images(site: Site): OpenRegistry | undefined
  /** Who has the alerts, in the order of the configuration; none where nobody is asked. Asks nobody before it is asked something. */
  alerts(site: Site): Promise<readonly OpenAlerts[]>
  /** Undefined when nobody can be told. */
  channel(site: Site): Promise<Channel | undefined>
  /** Undefined when nobody collects traces. */
  tracer(site: Site): Promise<(Tracer & AsyncDisposable) | undefined>
}

/** For whoever hands out neither traces nor proofs, and asks neither a registry nor a server of alerts. */
export const UNTRACED: Pick<Adapters, 'tracer' | 'signing' | 'images' | 'alerts'> = {
  tracer: async () => undefined,
  signing: () => undefined,
  images: () => undefined,
  alerts: async () => [],
}
