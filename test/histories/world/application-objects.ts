import { stamp, type Raw } from '../../simulation/objects.ts'
import { sourceOf, type Folder } from './manifests.ts'
import { REPO } from './repository.ts'
import type { WorldRollout } from './truth.ts'

/** One time that manifests were applied: what is true of it, whatever Argo CD's records say. */
export interface Applied {
  at: number
  revision: string
  /** Template by Rollout. */
  keys: ReadonlyMap<string, string>
  /** The Rollouts whose spec was another before. */
  changed: ReadonlySet<string>
  kind: 'sync' | 'heal' | 'rollback'
  /** The tag that the Application followed, if any. */
  tag: string | undefined
  /** How often it had been made anew. */
  made: number
}

/** A tag of the repository. */
export interface Tag {
  name: string
  commit: string
}

export interface HistoryEntry {
  id: number
  revision: string
  startedAt: number
  at: number
  tag: Tag | undefined
}

export interface ApplicationOptions {
  name: string
  folder: Folder
  cluster: string
  /** How Argo CD names the destination; undefined for the cluster that it runs in. */
  destination: string | undefined
  namespace: string
  rollouts: readonly WorldRollout[]
  autoSync: boolean
  selfHeal: boolean
  /** Where the Rollouts stand among sync waves: what comes `before` makes a sync long, what comes `after` waits for their health. */
  waves: 'none' | 'before' | 'after'
  historyLimit: number
}

/** One `operationState`. */
export interface Operation {
  revision: string
  kind: Applied['kind']
  startedAt: number
  finishedAt?: number
  phase: 'Running' | 'Succeeded' | 'Failed'
  hasResult: boolean
  tag: Tag | undefined
  /** It failed in a hook, before anything of the Application was put into the cluster: its result names nothing else. */
  inHook?: true
}

interface Shown {
  compared: string
  syncStatus: string
  drifted: ReadonlySet<string>
  health: string
  operation: Operation | undefined
  history: readonly HistoryEntry[]
  tag: Tag | undefined
  made: number
  generation: number
  version: number
  reconciledAt: number
}

const TYPES = { plain: 'Directory', kustomize: 'Kustomize', helm: 'Helm' } as const

/** An Application as Argo CD keeps it. */
export function objectOf(options: ApplicationOptions & { isAutomated: boolean }, shown: Shown): Raw {
  const { name, namespace, destination, folder, rollouts } = options
  const sourceAt = (tag: Tag | undefined): Raw => ({ repoURL: REPO, targetRevision: tag?.name ?? 'main', ...sourceOf(folder) })
  const source = sourceAt(shown.tag)
  const resource = (rollout: WorldRollout): Raw => ({
    group: 'argoproj.io',
    kind: 'Rollout',
    version: 'v1alpha1',
    namespace: rollout.owner.namespace,
    name: rollout.owner.name,
  })
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name,
      namespace: 'argocd',
      uid: `app-${name}${'+'.repeat(shown.made)}`,
      resourceVersion: String(shown.version),
      generation: shown.generation,
      creationTimestamp: '2026-11-23T02:38:24Z',
    },
    spec: {
      destination: { namespace, ...(destination === undefined ? { server: 'https://kubernetes.default.svc' } : { name: destination }) },
      project: 'default',
      source,
      syncPolicy: options.isAutomated ? { automated: { prune: true, selfHeal: options.selfHeal } } : {},
    },
    status: {
      health: { status: shown.health },
      history: shown.history.slice(-options.historyLimit).map(({ id, revision, startedAt, at, tag }) => ({
        id,
        revision,
        source: sourceAt(tag),
        deployStartedAt: stamp(startedAt),
        deployedAt: stamp(at),
      })),
      ...(shown.operation && { operationState: operationOf(shown.operation, sourceAt(shown.operation.tag), rollouts.map(resource)) }),
      reconciledAt: stamp(shown.reconciledAt),
      resources: rollouts.map((rollout) => ({
        ...resource(rollout),
        status: shown.drifted.has(rollout.owner.name) ? 'OutOfSync' : 'Synced',
      })),
      sourceType: TYPES[folder.tool],
      sync: { status: shown.syncStatus, ...(shown.compared !== '' && { revision: shown.compared }) },
    },
  }
}

const FAILED_HOOK = {
  group: 'batch',
  kind: 'Job',
  version: 'v1',
  namespace: 'shop',
  name: 'migrate',
  hookPhase: 'Failed',
  hookType: 'PreSync',
  status: 'Synced',
  syncPhase: 'PreSync',
}

function operationOf(operation: Operation, source: Raw, resources: readonly Raw[]): Raw {
  const { revision, kind, startedAt, finishedAt, phase, hasResult, inHook } = operation
  return {
    phase,
    message:
      phase === 'Succeeded'
        ? 'successfully synced (all tasks run)'
        : phase === 'Failed'
          ? 'one or more synchronization tasks completed unsuccessfully'
          : '',
    startedAt: stamp(startedAt),
    ...(finishedAt !== undefined && { finishedAt: stamp(finishedAt) }),
    operation: {
      initiatedBy: kind === 'rollback' ? { username: 'admin' } : { automated: true },
      sync: {
        revision,
        ...(kind === 'heal' && { resources: resources.map(({ group, kind: of, name }) => ({ group, kind: of, name })) }),
        ...(kind === 'rollback' && { source }),
      },
    },
    ...(hasResult && {
      syncResult: {
        revision,
        source,
        resources: inHook ? [FAILED_HOOK] : resources.map((resource) => ({ ...resource, status: 'Synced', syncPhase: 'Sync' })),
      },
    }),
  }
}
