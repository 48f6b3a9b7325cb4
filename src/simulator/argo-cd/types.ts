import type { KubeObject } from '../kubernetes/object.ts'

/** The parts of an Application that the stand-in reads and writes, in the words of its CRD. */
export interface Application extends KubeObject {
  spec: {
    project: string
    source: ApplicationSource
    destination: { namespace: string; server: string }
    syncPolicy?: { automated?: { prune?: boolean; selfHeal?: boolean } }
  }
  operation?: unknown
  status?: ApplicationStatus
}

export interface ApplicationSource {
  repoURL: string
  path: string
  targetRevision: string
}

export interface ResourceRef {
  group: string
  version: string
  kind: string
  namespace: string
  name: string
}

export interface ApplicationStatus {
  sync: { status: '' | 'Synced' | 'OutOfSync' | 'Unknown'; revision?: string; comparedTo: unknown }
  health: { status?: string; lastTransitionTime?: string }
  /** Null until the first comparison. Health is not in it: Argo CD 3 does not persist it. */
  resources?: (ResourceRef & { status: string })[]
  history?: {
    id: number
    revision: string
    deployStartedAt: string
    deployedAt: string
    source: ApplicationSource
    initiatedBy: unknown
  }[]
  operationState?: {
    phase: string
    message?: string
    startedAt: string
    finishedAt?: string
    operation: unknown
    syncResult?: unknown
  }
  conditions?: { type: string; message: string; lastTransitionTime: string }[]
  reconciledAt?: string
  sourceType?: string
  controllerNamespace?: string
  resourceHealthSource?: string
  sourceHydrator: object
  summary: { images?: string[] }
}
