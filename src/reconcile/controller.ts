import { normaliseRepoURL, rolloutKey } from '../domain/identity.ts'
import type { RolloutRef } from '../domain/rollout.ts'
import type { Serving } from '../domain/serving.ts'
import type { ClusterView, ViewChange } from '../ports.ts'
import { createDelivery, type Delivery } from './delivery.ts'
import { createEffects } from './effects.ts'
import { createJournal, type Environment } from './environment.ts'
import { assess } from './observe.ts'
import { createReconciler } from './reconciler.ts'
import { createWorkQueue, type WorkQueue } from './work-queue.ts'

/** Everything is looked at again this often, whatever was or was not told. */
const RESYNC_MS = 10 * 60_000
const CONCURRENCY = 8

export interface Controller extends AsyncDisposable {
  /**
   * Takes the baseline of clusters that the ledger does not know, then follows every change. The views must be started and fresh.
   */
  start(): Promise<void>
  /** A hint: look at this Rollout (`cluster/namespace/name`), Git and the forge included. */
  enqueue(key: string): void
  /** A hint: something was pushed to this repository, or one of its PRs moved. */
  enqueueRepository(repoURL: string): void
  /** A hint: this Application changed. */
  enqueueApplication(namespace: string, name: string): void
  serving(ref: RolloutRef): Serving
  /** Resolves when neither the queue nor the outbox has anything due. */
  idle(): Promise<void>
  readonly queueDepth: number
}

/** Who enqueues what: watches, webhooks and timers all name keys, and one reconciler handles them. */
export function createController(environment: Environment): Controller {
  const { ledger, clock, logger, views } = environment
  const journal = createJournal(ledger)
  const reconciler = createReconciler(environment, journal, (key, at) => queue.addAt(key, at))
  const queue: WorkQueue = createWorkQueue({
    clock,
    concurrency: CONCURRENCY,
    random: environment.random,
    process: async (key) => {
      await reconciler.reconcile(key)
      delivery.kick()
    },
    onError: (key, error, retryInMs) => logger.warn('a look at a Rollout failed and will be repeated', { rollout: key, retryInMs, error: String(error) }),
  })
  const delivery: Delivery = createDelivery({
    clock,
    ledger,
    journal,
    logger,
    random: environment.random,
    perform: createEffects(environment),
    onOver: ({ action }) => {
      const releases = action.type === 'publish-card' ? [] : (ledger.read('revert', action.revertKey)?.releases ?? [])
      for (const key of releases) enqueueRelease(key)
    },
  })
  const subscriptions: Disposable[] = []
  let resync: Disposable | undefined

  function enqueueRelease(key: string): void {
    const release = ledger.read('release', key)
    if (release) hinted({ cluster: release.cluster, namespace: release.namespace, name: release.rollout })
  }

  function hinted(ref: RolloutRef): void {
    const key = rolloutKey(ref)
    reconciler.hint(key)
    queue.add(key)
  }

  function onChange(view: ClusterView, change: ViewChange): void {
    if ('rollout' in change) queue.add(rolloutKey({ cluster: view.cluster, namespace: change.namespace, name: change.rollout }))
    else if ('application' in change) enqueueApplicationKey(change.application)
    else enqueueAll(view)
  }

  function enqueueApplicationKey(name: string): void {
    for (const application of environment.applications.applications()) {
      if (`${application.namespace}/${application.name}` !== name) continue
      for (const rollout of application.rollouts) enqueueRolloutOf(rollout, (cluster) => environment.deploysTo(application, cluster))
    }
  }

  function enqueueRolloutOf(name: string, isHere: (cluster: string) => boolean): void {
    const [namespace = '', rollout = ''] = name.split('/')
    for (const view of views) {
      if (isHere(view.cluster) && view.rollout(namespace, rollout)) queue.add(rolloutKey({ cluster: view.cluster, namespace, name: rollout }))
    }
  }

  function enqueueAll(view: ClusterView): void {
    for (const rollout of view.rollouts()) queue.add(rolloutKey(rollout))
    for (const release of ledger.releases({ open: true, limit: 10_000 })) {
      if (release.cluster === view.cluster) queue.add(rolloutKey({ cluster: release.cluster, namespace: release.namespace, name: release.rollout }))
    }
  }

  async function takeBaseline(view: ClusterView): Promise<void> {
    if (ledger.read('baseline', view.cluster)) return
    for (const rollout of view.rollouts()) await reconciler.reconcile(rolloutKey(rollout))
    await reconciler.endBaseline(view.cluster)
  }

  function planResync(): void {
    resync = clock.schedule(clock.now() + RESYNC_MS, () => {
      for (const view of views) enqueueAll(view)
      delivery.kick()
      planResync()
    })
  }

  function enqueueRepository(repoURL: string): void {
    const repository = normaliseRepoURL(repoURL)
    for (const revert of ledger.reverts({ repository, open: true })) for (const key of revert.releases) enqueueRelease(key)
    for (const release of ledger.releases({ open: true, limit: 10_000 })) if (release.repository === repository) enqueueRelease(release.key)
  }

  function serving(ref: RolloutRef): Serving {
    const view = views.find((one) => one.cluster === ref.cluster)
    return view ? assess(environment, view, ref) : { state: 'unknown', reason: 'Kedge does not watch this cluster.', failure: undefined, current: undefined }
  }

  return {
    async start() {
      for (const view of views) await takeBaseline(view)
      for (const view of new Set([...views, environment.applications])) subscriptions.push(view.subscribe((change) => onChange(view, change)))
      for (const view of views) enqueueAll(view)
      delivery.kick()
      planResync()
    },
    enqueue(key) {
      reconciler.hint(key)
      queue.add(key)
    },
    enqueueRepository,
    enqueueApplication: (namespace, name) => enqueueApplicationKey(`${namespace}/${name}`),
    serving,
    async idle() {
      do {
        await queue.idle()
        await delivery.idle()
      } while (queue.depth > 0)
    },
    get queueDepth() {
      return queue.depth
    },
    async [Symbol.asyncDispose]() {
      for (const subscription of subscriptions) subscription[Symbol.dispose]()
      resync?.[Symbol.dispose]()
      queue[Symbol.dispose]()
      delivery[Symbol.dispose]()
      await queue.idle()
      await delivery.idle()
    },
  }
}
