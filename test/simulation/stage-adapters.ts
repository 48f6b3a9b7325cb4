import { github } from '../../src/adapters/forges/github/manifest.ts'
import type { MemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import type { MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createDirectoryRenderer } from '../../src/adapters/renderers/directory/renderer.ts'
import type { VirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import { readConfig } from '../../src/config/load.ts'
import type { Config } from '../../src/config/settings.ts'
import { notRendered } from '../../src/domain/application/rendered.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy/policy.ts'
import { DEFAULT_COMMITS } from '../../src/domain/revert/commit-rules.ts'
import type { Channel } from '../../src/ports/channel.ts'
import type { GitRepositories } from '../../src/ports/git.ts'
import type { Logger } from '../../src/ports/log.ts'
import type { Renderer } from '../../src/ports/renderer.ts'
import { UNTRACED, type Adapters } from '../../src/service/adapters.ts'
import type { Rules } from '../../src/service/rules.ts'
import { NO_DIGEST } from '../no-digest.ts'
import type { StagedCluster } from './cluster.ts'
import type { StageOptions } from './stage-options.ts'

const NO_RENDERER: Renderer = { render: async () => notRendered('unsupported', 'Nothing renders here.'), digest: NO_DIGEST }

/** What Kedge is opened on. */
export interface Outfit {
  options: StageOptions
  clock: VirtualClock
  logger: Logger
  forges: MemoryForges
  channel: Channel
  repositories: GitRepositories
  /** The ledger, and the policy, as they are just then. */
  now: { ledger(): MemoryLedger; policy(): Partial<Policy> }
  clusters: readonly StagedCluster[]
  clusterOf: (name: string | undefined) => StagedCluster
  allows: (repoURL: string) => boolean
}

/** Stages have few configurations. */
const configs = new Map<string, Config>()

/** The configuration as the clusters are called just then, with Argo CD in one of them. */
export function configOf(clusters: readonly StagedCluster[], argocd: StagedCluster): Config {
  const named = JSON.stringify(clusters.map(({ name }) => ({ name })))
  const text = `{ apiVersion: kedge/v1, clusters: ${named}, argocd: { cluster: ${argocd.name} } }`
  const config = configs.get(text) ?? readConfig(text, '/')
  configs.set(text, config)
  return config
}

/** What the admin's configuration says. */
export function rulesOf({ options, now, clusters, clusterOf, allows }: Outfit): Rules {
  return {
    policyFor: () => ({ ...DEFAULT_POLICY, ...now.policy() }),
    allowsRepository: allows,
    deploysTo: (application, cluster) => clusters.length === 1 || application.destinationName === clusterOf(cluster).destination,
    linksFor: () => [],
    commitsFor: () => options.commits ?? DEFAULT_COMMITS,
    limitsFor: () => options.limits ?? github.limits,
  }
}

/** Everything that is outside. */
export function adaptersOf({ options, clock, logger, forges, channel, repositories, now, clusterOf }: Outfit): Adapters {
  const { wrapStore = (store) => store } = options
  return {
    ...UNTRACED,
    clock: () => clock,
    random: () => 0.5,
    logger: () => logger,
    ledger: () => ({ ...wrapStore(now.ledger()), [Symbol.asyncDispose]: async () => undefined }),
    view: async ({ name }) => ({ ...clusterOf(name).view(), start: async () => undefined, [Symbol.asyncDispose]: async () => undefined }),
    forges: async () => ({ ...forges, credentialsFor: async () => undefined, rateLimitRemaining: () => new Map() }),
    repositories: () => repositories,
    renderer: options.renderer === 'none' ? () => NO_RENDERER : createDirectoryRenderer,
    alerts: async () => (options.alerts ? [{ cluster: undefined, source: options.alerts }] : []),
    channel: async () => channel,
  }
}
