import { readApplication } from '../../src/adapters/kubernetes/snapshots/application.ts'
import type { AppliedSource } from '../../src/domain/application/applied-revision.ts'
import type { ApplicationSnapshot, SourceSnapshot } from '../../src/domain/application/snapshots.ts'
import { REPO, stageApplication, type ApplicationOptions } from '../simulation/application.ts'

export { REPO }

/** A folder of the branch `main`. */
export function aSource(fields: Partial<SourceSnapshot> = {}): SourceSnapshot {
  const source = { repoURL: REPO, targetRevision: 'main', path: 'apps/web', chart: undefined, ref: undefined, parameters: '{}' }
  return { ...source, valueFiles: [], fileParameters: [], folders: [], ...fields }
}

/** What a sync read of such a folder, as it is kept. */
export function appliedSource(fields: Partial<AppliedSource> = {}): AppliedSource {
  return { repository: 'git.example/shop/gitops', path: 'apps/web', chart: null, pin: 'main', parameters: '{}', ...fields }
}

/** An Application that Kedge has not seen synced, of one source or of several. */
export function anApplication(
  sources: readonly Partial<SourceSnapshot>[] = [{}],
  fields: Partial<ApplicationSnapshot> = {},
): ApplicationSnapshot {
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
    sources: sources.map((source) => aSource(source)),
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

/** An Application of `apps/web` in {@link REPO}, where nothing else is said: as it is read of what Kubernetes gives. */
export function stagedApplication(options: ApplicationOptions = {}, fields: Partial<ApplicationSnapshot> = {}): ApplicationSnapshot {
  const application = readApplication('east', stageApplication({ now: () => 0, nextVersion: () => 1 }, options).object())
  if (!application) throw new Error('no Application')
  return { ...application, ...fields }
}
