import { keepOperations } from '../../domain/application/former-operations.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import { experimentName } from '../../domain/experiment/name.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot, ReplicaSetSnapshot, RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ViewChange } from '../../ports/cluster-view.ts'
import { createGroups, type Groups } from './groups.ts'
import { readAnalysisRun } from './snapshots/analysis-run.ts'
import { readApplication } from './snapshots/application.ts'
import { readExperiment } from './snapshots/experiment.ts'
import type { Intern } from './snapshots/fields.ts'
import { readOwnPods } from './snapshots/migrating.ts'
import { readReplicaSet } from './snapshots/replicaset.ts'
import { readRollout } from './snapshots/rollout.ts'
import { createTable, type Row, type Table } from './table.ts'

/**
 * What Kedge watches, records and replays. The chart's roles and the doctor ask for the same; the simulator has its own list on
 * purpose, so that it refuses what a real API server would.
 */
export const WATCHED_KINDS = ['Rollout', 'ReplicaSet', 'AnalysisRun', 'Experiment', 'Application'] as const
export type WatchedKind = (typeof WATCHED_KINDS)[number]

/** One kind: where its records are, and how one is read from an object. */
export interface Keeper<R extends Row = Row> {
  table: Table<R>
  read: (this: void, object: unknown) => R | undefined
}

/** The records of all kinds with their reverse indices. */
export interface Tables {
  rollouts: Table<RolloutSnapshot>
  applications: Table<ApplicationSnapshot>
  /** By uid of the controlling Rollout. */
  replicaSets: Groups<ReplicaSetSnapshot>
  /** By uid of the controlling Rollout; under {@link STANDALONE} those that nothing controls. */
  experiments: Groups<ExperimentSnapshot>
  experimentTable: Table<ExperimentSnapshot>
  /** By uid of the controlling Rollout or Experiment. */
  analysisRuns: Groups<AnalysisRunSnapshot>
  /** By `namespace/name` of the Rollouts in `status.resources`, and of the Experiments there, as {@link experimentName} calls them. */
  applicationsByRollout: Groups<ApplicationSnapshot>
  keepers: Readonly<Record<WatchedKind, Keeper>>
}

/** No uid is like that. */
export const STANDALONE = 'standalone'

export interface TablesOptions {
  cluster: string
  intern: Intern
  /** Whether the labels of Rollouts' pods are kept, for the Deployments beside them. */
  pods: boolean
}

/** Empty tables of one cluster. `announce` hears which Rollout or Application each change concerns. */
export function createTables({ cluster, intern, pods }: TablesOptions, announce: (change: ViewChange) => void): Tables {
  const rollouts = createTable<RolloutSnapshot>((before, after) => {
    const rollout = after ?? before
    if (rollout !== undefined) announce({ namespace: rollout.namespace, rollout: rollout.name })
  })
  const announceOwner = (uid: string | undefined): void => {
    const rollout = uid === undefined ? undefined : rollouts.get(uid)
    if (rollout !== undefined) announce({ namespace: rollout.namespace, rollout: rollout.name })
  }
  const announceExperiment = (experiment: ExperimentSnapshot | undefined): void => {
    if (experiment === undefined || experiment.ownerUid !== undefined) return announceOwner(experiment?.ownerUid)
    announce({ namespace: experiment.namespace, rollout: experimentName(experiment.name) })
  }
  const owned = <R extends Row & { ownerUid: string | undefined }>(
    onChange: (row: R | undefined) => void,
  ): { groups: Groups<R>; table: Table<R> } => {
    const groups = createGroups<R>((row) => row.ownerUid ?? STANDALONE)
    const table = createTable<R>((before, after) => {
      groups.move(before, after)
      onChange(after ?? before)
    })
    return { groups, table }
  }
  const replicaSets = owned<ReplicaSetSnapshot>((set) => announceOwner(set?.ownerUid))
  const experiments = owned<ExperimentSnapshot>(announceExperiment)
  const analysisRuns = owned<AnalysisRunSnapshot>((run) => {
    announceOwner(run?.ownerUid)
    announceExperiment(experiments.table.get(run?.ownerUid ?? ''))
  })
  const applicationsByRollout = createGroups<ApplicationSnapshot>(({ rollouts: listed, experiments: own }) =>
    own ? [...listed, ...own] : listed,
  )
  const applications = createTable<ApplicationSnapshot>((before, after) => {
    applicationsByRollout.move(before, after)
    announceApplication(before, after, announce)
  }, keepOperations)
  return {
    rollouts,
    applications,
    replicaSets: replicaSets.groups,
    experiments: experiments.groups,
    experimentTable: experiments.table,
    analysisRuns: analysisRuns.groups,
    applicationsByRollout,
    keepers: {
      Rollout: keeper(rollouts, (object) => {
        const rollout = readRollout(cluster, object, intern)
        return rollout && pods ? { ...rollout, pods: readOwnPods(object) } : rollout
      }),
      ReplicaSet: keeper(replicaSets.table, (object) => readReplicaSet(object, intern)),
      AnalysisRun: keeper(analysisRuns.table, (object) => readAnalysisRun(object, intern)),
      Experiment: keeper(experiments.table, (object) => readExperiment(object, intern)),
      Application: keeper(applications, (object) => readApplication(cluster, object, intern)),
    },
  }
}

function announceApplication(
  before: ApplicationSnapshot | undefined,
  after: ApplicationSnapshot | undefined,
  announce: (change: ViewChange) => void,
): void {
  const application = after ?? before
  if (application !== undefined) announce({ namespace: application.namespace, application: application.name })
  // Whoever hears of the Application can look up its Rollouts, but no longer those that it left.
  for (const key of before?.rollouts ?? []) {
    if (after?.rollouts.includes(key)) continue
    const slash = key.indexOf('/')
    announce({ namespace: key.slice(0, slash), rollout: key.slice(slash + 1) })
  }
}

// A table is only ever given what its own reader made, which a map over all kinds cannot say.
function keeper<R extends Row>(table: Table<R>, read: (object: unknown) => R | undefined): Keeper {
  return { table, read } as unknown as Keeper
}
