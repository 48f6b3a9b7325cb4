import { stamp, type Owner, type Raw } from './objects.ts'

/** One `spec.source`. */
export interface SourceShape {
  repoURL: string
  targetRevision: string
  path?: string
  chart?: string
  ref?: string
  helm?: Raw
  kustomize?: Raw
  directory?: Raw
  plugin?: Raw
}

/** One sync as `status.history` keeps it. */
export interface SyncShape {
  /** Who started it, as Argo CD has it in its history. Absent where that says nothing, as old versions do. */
  initiatedBy?: Raw | undefined
  id: number
  revisions: readonly string[]
  at: number
  sources: readonly SourceShape[]
}

export interface ApplicationShape {
  /** Who starts the syncs to come, see {@link SyncShape}. */
  initiatedBy?: Raw | undefined
  name: string
  namespace: string
  cluster: string | undefined
  rollouts: readonly Owner[]
  sources: readonly SourceShape[]
  multi: boolean
  history: readonly SyncShape[]
  operation: Raw | undefined
  compared: readonly string[]
  syncStatus: string
  /** Its Rollouts are not as Git asks for: somebody changed them by hand. */
  drifted: boolean
  health: string
  autoSync: boolean
  conditions: readonly Raw[]
  annotations: Readonly<Record<string, string>>
  hydrator: Raw | undefined
  /** Names of Deployments in its namespace that it holds. */
  deployments: readonly string[]
  /** Those of them that are not as Git asks for. */
  driftedDeployments: readonly string[]
  /** Names of Experiments in its namespace that it lists. */
  experiments?: readonly string[]
  version: number
}

/** One of something is written under one name, several under another. */
type Plural = <T>(values: readonly T[], one: string, many: string) => Raw

const pluralOf =
  (multi: boolean): Plural =>
  (values, one, many) =>
    multi ? { [many]: values } : { [one]: values[0] }

/** An Application as Argo CD keeps it. */
export function application(shape: ApplicationShape): Raw {
  const plural = pluralOf(shape.multi)
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: shape.name,
      namespace: 'argocd',
      uid: `app-${shape.name}`,
      resourceVersion: String(shape.version),
      generation: shape.version,
      creationTimestamp: '2026-11-23T02:38:24Z',
      annotations: shape.annotations,
    },
    spec: {
      destination: {
        namespace: shape.namespace,
        ...(shape.cluster === undefined ? { server: 'https://kubernetes.default.svc' } : { name: shape.cluster }),
      },
      project: 'default',
      ...plural(shape.sources, 'source', 'sources'),
      ...(shape.hydrator && { sourceHydrator: shape.hydrator }),
      syncPolicy: shape.autoSync ? { automated: { prune: true, selfHeal: true } } : {},
    },
    status: {
      health: { status: shape.health },
      history: shape.history.map((entry) => historyEntry(entry, plural)),
      ...(shape.operation && { operationState: shape.operation }),
      resources: resourcesOf(shape),
      conditions: shape.conditions,
      sync: { status: shape.syncStatus, ...plural(shape.compared, 'revision', 'revisions') },
    },
  }
}

function historyEntry({ id, at, initiatedBy, revisions, sources }: SyncShape, plural: Plural): Raw {
  return {
    id,
    deployStartedAt: stamp(at),
    deployedAt: stamp(at),
    ...(initiatedBy && { initiatedBy }),
    ...plural(revisions, 'revision', 'revisions'),
    ...plural(sources, 'source', 'sources'),
  }
}

/** What it holds, each with whether it is as Git asks for. */
function resourcesOf({
  namespace,
  rollouts,
  drifted,
  deployments,
  driftedDeployments,
  experiments = [],
}: ApplicationShape): readonly Raw[] {
  const statusOf = (isDrifted: boolean): string => (isDrifted ? 'OutOfSync' : 'Synced')
  return [
    ...deployments.map((name) => {
      const status = statusOf(driftedDeployments.includes(name))
      return { group: 'apps', kind: 'Deployment', version: 'v1', namespace, name, status }
    }),
    ...experiments.map((name) => {
      return { group: 'argoproj.io', kind: 'Experiment', version: 'v1alpha1', namespace, name, status: statusOf(false) }
    }),
    ...rollouts.map((rollout) => {
      const { namespace: own, name } = rollout
      return { group: 'argoproj.io', kind: 'Rollout', version: 'v1alpha1', namespace: own, name, status: statusOf(drifted) }
    }),
  ]
}

/** The `operationState` of a whole sync that applied the Rollouts. */
export function operation(
  entry: SyncShape,
  { multi, phase, rollouts }: { multi: boolean; phase: string; rollouts: readonly Owner[] },
): Raw {
  const plural = pluralOf(multi)
  return {
    phase,
    message: 'successfully synced (all tasks run)',
    startedAt: stamp(entry.at),
    ...(phase === 'Running' ? {} : { finishedAt: stamp(entry.at) }),
    operation: { initiatedBy: entry.initiatedBy ?? { automated: true }, sync: { ...plural(entry.revisions, 'revision', 'revisions') } },
    syncResult: {
      ...plural(entry.revisions, 'revision', 'revisions'),
      ...plural(entry.sources, 'source', 'sources'),
      resources: rollouts.map((rollout) => ({
        group: 'argoproj.io',
        kind: 'Rollout',
        namespace: rollout.namespace,
        name: rollout.name,
        status: 'Synced',
        syncPhase: 'Sync',
        version: 'v1alpha1',
      })),
    },
  }
}
