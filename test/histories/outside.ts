import { createMemoryChannel, type MemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import { createMemoryForges, type MemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { createMemoryLedger, type MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createDirectoryRenderer } from '../../src/adapters/renderers/directory/renderer.ts'
import { madeOnce } from '../../src/domain/made-once.ts'
import type { GitRepository } from '../../src/ports/git.ts'
import { SILENT } from '../../src/ports/log.ts'
import { UNTRACED, type Adapters } from '../../src/service/adapters.ts'
import { EFFECTS, hinted } from './hints.ts'
import type { KedgeOptions } from './kedge-options.ts'
import { createSlowness, type Slowness } from './slowness.ts'
import { createViews, type Views } from './views.ts'
import { remembered, watched, type ShownCard } from './watched.ts'
import { rendererOf } from './world-renderer.ts'
import type { World } from './world/world.ts'

/** What is outside of Kedge, in memory: it outlives a restart. */
export interface Outside {
  readonly store: MemoryLedger
  readonly shown: readonly ShownCard[]
  readonly channel: MemoryChannel
  readonly forges: MemoryForges
  /** Numbers of the PRs that Kedge has closed, and when (epoch ms). */
  readonly closed: Map<number, number>
  readonly views: Views
  readonly slowness: Slowness
}

/** See {@link Outside}. */
export function createOutside(world: World): Outside {
  const { clock } = world
  const shown: ShownCard[] = []
  return {
    store: createMemoryLedger({ clock }),
    shown,
    channel: remembered(createMemoryChannel(), shown, () => clock.now()),
    forges: createMemoryForges({ now: () => clock.now(), headOf: async (_, branch) => world.repository.remote.branch(branch) }),
    closed: new Map(),
    views: createViews(world),
    slowness: createSlowness(clock),
  }
}

/** What is the running process's own: its mirror of the repository, and the webhook that it hears. */
interface Process {
  repository: () => GitRepository
  hint: () => void
}

/** How a process reaches it. */
export function adaptersOf(world: World, outside: Outside, options: KedgeOptions, { repository, hint }: Process): Adapters {
  const { clock } = world
  const { store, channel, forges, closed, views, slowness } = outside
  const told = (all: MemoryForges): MemoryForges =>
    world.setup.hintsInside ? { ...all, forRepository: (url) => hinted(all.forRepository(url), EFFECTS.forge, hint) } : all
  const hosted = madeOnce((one: GitRepository) => (world.setup.hintsInside ? hinted(one, EFFECTS.git, hint) : one))

  return {
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
    repositories: () => ({ open: async () => hosted(slowness.of(repository())) }),
    renderer: (repositories) => rendererOf(world, options.by, createDirectoryRenderer(repositories)),
    channel: async () => channel,
    alerts: async () => (options.alerts ? [{ cluster: undefined, source: options.alerts }] : []),
  }
}
