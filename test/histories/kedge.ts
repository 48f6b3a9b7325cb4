import { createMemoryChannel, type MemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import { github } from '../../src/adapters/forges/github/manifest.ts'
import { createMemoryForges, type MemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { rememberAnswers } from '../../src/adapters/git/memo.ts'
import { readApplication } from '../../src/adapters/kubernetes/snapshots/application.ts'
import { readLiveTemplate } from '../../src/adapters/kubernetes/snapshots/live-template.ts'
import { readRollout } from '../../src/adapters/kubernetes/snapshots/rollout.ts'
import { createViewStore, type ViewStore } from '../../src/adapters/kubernetes/store.ts'
import { createMemoryLedger, type MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createDirectoryRenderer } from '../../src/adapters/renderers/directory/renderer.ts'
import { readConfig } from '../../src/config/load.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import type { Config } from '../../src/config/settings.ts'
import { notRendered } from '../../src/domain/application/rendered.ts'
import { KedgeError } from '../../src/domain/errors.ts'
import { madeOnce } from '../../src/domain/made-once.ts'
import type { Card } from '../../src/domain/notice/card.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy/policy.ts'
import { DEFAULT_COMMITS } from '../../src/domain/revert/commit-rules.ts'
import type { AlertSource } from '../../src/ports/alerts.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import type { PullRequestRequest } from '../../src/ports/forge.ts'
import type { GitRepository } from '../../src/ports/git.ts'
import { SILENT, type Logger } from '../../src/ports/log.ts'
import type { Renderer } from '../../src/ports/renderer.ts'
import { createController, type Controller } from '../../src/reconcile/loop/controller.ts'
import { UNTRACED, type Adapters } from '../../src/service/adapters.ts'
import { openPorts, type OpenPorts } from '../../src/service/open-ports.ts'
import type { Rules } from '../../src/service/rules.ts'
import { NO_DIGEST } from '../no-digest.ts'
import { createMemoryRepository } from './git/memory-repository.ts'
import { EFFECTS, hinted } from './hints.ts'
import { createSlowness } from './slowness.ts'
import { createWorldRenderer } from './world-renderer.ts'
import { REPO } from './world/repository.ts'
import type { Kind } from './world/watches.ts'
import { KINDS } from './world/watches.ts'
import type { World, WorldCluster } from './world/world.ts'

/** What ties versions to commits: what they render, no more than their files, or one or the other because who renders is away at times. */
export type ProvenBy = 'rendering' | 'files' | 'mixed'

export interface KedgeOptions {
  by: ProvenBy
  /** A PR is opened just now. */
  onOpened: (request: PullRequestRequest) => void
  logger?: Logger
  /** Who has the alerts; nobody where nothing is said. */
  alerts?: AlertSource
  policy?: Partial<Policy>
}

/** A card as it stood until then (epoch ms), or stands still. */
export interface ShownCard {
  readonly card: Card
  until: number | undefined
}

/** Kedge before a world: the controller of `serve`, on the world's clock, with everything outside in memory. */
export interface Kedge {
  readonly forges: MemoryForges
  /** Every card as it has ever stood in the channel, oldest first. */
  readonly shown: readonly ShownCard[]
  readonly store: MemoryLedger
  /** From when to when (epoch ms) it ran; the last may have no end. */
  readonly ran: readonly { from: number; until: number | undefined }[]
  /** Numbers of the PRs that it has closed itself. */
  readonly closed: ReadonlySet<number>
  start(): Promise<void>
  stop(): Promise<void>
  /** All is done that is due, or waits for time to go on. */
  idle(): Promise<void>
  /** How long a push takes, milliseconds. */
  pushMs: number
  /** A webhook of the Git host. */
  pushed(): void
  /** A webhook of who has the alerts. */
  alerted(): void
}

const RULES: (world: World, policy?: Partial<Policy>) => Rules = (world, policy) => ({
  policyFor: () => ({
    ...DEFAULT_POLICY,
    mode: 'pr',
    channel: '#deploys',
    announce: ['status', 'comment'],
    inStorms: world.setup.storms ?? false,
    ...policy,
  }),
  allowsRepository: () => true,
  deploysTo: (application, cluster) =>
    world.setup.clusters.length === 1 || (application.destinationName ?? world.setup.clusters[0]) === cluster,
  linksFor: () => [],
  commitsFor: () => DEFAULT_COMMITS,
  limitsFor: () => github.limits,
})

/** Worlds have few configurations. */
const configs = new Map<string, Config>()

function readOnce(text: string): Config {
  const config = configs.get(text) ?? readConfig(text, '/')
  configs.set(text, config)
  return config
}

/** See {@link Kedge}. The ledger, the forge and the channel outlive a restart. */
export function createKedge(world: World, options: KedgeOptions): Kedge {
  const { clock } = world
  const store = createMemoryLedger({ clock })
  const shown: ShownCard[] = []
  const channel = remembered(createMemoryChannel(), shown, () => clock.now())
  const forges = createMemoryForges({ now: () => clock.now(), headOf: async (_, branch) => world.repository.remote.branch(branch) })
  const stores = new Map<string, ViewStore>()
  const config = readOnce(JSON.stringify(configOf(world)))
  let ports: OpenPorts | undefined
  let controller: Controller | undefined
  const ran: { from: number; until: number | undefined }[] = []
  const closed = new Set<number>()
  const slowness = createSlowness(clock)
  let repository = rememberAnswers(createMemoryRepository(REPO, world.repository.remote))

  const hint = (): void => controller?.enqueueRepository(REPO)
  const told = (all: MemoryForges): MemoryForges =>
    world.setup.hintsInside ? { ...all, forRepository: (url) => hinted(all.forRepository(url), EFFECTS.forge, hint) } : all

  const hosted = madeOnce((one: GitRepository) => (world.setup.hintsInside ? hinted(one, EFFECTS.git, hint) : one))

  const adapters: Adapters = {
    clock: () => clock,
    random: () => 0.5,
    logger: () => options.logger ?? SILENT,
    ledger: () => ({ ...store, [Symbol.asyncDispose]: async () => undefined }),
    view: async ({ name }) => ({
      ...viewOf(clusterOf(world, name), stores, world),
      start: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }),
    forges: async () => ({
      ...told(watched(forges, options.onOpened, closed)),
      credentialsFor: async () => undefined,
      rateLimitRemaining: () => new Map(),
    }),
    repositories: () => ({ open: async () => hosted(slowness.of(repository)) }),
    renderer: (repositories) => rendererOf(world, options.by, createDirectoryRenderer(repositories)),
    channel: async () => channel,
    alerts: async () => (options.alerts ? [{ cluster: undefined, source: options.alerts }] : []),
    ...UNTRACED,
  }

  return {
    forges,
    shown,
    store,
    ran,
    closed,
    async start() {
      repository = rememberAnswers(createMemoryRepository(REPO, world.repository.remote))
      for (const cluster of world.clusters) attach(cluster, stores)
      ports = await openPorts(config, NO_SECRETS, adapters, { rules: RULES(world, options.policy) })
      controller = createController(ports.environment)
      for (const view of ports.environment.views) await controller.watch(view)
      controller.start()
      ran.push({ from: clock.now(), until: undefined })
      await slowness.unless(controller.idle())
    },
    async stop() {
      for (const cluster of world.clusters) cluster.watches.listener = undefined
      const last = ran.at(-1)
      if (last) last.until ??= clock.now()
      slowness.end()
      await controller?.[Symbol.asyncDispose]()
      await ports?.[Symbol.asyncDispose]()
      controller = undefined
    },
    idle: async () => slowness.unless(controller?.idle()),
    get pushMs() {
      return slowness.pushMs
    },
    set pushMs(ms) {
      slowness.pushMs = ms
    },
    pushed: () => controller?.enqueueRepository(REPO),
    alerted: () => controller?.enqueueAlerts(),
  }
}

function configOf({ setup }: World): object {
  return { apiVersion: 'kedge/v1', clusters: setup.clusters.map((name) => ({ name })), argocd: { cluster: setup.clusters[0] } }
}

function clusterOf(world: World, name: string): WorldCluster {
  const found = world.clusters.find((cluster) => cluster.name === name)
  if (!found) throw new Error(`no cluster ${name}`)
  return found
}

/** A new store with all that is there, which hears of what happens from now on. */
function attach(cluster: WorldCluster, stores: Map<string, ViewStore>): void {
  const store = createViewStore(cluster.name)
  stores.set(cluster.name, store)
  for (const kind of KINDS) store.replaceAll(kind, cluster.objects(kind))
  cluster.watches.listener = {
    hear: ({ type, object }) => store.apply(type, object),
    list: (kind: Kind) => store.replaceAll(kind, cluster.objects(kind)),
  }
}

function viewOf(cluster: WorldCluster, stores: ReadonlyMap<string, ViewStore>, { clock, setup }: World): ClusterView {
  const store = stores.get(cluster.name) ?? createViewStore(cluster.name)
  const isHub = setup.hub === true && cluster.name === setup.clusters[0]
  const isAway = (): boolean => cluster.aways.some(({ from, until }) => from <= clock.now() && clock.now() < until)
  const ask = <T>(answer: () => T): T => {
    if (isAway()) throw new KedgeError('E_CLUSTER_UNREACHABLE', `cluster ${cluster.name} cannot be asked`)
    return answer()
  }
  return {
    ...store,
    freshness(question) {
      const isRefused = isHub && question !== 'applications'
      const blind = isAway() || isRefused ? [{ kind: 'Rollout', reason: 'cannot be seen', since: clock.now() }] : []
      return { fresh: blind.length === 0, asOf: clock.now(), blind }
    },
    // Past the watch: what is there now, however late the watch is.
    reread: async (namespace, name) =>
      ask(() => {
        const rollout = cluster.rollouts.find(({ owner }) => owner.namespace === namespace && owner.name === name)
        return readRollout(cluster.name, rollout?.objects('Rollout').at(-1))
      }),
    rereadApplication: async (namespace, name) =>
      ask(() => {
        const live = cluster.objects('Application').map((object) => readApplication(cluster.name, object))
        return live.find((one) => one?.namespace === namespace && one.name === name)
      }),
    // None of these histories has one of its own.
    rereadExperiment: async () => ask(() => undefined),
    template: async ({ uid }) =>
      ask(() =>
        cluster.rollouts
          .filter(({ owner }) => uid.startsWith(`${owner.uid}-`))
          .flatMap((rollout) => rollout.objects('ReplicaSet'))
          .map((object) => readLiveTemplate(object, uid))
          .find((template) => template !== undefined),
      ),
  }
}

function remembered(channel: MemoryChannel, shown: ShownCard[], now: () => number): MemoryChannel {
  return {
    ...channel,
    async publish(request) {
      const last = shown.findLast(({ card }) => card.key === request.card.key)
      if (last) last.until = now()
      shown.push({ card: request.card, until: undefined })
      return channel.publish(request)
    },
  }
}

function watched(forges: MemoryForges, onOpened: KedgeOptions['onOpened'], closed: Set<number>): MemoryForges {
  return {
    ...forges,
    forRepository(url) {
      const forge = forges.forRepository(url)
      return {
        ...forge,
        async open(request) {
          const before = forges.pullRequests(url).length
          const opened = await forge.open(request)
          if (forges.pullRequests(url).length > before) onOpened(request)
          return opened
        },
        async close(number) {
          closed.add(number)
          await forge.close(number)
        },
      }
    },
  }
}

/** Plain folders are read by Kedge itself; all else by who stands for Argo CD. */
function rendererOf(world: World, by: ProvenBy, directory: Renderer): Renderer {
  if (by === 'files') return { render: async () => notRendered('unsupported', 'Nothing renders here.'), digest: NO_DIGEST }
  const argocd = createWorldRenderer(world)
  // By turns of half a minute, so that a look and the next may be told different things.
  const isAway = (): boolean => by === 'mixed' && Math.floor(world.clock.now() / 30_000) % 2 === 0
  const AWAY = notRendered('unreachable', 'Argo CD cannot be asked.')
  const of = (name: string): Renderer => (world.folder(name).tool === 'plain' ? directory : argocd)
  return {
    digest: async (question) => (isAway() ? AWAY : of(question.application.name).digest(question)),
    render: async (question) => (isAway() ? AWAY : of(question.application.name).render(question)),
  }
}
