import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createMemoryChannel } from './adapters/channels/memory/channel.ts'
import { createMemoryForges } from './adapters/forges/memory/forge.ts'
import { createGitRepositories } from './adapters/git/repositories.ts'
import { createRecordedView } from './adapters/kubernetes/recorded-view.ts'
import { createMemoryLedger, type MemoryLedger } from './adapters/ledgers/memory/memory-ledger.ts'
import { createDirectoryRenderer } from './adapters/renderers/directory/renderer.ts'
import { createRecordedRenderer } from './adapters/renderers/recorded/renderer.ts'
import { readRenderings, type RecordedRendering } from './adapters/renderers/recorded/renderings.ts'
import { createRecordedRepository, type RecordedRepository } from './adapters/replay/recorded-repository.ts'
import { createRecordedWorld, type RecordedWorld } from './adapters/replay/recorded-world.ts'
import { readRecording, type RecordedEvent, type Recording } from './adapters/replay/recording.ts'
import { createVirtualClock, type VirtualClock } from './adapters/replay/virtual-clock.ts'
import { readConfig } from './config/load.ts'
import { NO_SECRETS } from './config/secrets.ts'
import { KedgeError } from './domain/errors.ts'
import { DEFAULT_POLICY } from './domain/policy/policy.ts'
import { DEFAULT_COMMITS } from './domain/revert/commit-rules.ts'
import type { ServingState } from './domain/rollout/serving.ts'
import type { GitRepositories } from './ports/git.ts'
import { SILENT, type Logger } from './ports/log.ts'
import { inputsAt } from './reconcile/git-facts/commit/app-commit.ts'
import { createController, type Controller } from './reconcile/loop/controller.ts'
import { summarise, type ReplayResult } from './replay-result.ts'
import { UNTRACED, type Adapters } from './service/adapters.ts'
import { openPorts, type OpenPorts } from './service/open-ports.ts'
import type { Rules } from './service/rules.ts'

/** The name of the one cluster in a replay. */
const CLUSTER = 'recorded'
/** Time goes on this long after the last event, with a fresh view. */
const TAIL_MS = 60_000

/** What reaches Kedge, in order: an event, a full list of the cluster as it is then, or a restart of Kedge. */
export type Delivery = { at: number; event: RecordedEvent } | { at: number; relist: true } | { at: number; restart: true }

export interface ReplayOptions {
  /** Folder of the recording. */
  dir: string
  /** Bundle or repository; `gitops.bundle` in the folder or its parent by default. */
  repo?: string
  /** What the admin's configuration says; without it, mode `pr` with default settings and every repository allowed. */
  policy?: Pick<Rules, 'policyFor' | 'allowsRepository'>
  /** What Kedge gets to see of the recording: as recorded by default. For tests of lost, late and repeated events. */
  deliveries?: (recording: Recording) => readonly Delivery[]
  /** How the repository at a path of this disk is read and pushed to: by git, by default. For tests that replay one recording often. */
  openGit?: (path: string) => GitRepositories
  logger?: Logger
}

const MODE_PR: Rules = {
  policyFor: () => ({ ...DEFAULT_POLICY, mode: 'pr' }),
  allowsRepository: () => true,
  deploysTo: () => true,
  linksFor: () => [],
  commitsFor: () => DEFAULT_COMMITS,
  limitsFor: () => [],
}

/**
 * Feeds a recording through the same reconciler as `serve`, on a virtual clock, with a recorded cluster, a repository from a bundle and
 * a forge and a channel that only remember. Nothing outside a temporary folder is written.
 * @throws KedgeError E_RECORDING_UNREADABLE
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const recording = await readRecording(options.dir)
  const renderings = await readRenderings(options.dir)
  const dir = await mkdtemp(join(tmpdir(), 'kedge-replay-'))
  const clock = createVirtualClock(recording.startedAt)
  await using store = createMemoryLedger({ clock })
  try {
    const repository = await createRecordedRepository(options.repo ?? (await findBundle(options.dir)), dir, recording.commitTimes)
    const player = createPlayer({ recording, renderings, dir, clock, store, repository, options })
    const states = await player.play()
    return await summarise({ store, startedAt: recording.startedAt, states })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

interface Stage {
  recording: Recording
  /** Undefined where nothing was rendered when it was recorded; then plain folders are read. */
  renderings: readonly RecordedRendering[] | undefined
  dir: string
  clock: VirtualClock
  store: MemoryLedger
  repository: RecordedRepository
  options: ReplayOptions
}

/** What would have been told is a part of the answer, also where the configuration names no channel. */
function rulesOf({ policy: chosen }: ReplayOptions): Rules {
  const given: Rules = { ...MODE_PR, ...chosen }
  return {
    ...given,
    policyFor(...asked) {
      const policy = given.policyFor(...asked)
      return { ...policy, channel: policy.channel ?? 'recorded', alsoTell: [] }
    },
  }
}

/** Kedge as it runs until the next restart. */
interface Watching extends AsyncDisposable {
  cluster: ReplayedCluster
  controller: Controller
}

/** Looks at the world as it is now, and follows it. */
async function watch(ports: OpenPorts, cluster: ReplayedCluster, world: RecordedWorld): Promise<Watching> {
  cluster.relist(world.objects())
  const controller = createController(ports.environment)
  await controller.watch(ports.environment.applications)
  controller.start()
  return {
    cluster,
    controller,
    async [Symbol.asyncDispose]() {
      await controller[Symbol.asyncDispose]()
      await ports[Symbol.asyncDispose]()
    },
  }
}

/** One run: everything but the ledger, the repository and the forge is lost in a restart, as in real life. */
function createPlayer(stage: Stage): { play(): Promise<ReadonlyMap<string, ServingState>> } {
  const { recording, clock, dir, repository, options } = stage
  const adapters = replayAdapters(stage)
  const config = readConfig(`apiVersion: kedge/v1\nclusters: [{ name: ${CLUSTER} }]`, dir)
  const rules = rulesOf(options)
  const world = createRecordedWorld(recording.events)
  let kedge: Watching

  async function begin(): Promise<void> {
    kedge = await watch(await openPorts(config, NO_SECRETS, adapters.record, { rules }), adapters.cluster(), world)
  }

  async function deliver(delivery: Delivery): Promise<void> {
    if ('restart' in delivery) {
      await kedge[Symbol.asyncDispose]()
      await begin()
    } else if ('relist' in delivery) kedge.cluster.relist(world.objects())
    else kedge.cluster.apply(delivery.event)
    await kedge.controller.idle()
  }

  async function moveTo(at: number): Promise<void> {
    for (const instant of repository.instants.filter((one) => one > clock.now() && one <= at)) {
      await clock.advanceTo(instant, () => kedge.controller.idle())
      await repository.moveTo(instant)
      for (const url of world.repoURLs()) kedge.controller.enqueueRepository(url)
      await kedge.controller.idle()
    }
    await clock.advanceTo(at, () => kedge.controller.idle())
  }

  return {
    async play() {
      const deliveries = options.deliveries?.(recording) ?? recording.events.map((event): Delivery => ({ at: event.at, event }))
      await repository.moveTo(recording.startedAt)
      world.moveTo(recording.startedAt)
      await begin()
      await kedge.controller.idle()
      for (const delivery of deliveries) {
        await moveTo(delivery.at)
        world.moveTo(delivery.at)
        await deliver(delivery)
      }
      await moveTo(clock.now() + TAIL_MS)
      const states = [...kedge.cluster.view.rollouts()].map((ref): [string, ServingState] => [
        `${ref.namespace}/${ref.name}`,
        kedge.controller.serving(ref).state,
      ])
      await kedge[Symbol.asyncDispose]()
      return new Map(states)
    },
  }
}

type ReplayedCluster = ReturnType<typeof createRecordedView>

/** The record of adapters of a replay, and the cluster that it has opened last. */
function replayAdapters({ renderings, clock, store, repository, dir, options }: Stage): { record: Adapters; cluster(): ReplayedCluster } {
  const repositories = (options.openGit ?? gitBelow(dir))(repository.path)
  const forges = createMemoryForges({
    now: () => clock.now(),
    headOf: async (url, branch) => (await (await repositories.open(url)).remoteBranch(branch)) ?? undefined,
  })
  const channel = createMemoryChannel()
  let cluster = createRecordedView(CLUSTER, clock)
  const record: Adapters = {
    clock: () => clock,
    random: () => 0.5,
    logger: () => options.logger ?? SILENT,
    ledger: () => ({ ...store, [Symbol.asyncDispose]: async () => undefined }),
    async view() {
      cluster = createRecordedView(CLUSTER, clock)
      return { ...cluster.view, start: async () => undefined, [Symbol.asyncDispose]: async () => undefined }
    },
    forges: async () => ({ ...forges, credentialsFor: async () => undefined, rateLimitRemaining: () => new Map() }),
    repositories: () => repositories,
    renderer: () => (renderings ? createRecordedRenderer({ renderings, repositories, inputsAt }) : createDirectoryRenderer(repositories)),
    channel: async () => channel,
    ...UNTRACED,
  }
  return { record, cluster: () => cluster }
}

/** Git, with its mirrors in a folder. */
function gitBelow(dir: string): (path: string) => GitRepositories {
  return (path) =>
    createGitRepositories({
      root: join(dir, 'mirrors'),
      allow: () => true,
      credentialsFor: async () => undefined,
      urlFor: () => path,
      allowFileProtocol: true,
      borrowsOnDisk: true,
      timeoutMs: 60_000,
    })
}

async function findBundle(dir: string): Promise<string> {
  const folder = resolve(dir)
  for (const candidate of [join(folder, 'gitops.bundle'), join(dirname(folder), 'gitops.bundle')]) {
    const there = await access(candidate).then(
      () => true,
      () => false,
    )
    if (there) return candidate
  }
  throw new KedgeError('E_RECORDING_UNREADABLE', `there is no gitops.bundle in ${folder} or beside it: name the repository with --repo`)
}
