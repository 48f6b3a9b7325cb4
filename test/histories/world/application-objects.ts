import { stamp, type Raw } from '../../simulation/objects.ts'
import { sourceOf, type Rendered } from './manifests.ts'
import { REPO } from './repository.ts'
import type { WorldRollout } from './truth.ts'
import type { ApplicationOptions, Applied, HistoryEntry, Operation, Tag } from './world-application.ts'

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

/** What an operation has applied just now. */
export function appliedOf(
  { revision, kind, tag }: Operation,
  { at, wanted, changed, made }: { at: number; wanted: Rendered | undefined; changed: readonly WorldRollout[]; made: number },
): Applied {
  return {
    at,
    revision,
    keys: new Map([...(wanted?.rollouts ?? [])].map(([rollout, { key }]) => [rollout, key])),
    changed: new Set(changed.map(({ owner }) => owner.name)),
    kind,
    tag: tag?.name,
    made,
  }
}

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

/** What an Application's health is by that of its Rollouts. */
export function worstOf(rollouts: readonly WorldRollout[]): string {
  return ['Degraded', 'Missing', 'Progressing', 'Suspended'].find((one) => rollouts.some(({ health }) => health === one)) ?? 'Healthy'
}
