import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import { createMemoryForges, type RememberedPullRequest } from '../../src/adapters/forges/memory/forge.ts'
import { createViewStore } from '../../src/adapters/kubernetes/store.ts'
import { createMemoryLedger, type MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { Release } from '../../src/domain/release/release.ts'
import type { Revert } from '../../src/domain/revert/revert.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import type { Ledger, LedgerRecord } from '../../src/ports/ledger.ts'
import { createController, type Controller } from '../../src/reconcile/loop/controller.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import { openPorts, type OpenPorts } from '../../src/service/open-ports.ts'
import { looseBranches } from '../contract/git/loose-objects.ts'
import { createOrigin, type CommitOptions, type Content } from '../contract/git/origin.ts'
import { rememberLog } from '../remember-log.ts'
import { REPO, stageApplication, type ApplicationOptions, type StagedApplication } from './application.ts'
import { stageCluster, type StagedCluster } from './cluster.ts'
import { stageExperiment, type ExperimentOptions, type StagedExperiment } from './experiment.ts'
import { forgeOver } from './forge-over.ts'
import { openGit } from './git.ts'
import { given } from './given.ts'
import { manifest } from './manifest.ts'
import { mergePull } from './merge-pull.ts'
import type { Raw } from './objects.ts'
import { stageRollout, type RolloutOptions, type Server, type StagedRollout } from './rollout.ts'
import { adaptersOf, configOf, rulesOf, type Outfit } from './stage-adapters.ts'
import type { StageOptions } from './stage-options.ts'

export type { StageOptions } from './stage-options.ts'

const CLUSTER = 'prod'
const START = Date.parse('2026-12-01T22:00:00Z')

/**
 * A cluster or several, one repository, one forge, one channel, and Kedge before them: the real controller, ledger and Git, on a clock that
 * moves only when told to. Deeds happen to the world; `show` lets Kedge see them and waits until it has done all that is due.
 */
export type Stage = Awaited<ReturnType<typeof createStage>>

/** See {@link Stage}. */
export async function createStage(options: StageOptions = {}) {
  const origin = await createOrigin({ filters: false })
  const dir = await mkdtemp(join(tmpdir(), 'kedge-stage-'))
  const clock = createVirtualClock(START)
  const policy: { current: Partial<Policy> } = { current: { mode: 'pr', channel: '#deploys', ...options.policy } }
  let version = 0
  const server: Server = { now: () => clock.now(), nextVersion: () => (version += 1) }
  const clusters = (options.clusters ?? [CLUSTER]).map((name) => stageCluster(name, clock))
  const argocd = clusterOf(options.argocd)
  argocd.onlyApplications = options.onlyApplications ?? false
  const applications: StagedApplication[] = []
  const { logger, lines } = rememberLog()
  const forges = createMemoryForges({ now: () => clock.now(), ...forgeOver(origin) })
  const channel = createMemoryChannel()
  const allows = options.allows ?? (() => true)
  const repositories = openGit({ origin, root: dir, allows, fetches: options.fetches ?? false })
  const outside = await options.outside?.({ origin, clock })
  let kept: MemoryLedger = createMemoryLedger({ clock })
  let ports: OpenPorts | undefined
  let controller: Controller | undefined
  const now = { ledger: () => kept, policy: () => policy.current }
  const outfit: Outfit = { options, clock, logger, forges, channel, repositories, now, clusters, clusterOf, allows }
  const adapters: Adapters = { ...adaptersOf(outfit), ...outside }

  /** @throws Error there is no cluster of that name */
  function clusterOf(name: string | undefined): StagedCluster {
    const found = name === undefined ? clusters[0] : clusters.find((one) => one.name === name)
    if (!found) throw new Error(`no cluster ${name}`)
    return found
  }

  function objectsOf(cluster: StagedCluster): Raw[] {
    const own = cluster === argocd ? applications.map((application) => application.object()) : []
    return [...[...cluster.rollouts, ...cluster.besides].flatMap((one) => one.objects()), ...own]
  }

  async function start(): Promise<void> {
    for (const cluster of clusters) {
      cluster.store = createViewStore(cluster.name)
      for (const object of objectsOf(cluster)) cluster.store.apply('ADDED', object)
    }
    ports = await openPorts(configOf(clusters, argocd), NO_SECRETS, adapters, { rules: rulesOf(outfit) })
    const environment = options.wrap?.(ports.environment) ?? ports.environment
    controller = createController(environment)
    for (const view of environment.views) await controller.watch(view)
    controller.start()
    await idle()
  }

  async function stop(): Promise<void> {
    await controller?.[Symbol.asyncDispose]()
    await ports?.[Symbol.asyncDispose]()
  }

  const opened = (): OpenPorts => given(ports)

  async function idle(): Promise<void> {
    await controller?.idle()
  }

  const stage = {
    clock,
    origin,
    forges,
    told: (): readonly string[] => lines.map(({ message }) => message),
    warnings: () => lines.filter(({ level }) => level !== 'info'),
    start,
    idle,
    get controller(): Controller {
      return given(controller)
    },
    get views(): readonly ClusterView[] {
      return opened().views
    },
    get ledger(): Ledger {
      return opened().ledger
    },
    /** Where the ledger is kept. */
    get ledgerStore(): MemoryLedger {
      return kept
    },
    records: (): Promise<readonly LedgerRecord[]> => Array.fromAsync(kept.records()),
    set policy(next: Partial<Policy>) {
      policy.current = { mode: 'pr', channel: '#deploys', ...next }
    },
    addRollout({ cluster, ...given }: RolloutOptions & { cluster?: string } = {}): StagedRollout {
      const rollout = stageRollout(server, given)
      clusterOf(cluster).rollouts.push(rollout)
      return rollout
    },
    /** In the first cluster. */
    addExperiment(given: ExperimentOptions = {}): StagedExperiment {
      const experiment = stageExperiment(server, given)
      clusterOf(undefined).besides.push(experiment)
      return experiment
    },
    addApplication(given?: ApplicationOptions): StagedApplication {
      const application = stageApplication(server, { rollouts: clusterOf(given?.cluster).rollouts.slice(-1), ...given })
      applications.push(application)
      return application
    },
    remove(rollout: StagedRollout): void {
      for (const { rollouts, store } of clusters) {
        if (!rollouts.includes(rollout)) continue
        rollouts.splice(rollouts.indexOf(rollout), 1)
        store.apply('DELETED', rollout.objects().at(-1))
      }
    },
    commit: (files: Readonly<Record<string, Content>>, message = 'change', more: CommitOptions = {}): CommitSha =>
      origin.commit(files, { message, ...more }),
    /** Lets Kedge see the world as it is, and waits until all that is due is done. */
    async show(): Promise<void> {
      for (const cluster of clusters) for (const object of objectsOf(cluster)) cluster.store.apply('MODIFIED', object)
      await idle()
    },
    /** Only these objects are told of, in the first cluster. */
    async tell(...told: Raw[]): Promise<void> {
      for (const object of told) clusterOf(undefined).store.apply('MODIFIED', object)
      await idle()
    },
    async advance(ms: number): Promise<void> {
      await clock.advanceTo(clock.now() + ms, idle)
    },
    /** The webhook of the Git host. */
    async pushed(): Promise<void> {
      stage.controller.enqueueRepository(REPO)
      await idle()
    },
    /** One cluster, or all of them. */
    async blind(isBlind: boolean, name?: string): Promise<void> {
      for (const cluster of name === undefined ? clusters : [clusterOf(name)]) {
        cluster.fresh = !isBlind
        cluster.store.announce({ fresh: cluster.fresh })
      }
      await idle()
    },
    /** Ends Kedge; `restart` starts it again. */
    stop,
    /** A cluster leaves the configuration, or is called otherwise there; to be followed by a restart. */
    leave(name: string, renamed?: string): void {
      const cluster = clusterOf(name)
      if (renamed === undefined) clusters.splice(clusters.indexOf(cluster), 1)
      else cluster.name = renamed
    },
    /** Ends Kedge where it stands and starts it again. */
    async restart({ loseLedger = false, ledger }: { loseLedger?: boolean; ledger?: MemoryLedger } = {}): Promise<void> {
      await stop()
      if (loseLedger || ledger) {
        await kept.close()
        kept = ledger ?? createMemoryLedger({ clock })
      }
      await start()
    },
    pulls: (): readonly RememberedPullRequest[] => forges.pullRequests(REPO),
    cards: () => channel.cards(),
    releases: (): readonly Release[] => stage.ledger.releases({ limit: 100_000 }),
    failed: (): readonly Release[] => stage.ledger.releases({ limit: 100_000 }).filter((release) => release.attempts.length > 0),
    reverts: (): readonly Revert[] => stage.ledger.reverts({}),
    branches: (): readonly string[] => looseBranches(origin.dir, 'kedge'),
    /** A person merges the PR with a merge commit of the branch's tree onto the base branch. */
    merge: (number: number, by?: string): CommitSha => mergePull(origin, forges, number, by),
    async [Symbol.asyncDispose](): Promise<void> {
      await stop()
      await kept.close()
      await outside?.[Symbol.asyncDispose]()
      await origin[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
  return stage
}

/** A stage where v1 runs and Kedge has seen it. */
export async function createRunningStage(options: StageOptions = {}) {
  const stage = await createStage(options)
  const web = stage.addRollout()
  const app = stage.addApplication()
  const good = stage.commit({ 'apps/web/rollout.yaml': manifest('v1'), 'other/readme': 'x\n' }, 'web v1')
  app.sync(good)
  web.healthy('v1')
  await stage.start()
  await stage.advance(60_000)

  /** Commits, syncs and starts the release of a tag. */
  async function release(tag: string, message = `web ${tag}`, more: CommitOptions = {}): Promise<CommitSha> {
    const commit = stage.commit({ 'apps/web/rollout.yaml': manifest(tag) }, message, more)
    app.sync(commit)
    web.canary(tag)
    await stage.show()
    await stage.advance(10_000)
    return commit
  }

  /** Aborts the release under way and gives Kedge time to act. */
  async function abort(given: Parameters<StagedRollout['abort']>[0] = {}): Promise<void> {
    web.abort(given)
    await stage.show()
    await stage.advance(2_000)
  }

  return Object.assign(stage, { web, app, good, release, abort })
}

export type RunningStage = Awaited<ReturnType<typeof createRunningStage>>
