import { createVirtualClock, type VirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { Raw } from '../../simulation/objects.ts'
import { createRandom, type Random } from '../random.ts'
import type { AppSetup, Setup } from '../script.ts'
import { createWorldApplication } from './application.ts'
import type { Host, Verdict } from './host.ts'
import { firstFiles, type Files, type Folder } from './manifests.ts'
import { createWorldRepository, type WorldRepository } from './repository.ts'
import { createWorldRollout } from './rollout.ts'
import type { WorldRollout } from './truth.ts'
import { createWatches, type Kind, type Watches } from './watches.ts'
import type { WorldApplication } from './world-application.ts'

export const BEGINNING = Date.parse('2026-12-01T22:00:00Z')

export interface WorldCluster {
  readonly name: string
  readonly rollouts: readonly WorldRollout[]
  readonly watches: Watches
  /** From when to when it cannot be asked, epoch milliseconds. */
  readonly aways: { from: number; until: number }[]
  objects(kind?: Kind): readonly Raw[]
}

/** Clusters with their controllers, Argo CD and one repository. It knows what is true; Kedge only hears of it. */
export interface World {
  readonly clock: VirtualClock
  readonly host: Host
  readonly setup: Setup
  readonly repository: WorldRepository
  readonly clusters: readonly WorldCluster[]
  readonly applications: readonly WorldApplication[]
  /** How each version fares: by its template. */
  readonly verdicts: Map<string, Verdict>
  /** Somebody pushed to `main`. */
  pushed(): void
  /** Told of every push that a webhook tells of. */
  onPush: () => void
  application(name: string): WorldApplication
  folder(app: string): Folder
}

/** See {@link World}. Everything is deployed once: the first versions come up within seconds. */
export function createWorld(setup: Setup, seed: number): World {
  const clock = createVirtualClock(BEGINNING)
  const random = createRandom(seed)
  const verdicts = new Map<string, Verdict>()
  const watches = new Map<string, Watches>()
  const host = createHost({ clock, random, verdicts, watches })
  for (const name of setup.clusters) watches.set(name, watchesOf(setup, host))
  const repository = createWorldRepository(host.now)
  const folders = new Map(setup.apps.map((app) => [app.name, folderOf(setup, app)]))
  const first: Files = Object.assign({ 'README.md': 'fleet\n' }, ...[...folders.values()].map(firstFiles))
  repository.commit(first, { message: 'first', kind: 'others' })
  for (const app of setup.apps.filter(({ firstFails }) => firstFails))
    for (const { key } of repository.rendered(folders.get(app.name) as Folder, repository.head())?.rollouts.values() ?? [])
      verdicts.set(key, 'stuck')
  const argocd = setup.clusters[0] ?? ''
  const applications = setup.apps.map((app) => addApplication({ host, repository, argocd, folders }, app))
  const world: World = {
    clock,
    host,
    setup,
    repository,
    verdicts,
    applications,
    clusters: setup.clusters.map((name) =>
      clusterOf(name, { watches: watches.get(name) as Watches, applications, isArgoCds: name === argocd }),
    ),
    onPush: () => undefined,
    pushed() {
      if (!setup.webhook) return
      host.after(random.between(20, 1_500), () => world.onPush())
      for (const application of applications) application.refreshIn(random.between(30, 1_500))
    },
    application(name) {
      const found = applications.find((application) => application.name === name)
      if (!found) throw new Error(`no Application ${name}`)
      return found
    },
    folder: (app) => world.application(app).folder,
  }
  for (const application of applications) {
    application.refreshIn(random.between(100, 2_000))
    poll(world, application)
  }
  return world
}

interface Ground extends Pick<World, 'clock' | 'verdicts'> {
  random: Random
  watches: ReadonlyMap<string, Watches>
}

function createHost({ clock, random, verdicts, watches }: Ground): Host {
  let version = 1_000
  return {
    now: () => clock.now(),
    after: (ms, call) => void clock.after(ms, call),
    random,
    version: () => (version += 1),
    tell: (cluster, object, type = 'MODIFIED') => watches.get(cluster)?.tell({ type, object }),
    verdictOf: (key) => verdicts.get(key) ?? 'good',
  }
}

function watchesOf({ lags, twice }: Setup, host: Host): Watches {
  return createWatches({
    now: host.now,
    after: (ms, call) => host.after(ms, call),
    lags,
    isTwice: () => twice > 0 && host.random.chance(twice),
  })
}

/** One cluster with what is in it; the Applications are where Argo CD runs. */
function clusterOf(
  name: string,
  { watches, applications, isArgoCds }: { watches: Watches; applications: readonly WorldApplication[]; isArgoCds: boolean },
): WorldCluster {
  const rollouts = rolloutsOf({ applications }).filter((rollout) => rollout.cluster === name)
  return {
    name,
    rollouts,
    watches,
    aways: [],
    objects(kind) {
      const isHere = isArgoCds && (kind === undefined || kind === 'Application')
      const own = isHere ? applications.filter(({ isGone }) => !isGone).map((application) => application.object()) : []
      return kind === 'Application' ? own : [...rollouts.flatMap((rollout) => rollout.objects(kind)), ...own]
    },
  }
}

/** All of them, by Application. */
export function rolloutsOf(world: Pick<World, 'applications'>): readonly WorldRollout[] {
  return world.applications.flatMap(({ rollouts }) => rollouts)
}

/** Argo CD looks at the branch every so often, webhook or not. */
function poll(world: World, application: WorldApplication): void {
  world.host.after(world.setup.pollMs + world.host.random.between(0, 2_000), () => {
    application.refreshIn(0)
    poll(world, application)
  })
}

function folderOf(setup: Setup, app: AppSetup): Folder {
  const owner = setup.apps.find(({ name }) => name === app.sharedWith) ?? app
  const { name, tool, rollouts } = owner
  return { name, tool, rollouts, oneFile: owner.oneFile && tool === 'plain', overlay: app.overlay ?? 'prod' }
}

interface Site {
  host: Host
  repository: WorldRepository
  argocd: string
  folders: ReadonlyMap<string, Folder>
}

function addApplication({ host, repository, argocd, folders }: Site, app: AppSetup): WorldApplication {
  const folder = folders.get(app.name) as Folder
  const namespace = app.namespace ?? app.name
  const here: Host = app.faresWell ? { ...host, verdictOf: () => 'good' } : host
  const rollouts = app.rollouts.map((name) =>
    createWorldRollout(here, {
      owner: { namespace, name, uid: `uid-${app.cluster}-${namespace}-${name}` },
      cluster: app.cluster,
      application: app.name,
      isRewritten: app.isRewritten ?? false,
      onChange: () => application.liveChanged(),
    }),
  )
  const application: WorldApplication = createWorldApplication(host, repository, argocd, {
    name: app.name,
    folder,
    cluster: app.cluster,
    destination: app.cluster === argocd ? undefined : app.cluster,
    namespace,
    rollouts,
    autoSync: true,
    selfHeal: app.selfHeal,
    waves: app.waves,
    historyLimit: app.historyLimit ?? 10,
  })
  return application
}
