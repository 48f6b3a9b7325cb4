import type { ApplicationSnapshot, SourceSnapshot } from '../../../src/domain/application/snapshots.ts'

export const REPO = 'https://git.example/shop/gitops.git'

/** A folder of the branch `main`. */
export function aSource(fields: Partial<SourceSnapshot> = {}): SourceSnapshot {
  const source = { repoURL: REPO, targetRevision: 'main', path: 'apps/web', chart: undefined, ref: undefined, parameters: '{}' }
  return { ...source, valueFiles: [], fileParameters: [], folders: [], ...fields }
}

/** An Application that Kedge has not seen synced, of one source or of several. */
export function anApplication(sources: readonly Partial<SourceSnapshot>[], fields: Partial<ApplicationSnapshot> = {}): ApplicationSnapshot {
  return {
    cluster: 'east',
    namespace: 'argocd',
    name: 'web',
    uid: 'application-1',
    resourceVersion: '1',
    project: 'default',
    deleting: false,
    destinationServer: 'https://kubernetes.default.svc',
    destinationName: undefined,
    destinationNamespace: 'shop',
    sources: sources.map(aSource),
    multiSource: sources.length > 1,
    hydrator: undefined,
    manifestGeneratePaths: undefined,
    settings: {},
    labels: {},
    imageUpdater: false,
    applicationSet: undefined,
    autoSync: true,
    syncStatus: 'Synced',
    health: 'Healthy',
    comparedRevisions: [],
    comparedAt: undefined,
    operation: undefined,
    history: [],
    rollouts: ['shop/web'],
    driftedRollouts: [],
    workloads: [],
    driftedWorkloads: [],
    conditions: [],
    ...fields,
  }
}
