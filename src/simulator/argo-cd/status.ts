import { toTimestamp } from '../clock.ts'
import { imagesOf, refOf, type Manifest } from './manifests.ts'
import type { Application, ApplicationStatus } from './types.ts'

/** The status of an Application that was never compared. */
export function emptyStatus(): ApplicationStatus {
  return {
    health: {},
    sourceHydrator: {},
    summary: {},
    sync: { comparedTo: { destination: {}, source: { repoURL: '' } }, status: '' },
  }
}

/** What a comparison found. */
export interface Comparison {
  revision: string
  manifests: readonly { manifest: Manifest; inSync: boolean }[]
  health: string
  now: number
}

/** Status after a comparison of Git with the cluster. */
export function compared(app: Application, status: ApplicationStatus, found: Comparison): ApplicationStatus {
  const { source, destination } = app.spec
  const { conditions: _, ...kept } = status
  const isSynced = found.manifests.every(({ inSync }) => inSync)
  const images = found.manifests.flatMap(({ manifest }) => imagesOf(manifest))
  const stamp = toTimestamp(found.now)
  return {
    ...kept,
    controllerNamespace: app.metadata.namespace,
    health: status.health.status === found.health ? status.health : { lastTransitionTime: stamp, status: found.health },
    reconciledAt: stamp,
    resourceHealthSource: 'appTree',
    resources: found.manifests.map(({ manifest, inSync }) => ({
      ...refOf(manifest),
      status: inSync ? 'Synced' : 'OutOfSync',
    })),
    sourceType: 'Directory',
    summary: { ...(images.length > 0 && { images }) },
    sync: { comparedTo: { destination, source }, revision: found.revision, status: isSynced ? 'Synced' : 'OutOfSync' },
  }
}

/** The operation that automatic sync asks for. */
export function automatedOperation(app: Application, revision: string): unknown {
  const prune = app.spec.syncPolicy?.automated?.prune === true
  return {
    initiatedBy: { automated: true },
    retry: { limit: 5 },
    sync: { ...(prune && { prune }), revision, source: app.spec.source, syncOptions: ['CreateNamespace=true'] },
  }
}

/** One line of a sync result. */
export interface Applied {
  manifest: Manifest
  message: string
}

/** What `operationState.syncResult` says of an operation. */
export function syncResult(app: Application, revision: string, applied: readonly Applied[]): unknown {
  const resources = applied.map(({ manifest, message }) => {
    const images = imagesOf(manifest)
    return {
      ...refOf(manifest),
      ...(images.length > 0 && { images }),
      hookPhase: 'Running',
      message,
      status: 'Synced',
      syncPhase: 'Sync',
    }
  })
  return { resources, revision, source: app.spec.source }
}

/** History with one more entry. Argo CD keeps ten. */
export function withHistory(
  app: Application,
  status: ApplicationStatus,
  deploy: { revision: string; startedAt: string; now: number },
): NonNullable<ApplicationStatus['history']> {
  const history = status.history ?? []
  const entry = {
    deployStartedAt: deploy.startedAt,
    deployedAt: toTimestamp(deploy.now),
    id: (history.at(-1)?.id ?? -1) + 1,
    initiatedBy: { automated: true },
    revision: deploy.revision,
    source: app.spec.source,
  }
  return [...history, entry].slice(-10)
}
