import { toTimestamp, type Clock } from '../clock.ts'
import type { BareRepository } from '../github/bare-repository.ts'
import type { ObjectRef } from '../kubernetes/object.ts'
import type { ObjectStore } from '../kubernetes/store.ts'
import { assessHealth } from './health.ts'
import { applyManifest, isInSync, liveOf, readManifests, type Manifest } from './manifests.ts'
import { automatedOperation, compared, emptyStatus, syncResult, withHistory, type Comparison } from './status.ts'
import type { Application, ApplicationStatus } from './types.ts'

/** What Argo CD works on. */
export interface Cluster {
  store: ObjectStore
  clock: Clock
  /** The repository that an Application's repoURL names. */
  repository(repoUrl: string): BareRepository | undefined
}

/** Compares an Application with the head of its branch, and syncs it where that is automatic. */
export async function reconcile(cluster: Cluster, listed: Application): Promise<void> {
  const seen = await lookAtGit(cluster, listed).catch(messageOf)
  // Read again: health may have moved while git was at work.
  const app = cluster.store.get(refOf(listed)) as Application | undefined
  if (app === undefined || seen === undefined) return
  if (typeof seen === 'string') fail(cluster, app, seen)
  else settle(cluster, app, seen)
}

interface Seen {
  revision: string
  files: ReadonlyMap<string, string>
}

/** What the branch holds now; undefined where the Application is in sync with that already. */
async function lookAtGit(cluster: Cluster, app: Application): Promise<Seen | undefined> {
  const { repoURL, targetRevision, path } = app.spec.source
  const repository = cluster.repository(repoURL)
  const revision = await repository?.resolve(targetRevision === 'HEAD' ? 'main' : targetRevision)
  if (repository === undefined || revision === undefined) {
    throw new Error(`failed to resolve revision ${targetRevision} of ${repoURL}`)
  }
  if (app.status?.sync.revision === revision && app.status.sync.status === 'Synced') return undefined
  return { revision, files: await repository.readFolder(revision, path) }
}

function settle(cluster: Cluster, app: Application, { revision, files }: Seen): void {
  let manifests: Manifest[]
  try {
    manifests = readManifests(app, files)
  } catch (error) {
    return fail(cluster, app, messageOf(error))
  }
  const isSynced = manifests.every((manifest) => isInSync(cluster.store, manifest))
  if (!isSynced && app.spec.syncPolicy?.automated !== undefined) return sync(cluster, app, revision, manifests)
  write(cluster, app, compared(app, app.status ?? emptyStatus(), compare(cluster, revision, manifests)))
}

/** Each stage is one write, as a watch of the real thing shows them. */
function sync(cluster: Cluster, app: Application, revision: string, manifests: Manifest[]): void {
  const operation = automatedOperation(app, revision)
  const startedAt = toTimestamp(cluster.clock.now())
  const { operationState: _, ...before } = app.status ?? emptyStatus()
  write(cluster, app, before, operation)
  const running: ApplicationStatus = { ...before, operationState: { operation, phase: 'Running', startedAt } }
  write(cluster, app, running, operation)
  const outOfSync = compared(app, running, compare(cluster, revision, manifests))
  write(cluster, app, outOfSync, operation)
  const applied = manifests.map((manifest) => ({ manifest, message: applyManifest(cluster.store, app, manifest) }))
  const deployed = {
    ...outOfSync,
    history: withHistory(app, outOfSync, { revision, startedAt, now: cluster.clock.now() }),
  }
  write(cluster, app, deployed, operation)
  const finishedAt = toTimestamp(cluster.clock.now())
  const operationState = {
    operation,
    phase: 'Succeeded',
    message: 'successfully synced (all tasks run)',
    startedAt,
    finishedAt,
    syncResult: syncResult(app, revision, applied),
  }
  const succeeded = { ...deployed, operationState }
  write(cluster, app, succeeded)
  write(cluster, app, compared(app, succeeded, compare(cluster, revision, manifests)))
}

function compare(cluster: Cluster, revision: string, manifests: Manifest[]): Comparison {
  const states = manifests.map((manifest) => ({ manifest, inSync: isInSync(cluster.store, manifest) }))
  return {
    revision,
    manifests: states,
    health: assessHealth(manifests.map((manifest) => liveOf(cluster.store, manifest))),
    now: cluster.clock.now(),
  }
}

/** Brings the health of `namespace/name` up to its Rollouts. */
export function updateHealth(cluster: Cluster, key: string): undefined {
  const [namespace = '', name = ''] = key.split('/')
  const app = cluster.store.get({ plural: 'applications', namespace, name }) as Application | undefined
  if (app?.status?.resources === undefined) return
  const live = app.status.resources.map((resource) =>
    liveOf(cluster.store, {
      apiVersion: '',
      kind: resource.kind,
      metadata: { namespace: resource.namespace, name: resource.name },
    }),
  )
  const health = assessHealth(live)
  if (app.status.health.status === health) return
  write(cluster, app, { ...app.status, health: { lastTransitionTime: toTimestamp(cluster.clock.now()), status: health } }, app.operation)
}

function fail(cluster: Cluster, app: Application, message: string): void {
  const status = app.status ?? emptyStatus()
  if (status.conditions?.[0]?.message === message) return
  write(cluster, app, {
    ...status,
    sync: { ...status.sync, status: 'Unknown' },
    conditions: [{ type: 'ComparisonError', message, lastTransitionTime: toTimestamp(cluster.clock.now()) }],
  })
}

/** Replaces status and operation as a whole and leaves the rest to whoever else writes the Application. */
function write(cluster: Cluster, app: Application, status: ApplicationStatus, operation?: unknown): void {
  const current = cluster.store.get(refOf(app))
  if (current === undefined) return
  const { operation: _, ...rest } = current
  cluster.store.apply({ ...rest, ...(operation !== undefined && { operation }), status } as Application)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function refOf(app: Application): ObjectRef {
  return { plural: 'applications', namespace: app.metadata.namespace, name: app.metadata.name }
}
