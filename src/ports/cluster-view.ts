import type { ApplicationSnapshot } from '../domain/application/snapshots.ts'
import type { BesideDeployment, BesideKnown } from '../domain/migration/beside.ts'
import type { PodImage } from '../domain/release/ran-image.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot, ReplicaSetSnapshot, RolloutSnapshot } from '../domain/rollout/snapshots.ts'
import type { LiveTemplates } from './live-templates.ts'

/**
 * What a view is asked: who serves, which Rollouts and all that belongs to them tell, or what was synced, which Applications tell. One may
 * be seen without the other: where Argo CD runs alone, or an account may read no more than it needs.
 */
export type Question = 'rollouts' | 'applications'

/** How far a view may be believed. Blindness is not health. */
export interface Freshness {
  fresh: boolean
  /** Epoch ms of the last sign of life (event, bookmark or list) of the stalest watch. */
  asOf: number
  /** Per kind that is blind: why. Empty when fresh. A kind that the cluster does not serve is not among them: there is none of it. */
  blind: readonly Blindness[]
}

/** One kind that cannot be seen. */
export interface Blindness {
  kind: string
  reason: string
  /** Epoch ms. */
  since: number
  /** The account may not list it, and never could since the start. */
  neverGranted?: true
}

/** How the watches of one cluster fare, told as it happens. Listeners must not throw. */
export interface WatchObserver {
  /** One event of a watch was taken in. */
  event(watch: { kind: string }): void
  /** A full list was taken in. */
  listed(watch: { kind: string }, objects: number, durationMs: number): void
  /** A watch ended: `end` when the server closed it, else the kind of the fault. */
  ended(watch: { kind: string }, why: string): void
}

/**
 * One thing that changed in a view: the Rollout it concerns (or the standalone Experiment, by its `experimentName`), all of an
 * Application's, or how far all of it may be believed.
 */
export type ViewChange = { namespace: string; rollout: string } | { namespace: string; application: string } | { fresh: boolean }

/**
 * What one cluster looks like, kept by watches. Reads are from memory and may be stale: ask `freshness` first.
 * Does not promise to show every intermediate state, nor that kinds are consistent with each other.
 */
export interface ClusterView extends LiveTemplates {
  readonly cluster: string
  /** Of what the question needs; of all that is watched where none is asked. */
  freshness(question?: Question): Freshness
  rollouts(): Iterable<RolloutSnapshot>
  rollout(namespace: string, name: string): RolloutSnapshot | undefined
  replicaSets(rolloutUid: string): readonly ReplicaSetSnapshot[]
  /** Runs owned by the Rollout or by one of its Experiments, or by a standalone Experiment. */
  analysisRuns(ownerUid: string): readonly AnalysisRunSnapshot[]
  experiments(rolloutUid: string): readonly ExperimentSnapshot[]
  /** The Experiments that nothing controls. */
  standaloneExperiments(): readonly ExperimentSnapshot[]
  standaloneExperiment(namespace: string, name: string): ExperimentSnapshot | undefined
  applications(): Iterable<ApplicationSnapshot>
  application(namespace: string, name: string): ApplicationSnapshot | undefined
  /** Applications that list this Rollout in `status.resources`, or this Experiment, by its `experimentName`. */
  applicationsOf(namespace: string, rollout: string): readonly ApplicationSnapshot[]
  /** A live read past the cache (pre-flight P1); undefined when it is gone. @throws KedgeError E_CLUSTER_* */
  reread(namespace: string, name: string): Promise<RolloutSnapshot | undefined>
  /**
   * The same for an Application, without what a view remembers of its past (`formerOperations`, `formerRollouts`, `seenSince`).
   * @throws KedgeError E_CLUSTER_*
   */
  rereadApplication(namespace: string, name: string): Promise<ApplicationSnapshot | undefined>
  /** The same for an Experiment that nothing controls. @throws KedgeError E_CLUSTER_* */
  rereadExperiment(namespace: string, name: string): Promise<ExperimentSnapshot | undefined>
  /**
   * What the pods of a ReplicaSet run now, terminating ones too, by their runtimes' word: those whose digest is told. Absent where pods may
   * not be read. @throws KedgeError E_CLUSTER_*
   */
  podImages?(replicaSet: Pick<ReplicaSetSnapshot, 'namespace' | 'uid' | 'podTemplateHash'>): Promise<readonly PodImage[]>
  /**
   * The Deployments with pods beside a Rollout, read now or a moment ago. Absent where they may not be read. @throws KedgeError E_CLUSTER_*
   */
  deploymentsBeside?(rollout: { namespace: string; name: string }): Promise<readonly BesideDeployment[]>
  /**
   * What is known of those beside all Rollouts, from a memory: nobody waits for a cluster. Being asked has it read anew, at most once a
   * minute, for who asks next. Absent where they may not be read.
   */
  besideKnown?(): BesideKnown
  /** Tells of every change, freshness included. Listeners must not throw. Dispose unsubscribes. */
  subscribe(listener: (change: ViewChange) => void): Disposable
}
