import { application, operation, type ApplicationShape, type SourceShape, type SyncShape } from './application-objects.ts'
import type { Owner, Raw } from './objects.ts'
import type { Server } from './rollout.ts'

export interface ApplicationOptions {
  name?: string
  namespace?: string
  /** The cluster that it deploys to, by Argo CD's name for it; by default the one that Argo CD runs in. */
  cluster?: string
  rollouts?: readonly Owner[]
  /** One source, or several for a multi-source Application. */
  sources?: readonly SourceShape[]
  multi?: boolean
  hydrator?: Raw
  annotations?: Readonly<Record<string, string>>
  autoSync?: boolean
}

/** One Application as Argo CD keeps it. */
export interface StagedApplication {
  readonly name: string
  object(): Raw
  /** A whole sync to these revisions (one per source), with an entry in the history. */
  sync(...revisions: string[]): void
  /** A sync that has begun and not ended: no entry in the history yet. */
  begin(...revisions: string[]): void
  /** Self-heal: a partial sync that replaces `operationState`. */
  selfHeal(...revisions: string[]): void
  /** It was deleted and made again under its name: no history, no operation. */
  forget(): void
  /** A dry run: `operationState` names a revision that was never applied. */
  dryRun(...revisions: string[]): void
  /** The newest commit was compared, nothing was applied. */
  compare(...revisions: string[]): void
  change(change: Partial<ApplicationShape>): void
}

export const REPO = 'https://git.example/shop/gitops.git'

/** Before anything was synced. */
function firstShape(options: ApplicationOptions): ApplicationShape {
  return {
    name: options.name ?? 'shop',
    namespace: options.namespace ?? 'shop',
    cluster: options.cluster,
    rollouts: options.rollouts ?? [],
    sources: options.sources ?? [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web' }],
    multi: options.multi ?? false,
    history: [],
    operation: undefined,
    compared: [],
    syncStatus: 'Synced',
    drifted: false,
    health: 'Healthy',
    autoSync: options.autoSync ?? true,
    conditions: [],
    annotations: options.annotations ?? {},
    hydrator: options.hydrator,
    deployments: [],
    driftedDeployments: [],
    version: 1,
  }
}

/** See {@link StagedApplication}. */
export function stageApplication(server: Server, options: ApplicationOptions = {}): StagedApplication {
  const history: SyncShape[] = []
  let shape = firstShape(options)
  const entryOf = (revisions: readonly string[]): SyncShape => ({
    id: history.length,
    revisions,
    at: server.now(),
    sources: shape.sources,
    initiatedBy: shape.initiatedBy,
  })
  const operationOf = (entry: SyncShape, phase: 'Running' | 'Succeeded', rollouts = shape.rollouts): Raw =>
    operation(entry, { multi: shape.multi, phase, rollouts })

  return {
    name: shape.name,
    object: () => application({ ...shape, history: history.slice(-10), version: server.nextVersion() }),
    sync(...revisions) {
      const entry = entryOf(revisions)
      history.push(entry)
      shape = {
        ...shape,
        compared: revisions,
        syncStatus: 'Synced',
        drifted: false,
        driftedDeployments: [],
        operation: operationOf(entry, 'Succeeded'),
      }
    },
    begin(...revisions) {
      shape = {
        ...shape,
        compared: revisions,
        syncStatus: 'OutOfSync',
        operation: operationOf(entryOf(revisions), 'Running'),
      }
    },
    selfHeal(...revisions) {
      const healed = operationOf(entryOf(revisions), 'Succeeded', [])
      shape = { ...shape, operation: { ...healed, operation: { sync: { resources: [{ kind: 'ConfigMap', name: 'web' }] } } } }
    },
    forget() {
      history.length = 0
      shape = { ...shape, operation: undefined }
    },
    dryRun(...revisions) {
      const tried = operationOf(entryOf(revisions), 'Succeeded')
      shape = { ...shape, compared: revisions, syncStatus: 'OutOfSync', operation: { ...tried, operation: { sync: { dryRun: true } } } }
    },
    compare(...revisions) {
      shape = { ...shape, compared: revisions }
    },
    change(change) {
      shape = { ...shape, ...change }
    },
  }
}
