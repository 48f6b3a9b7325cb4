import type { MemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { rememberAnswers } from '../../src/adapters/git/memo.ts'
import type { MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import type { GitRepository } from '../../src/ports/git.ts'
import { createController, type Controller } from '../../src/reconcile/loop/controller.ts'
import { openPorts, type OpenPorts } from '../../src/service/open-ports.ts'
import { createMemoryRepository } from './git/memory-repository.ts'
import { configOf, rulesOf } from './kedge-config.ts'
import type { KedgeOptions } from './kedge-options.ts'
import { adaptersOf, createOutside } from './outside.ts'
import type { ShownCard } from './watched.ts'
import { REPO } from './world/repository.ts'
import type { World } from './world/world.ts'

export type { KedgeOptions, ProvenBy } from './kedge-options.ts'

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

/** See {@link Kedge}. The ledger, the forge and the channel outlive a restart. */
export function createKedge(world: World, options: KedgeOptions): Kedge {
  const { clock } = world
  const outside = createOutside(world)
  const { forges, shown, store, closed, views, slowness } = outside
  const mirror = (): GitRepository => rememberAnswers(createMemoryRepository(REPO, world.repository.remote))
  const names = new Map(world.setup.clusters.map((cluster) => [cluster, cluster]))
  let ports: OpenPorts | undefined
  let controller: Controller | undefined
  let repository = mirror()
  const ran: Ran[] = []
  const hint = (): void => controller?.enqueueRepository(REPO)
  const adapters = adaptersOf(world, outside, options, { repository: () => repository, hint })

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
      repository = mirror()
      for (const [cluster, name] of names) views.attach(cluster, name)
      const config = configOf(world, names)
      ports = await openPorts(config, NO_SECRETS, adapters, { rules: rulesOf(world, config, options.policy) })
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
    pushed: hint,
    alerted: () => controller?.enqueueAlerts(),
  }
}
