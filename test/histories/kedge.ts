import { createMemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import { github } from '../../src/adapters/forges/github/manifest.ts'
import { createMemoryForges, type MemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { rememberAnswers } from '../../src/adapters/git/memo.ts'
import { createMemoryLedger, type MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createDirectoryRenderer } from '../../src/adapters/renderers/directory/renderer.ts'
import { deploysTo } from '../../src/config/addresses.ts'
import { readConfig } from '../../src/config/load.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import type { Config } from '../../src/config/settings.ts'
import { notRendered } from '../../src/domain/application/rendered.ts'
import { madeOnce } from '../../src/domain/made-once.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy/policy.ts'
import { DEFAULT_COMMITS } from '../../src/domain/revert/commit-rules.ts'
import type { AlertSource } from '../../src/ports/alerts.ts'
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
import { createViews } from './views.ts'
import { remembered, watched, type ShownCard } from './watched.ts'
import { createWorldRenderer } from './world-renderer.ts'
import { REPO } from './world/repository.ts'
import type { World } from './world/world.ts'

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

/** One time that it ran, from then until then (epoch ms); the last may have no end. */
export interface Ran {
  readonly from: number
  until: number | undefined
  /** What the configuration called each of the world's clusters that it had. */
  readonly names: ReadonlyMap<string, string>
}

/** Kedge before a world: the controller of `serve`, on the world's clock, with everything outside in memory. */
export interface Kedge {
  readonly forges: MemoryForges
  /** Every card as it has ever stood in the channel, oldest first. */
  readonly shown: readonly ShownCard[]
  readonly store: MemoryLedger
  readonly ran: readonly Ran[]
  /** Numbers of the PRs that it has closed itself, and when (epoch ms). */
  readonly closed: ReadonlyMap<number, number>
  /** What it has asked of a cluster though its account may not read that there. */
  readonly refused: readonly string[]
  /** What the configuration calls a cluster from the next start on; undefined where it is not in it. */
  configure(cluster: string, name: string | undefined): void
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

const RULES: (world: World, config: Config, policy?: Partial<Policy>) => Rules = (world, config, policy) => ({
  policyFor: () => ({
    ...DEFAULT_POLICY,
    mode: 'pr',
    channel: '#deploys',
    announce: ['status', 'comment'],
    inStorms: world.setup.storms ?? false,
    ...policy,
  }),
  allowsRepository: () => true,
  deploysTo: (application, cluster) => deploysTo(config, application, cluster),
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
  const views = createViews(world)
  const names = new Map(world.setup.clusters.map((cluster) => [cluster, cluster]))
  let ports: OpenPorts | undefined
  let controller: Controller | undefined
  const ran: Ran[] = []
  const closed = new Map<number, number>()
  const slowness = createSlowness(clock)
  let repository = rememberAnswers(createMemoryRepository(REPO, world.repository.remote))

  const hint = (): void => controller?.enqueueRepository(REPO)
  const told = (all: MemoryForges): MemoryForges =>
    world.setup.hintsInside ? { ...all, forRepository: (url) => hinted(all.forRepository(url), EFFECTS.forge, hint) } : all

  const hosted = madeOnce((one: GitRepository) => (world.setup.hintsInside ? hinted(one, EFFECTS.git, hint) : one))

  const adapters: Adapters = {
    ...UNTRACED,
    clock: () => clock,
    random: () => 0.5,
    logger: () => options.logger ?? SILENT,
    ledger: () => ({ ...store, [Symbol.asyncDispose]: async () => undefined }),
    view: async ({ name }) => ({
      ...views.view(name),
      start: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }),
    forges: async () => ({
      ...told(watched(forges, options.onOpened, (number) => closed.set(number, clock.now()))),
      credentialsFor: async () => undefined,
      rateLimitRemaining: () => new Map(),
    }),
    repositories: () => ({ open: async () => hosted(slowness.of(repository)) }),
    renderer: (repositories) => rendererOf(world, options.by, createDirectoryRenderer(repositories)),
    channel: async () => channel,
    alerts: async () => (options.alerts ? [{ cluster: undefined, source: options.alerts }] : []),
  }

  return {
    forges,
    shown,
    store,
    ran,
    closed,
    refused: views.refused,
    configure(cluster, name) {
      if (name === undefined) names.delete(cluster)
      else names.set(cluster, name)
    },
    async start() {
      repository = rememberAnswers(createMemoryRepository(REPO, world.repository.remote))
      for (const [cluster, name] of names) views.attach(cluster, name)
      const config = readOnce(JSON.stringify(configOf(world, names)))
      ports = await openPorts(config, NO_SECRETS, adapters, { rules: RULES(world, config, options.policy) })
      controller = createController(ports.environment)
      for (const view of ports.environment.views) await controller.watch(view)
      controller.start()
      ran.push({ from: clock.now(), until: undefined, names: new Map(names) })
      await slowness.unless(controller.idle())
    },
    async stop() {
      views.detach()
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

/** Argo CD names a cluster as the world does, whatever Kedge's configuration calls it. */
function configOf({ setup }: World, names: ReadonlyMap<string, string>): object {
  const [argocd = ''] = setup.clusters
  const clusters = [...names].map(([cluster, name]) => ({ name, ...(cluster !== argocd && { destinations: [cluster] }) }))
  return { apiVersion: 'kedge/v1', clusters, argocd: { cluster: names.get(argocd) ?? argocd } }
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
