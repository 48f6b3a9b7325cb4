import { assessHealth } from './argo-cd/health.ts'
import { applyManifest, isInSync, liveOf, readManifests, type Manifest } from './argo-cd/manifests.ts'
import { automatedOperation, compared, emptyStatus, syncResult, withHistory } from './argo-cd/status.ts'
import type { Application, ApplicationStatus } from './argo-cd/types.ts'
import { toTimestamp, type CancelTimer, type Clock } from './clock.ts'
import type { BareRepository } from './github/bare-repository.ts'
import type { ObjectRef } from './kubernetes/object.ts'
import type { ObjectStore } from './kubernetes/store.ts'
import { createQueue } from './queue.ts'

/** Argo CD sees a Rollout's change about as fast as this. */
const HEALTH_LATENCY_MS = 20

export interface ArgoCdOptions {
  store: ObjectStore
  clock: Clock
  /** The repository that an Application's repoURL names. */
  repository(repoUrl: string): BareRepository | undefined
  /** How often branch heads are looked at, in milliseconds. Default 200; a real one takes minutes. */
  pollMs?: number
}

/** Just enough of Argo CD that an Application's status goes through the states a real one shows. */
export interface ArgoCd {
  /** Compares all Applications now. */
  refresh(): Promise<void>
  stop(): Promise<void>
}

/** Starts the stand-in on the Applications of a store: compares, syncs automatically, follows the health of Rollouts. */
export function startArgoCd(options: ArgoCdOptions): ArgoCd {
  const { store, clock } = options
  let isStopped = false
  let cancelPoll: CancelTimer = () => {}
  let round: Promise<void> = Promise.resolve()

  /** Rounds never overlap, so that each writes on what the one before has left. */
  function refresh(): Promise<void> {
    round = round.then(async () => {
      for (const app of store.list('applications')) if (!isStopped) await reconcile(app as Application)
    })
    return round
  }

  async function reconcile(listed: Application): Promise<void> {
    const { repoURL, targetRevision, path } = listed.spec.source
    const repository = options.repository(repoURL)
    const revision = await repository?.resolve(targetRevision === 'HEAD' ? 'main' : targetRevision)
    const known = listed.status?.sync
    if (repository === undefined || revision === undefined) return fail(listed, `failed to resolve revision ${targetRevision} of ${repoURL}`)
    if (known?.revision === revision && known.status === 'Synced') return
    const files = await repository.readFolder(revision, path)
    // Read again: health may have moved while git was at work.
    const app = store.get(refOf(listed)) as Application | undefined
    if (app !== undefined) settle(app, revision, files)
  }

  function settle(app: Application, revision: string, files: ReadonlyMap<string, string>): void {
    let manifests: Manifest[]
    try {
      manifests = readManifests(app, files)
    } catch (error) {
      return fail(app, String(error))
    }
    const isSynced = manifests.every((manifest) => isInSync(store, manifest))
    if (!isSynced && app.spec.syncPolicy?.automated !== undefined) return sync(app, revision, manifests)
    write(app, compared(app, app.status ?? emptyStatus(), compare(revision, manifests)))
  }

  /** Each stage is one write, as a watch of the real thing shows them. */
  function sync(app: Application, revision: string, manifests: Manifest[]): void {
    const operation = automatedOperation(app, revision)
    const startedAt = toTimestamp(clock.now())
    const { operationState: _, ...before } = app.status ?? emptyStatus()
    write(app, before, operation)
    const running: ApplicationStatus = { ...before, operationState: { operation, phase: 'Running', startedAt } }
    write(app, running, operation)
    const outOfSync = compared(app, running, compare(revision, manifests))
    write(app, outOfSync, operation)
    const applied = manifests.map((manifest) => ({ manifest, message: applyManifest(store, app, manifest) }))
    const deployed = { ...outOfSync, history: withHistory(app, outOfSync, { revision, startedAt, now: clock.now() }) }
    write(app, deployed, operation)
    const finishedAt = toTimestamp(clock.now())
    const operationState = { operation, phase: 'Succeeded', message: 'successfully synced (all tasks run)', startedAt, finishedAt, syncResult: syncResult(app, revision, applied) }
    const succeeded = { ...deployed, operationState }
    write(app, succeeded)
    write(app, compared(app, succeeded, compare(revision, manifests)))
  }

  function compare(revision: string, manifests: Manifest[]): Parameters<typeof compared>[2] {
    const states = manifests.map((manifest) => ({ manifest, inSync: isInSync(store, manifest) }))
    return { revision, manifests: states, health: assessHealth(manifests.map((manifest) => liveOf(store, manifest))), now: clock.now() }
  }

  function updateHealth(key: string): undefined {
    const [namespace = '', name = ''] = key.split('/')
    const app = store.get({ plural: 'applications', namespace, name }) as Application | undefined
    if (app?.status?.resources === undefined) return
    const live = app.status.resources.map((resource) => liveOf(store, { apiVersion: '', kind: resource.kind, metadata: { namespace: resource.namespace, name: resource.name } }))
    const health = assessHealth(live)
    if (app.status.health.status === health) return
    write(app, { ...app.status, health: { lastTransitionTime: toTimestamp(clock.now()), status: health } }, app.operation)
  }

  function fail(app: Application, message: string): void {
    const status = app.status ?? emptyStatus()
    if (status.conditions?.[0]?.message === message) return
    write(app, { ...status, sync: { ...status.sync, status: 'Unknown' }, conditions: [{ type: 'ComparisonError', message, lastTransitionTime: toTimestamp(clock.now()) }] })
  }

  /** Replaces status and operation as a whole and leaves the rest to whoever else writes the Application. */
  function write(app: Application, status: ApplicationStatus, operation?: unknown): void {
    const current = store.get(refOf(app))
    if (current === undefined) return
    const { operation: _, ...rest } = current
    store.apply({ ...rest, ...(operation !== undefined && { operation }), status } as Application)
  }

  function poll(): void {
    cancelPoll = clock.setTimer(options.pollMs ?? 200, () => void refresh().then(() => (isStopped ? undefined : poll())))
  }

  const healthQueue = createQueue(clock, HEALTH_LATENCY_MS, updateHealth)
  const unsubscribe = store.subscribe(({ resource, object }) => {
    if (resource.plural !== 'rollouts') return
    const { namespace, name } = object.metadata
    for (const app of store.list('applications') as Application[]) {
      const isItsOwn = app.status?.resources?.some((ref) => ref.kind === 'Rollout' && ref.namespace === namespace && ref.name === name) ?? false
      if (isItsOwn) healthQueue.add(`${app.metadata.namespace}/${app.metadata.name}`)
    }
  })
  poll()
  return {
    refresh,
    async stop() {
      isStopped = true
      cancelPoll()
      unsubscribe()
      healthQueue.stop()
      await round
    },
  }
}

function refOf(app: Application): ObjectRef {
  return { plural: 'applications', namespace: app.metadata.namespace, name: app.metadata.name }
}
