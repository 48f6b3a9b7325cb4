import { createViewStore } from '../../src/adapters/kubernetes/store.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { stageApplication, type ApplicationOptions, type StagedApplication } from './application.ts'
import { stageCluster, type StagedCluster } from './cluster.ts'
import { stageExperiment, type ExperimentOptions, type StagedExperiment } from './experiment.ts'
import type { Raw } from './objects.ts'
import { stageRollout, type RolloutOptions, type Server, type StagedRollout } from './rollout.ts'
import type { StageOptions } from './stage-options.ts'

const CLUSTER = 'prod'

/** The clusters of a stage with what is in them, and Argo CD in one of them. Kedge sees of it what it is shown. */
export class StagedWorld {
  readonly clusters: StagedCluster[]
  readonly argocd: StagedCluster
  readonly #server: Server
  readonly #applications: StagedApplication[] = []

  constructor(clock: Pick<Clock, 'now'>, options: StageOptions) {
    let version = 0
    this.#server = { now: () => clock.now(), nextVersion: () => (version += 1) }
    this.clusters = (options.clusters ?? [CLUSTER]).map((name) => stageCluster(name, clock))
    this.argocd = this.clusterOf(options.argocd)
    this.argocd.onlyApplications = options.onlyApplications ?? false
  }

  /** The first, where no name is given. @throws Error there is no cluster of that name */
  clusterOf(name: string | undefined): StagedCluster {
    const found = name === undefined ? this.clusters[0] : this.clusters.find((one) => one.name === name)
    if (!found) throw new Error(`no cluster ${name}`)
    return found
  }

  addRollout({ cluster, ...given }: RolloutOptions & { cluster?: string }): StagedRollout {
    const rollout = stageRollout(this.#server, given)
    this.clusterOf(cluster).rollouts.push(rollout)
    return rollout
  }

  /** In the first cluster. */
  addExperiment(given: ExperimentOptions): StagedExperiment {
    const experiment = stageExperiment(this.#server, given)
    this.clusterOf(undefined).besides.push(experiment)
    return experiment
  }

  /** With the Rollout that was added last, where nothing else is said. */
  addApplication(given?: ApplicationOptions): StagedApplication {
    const rollouts = this.clusterOf(given?.cluster).rollouts.slice(-1)
    const application = stageApplication(this.#server, { rollouts, ...given })
    this.#applications.push(application)
    return application
  }

  remove(rollout: StagedRollout): void {
    for (const { rollouts, store } of this.clusters) {
      if (!rollouts.includes(rollout)) continue
      rollouts.splice(rollouts.indexOf(rollout), 1)
      store.apply('DELETED', rollout.objects().at(-1))
    }
  }

  /** All that is there is listed anew, into new stores. */
  list(): void {
    for (const cluster of this.clusters) {
      cluster.store = createViewStore(cluster.name)
      for (const object of this.#objectsOf(cluster)) cluster.store.apply('ADDED', object)
    }
  }

  /** The watches tell of all that is there. */
  show(): void {
    for (const cluster of this.clusters) for (const object of this.#objectsOf(cluster)) cluster.store.apply('MODIFIED', object)
  }

  /** Only these objects are told of, in the first cluster. */
  tell(told: readonly Raw[]): void {
    for (const object of told) this.clusterOf(undefined).store.apply('MODIFIED', object)
  }

  /** One cluster, or all of them. */
  blind(isBlind: boolean, name: string | undefined): void {
    for (const cluster of name === undefined ? this.clusters : [this.clusterOf(name)]) {
      cluster.fresh = !isBlind
      cluster.store.announce({ fresh: cluster.fresh })
    }
  }

  /** A cluster leaves the configuration, or is called otherwise there. */
  leave(name: string, renamed: string | undefined): void {
    const cluster = this.clusterOf(name)
    if (renamed === undefined) this.clusters.splice(this.clusters.indexOf(cluster), 1)
    else cluster.name = renamed
  }

  #objectsOf(cluster: StagedCluster): Raw[] {
    const own = cluster === this.argocd ? this.#applications.map((application) => application.object()) : []
    return [...[...cluster.rollouts, ...cluster.besides].flatMap((one) => one.objects()), ...own]
  }
}
