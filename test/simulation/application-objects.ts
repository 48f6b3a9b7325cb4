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

/** An Application as Argo CD keeps it. */
export function application(shape: ApplicationShape): Raw {
  const plural = <T>(values: readonly T[], one: string, many: string): Raw => (shape.multi ? { [many]: values } : { [one]: values[0] })
  const resources = shape.rollouts.map((rollout) => ({
    group: 'argoproj.io',
    kind: 'Rollout',
    version: 'v1alpha1',
    namespace: rollout.namespace,
    name: rollout.name,
    status: shape.drifted ? 'OutOfSync' : 'Synced',
  }))
  const deployments = shape.deployments.map((name) => ({
    group: 'apps',
    kind: 'Deployment',
    version: 'v1',
    namespace: shape.namespace,
    name,
    status: shape.driftedDeployments.includes(name) ? 'OutOfSync' : 'Synced',
  }))
  const experiments = (shape.experiments ?? []).map((name) => ({
    group: 'argoproj.io',
    kind: 'Experiment',
    version: 'v1alpha1',
    namespace: shape.namespace,
    name,
    status: 'Synced',
  }))
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
      history: shape.history.map((entry) => ({
        id: entry.id,
        deployStartedAt: stamp(entry.at),
        deployedAt: stamp(entry.at),
        ...(entry.initiatedBy && { initiatedBy: entry.initiatedBy }),
        ...plural(entry.revisions, 'revision', 'revisions'),
        ...plural(entry.sources, 'source', 'sources'),
      })),
      ...(shape.operation && { operationState: shape.operation }),
      resources: [...deployments, ...experiments, ...resources],
      conditions: shape.conditions,
      sync: { status: shape.syncStatus, ...plural(shape.compared, 'revision', 'revisions') },
    },
  }
}

/** The `operationState` of a whole sync that applied the Rollouts. */
export function operation(
  entry: SyncShape,
  { multi, phase, rollouts }: { multi: boolean; phase: string; rollouts: readonly Owner[] },
): Raw {
  const plural = (values: readonly unknown[], one: string, many: string): Raw => (multi ? { [many]: values } : { [one]: values[0] })
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
