import { rolloutKey } from '../../domain/rollout/key.ts'
import type { Serving } from '../../domain/rollout/serving.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import type { ClusterView, ViewChange } from '../../ports/cluster-view.ts'
import { NO_TRACES } from '../../ports/tracer.ts'
import { createDelivery, type Delivery } from '../act/delivery.ts'
import { createEffects } from '../act/effects.ts'
import { adoptRelease, type AdoptResult } from '../decide/adopt.ts'
import { createJournal, type Environment } from '../environment.ts'
import { traceEffects, traceQuestions } from '../trace/traces.ts'
import { keyOfRelease, keysOfApplication, keysOfRepository, keysOfView } from './keys.ts'
import { assess } from './observe.ts'
import { createReconciler } from './reconciler.ts'
import { createWorkQueue, type WorkQueue } from './work-queue.ts'

/** Everything is looked at again this often, whatever was or was not told. */
const RESYNC_MS = 10 * 60_000
const CONCURRENCY = 8
const BASELINE_RETRY_MS = 5_000

export interface Controller extends AsyncDisposable {
  /**
   * Begins with a cluster whose first lists are in: takes its baseline when the ledger does not know it, then follows every change.
   */
  watch(view: ClusterView): Promise<void>
  /** Begins with the outbox and the clock's rounds. */
  start(): void
  /** A hint: look at this Rollout (`cluster/namespace/name`), Git and the forge included. */
  enqueue(key: string): void
  /** A hint: something was pushed to this repository, or one of its PRs moved. */
  enqueueRepository(repoURL: string): void
  /** A hint: this Application changed. */
  enqueueApplication(namespace: string, name: string): void
  serving(ref: RolloutRef): Serving
  /** A person wants a release that was broken before Kedge first looked to be handled like any other. */
  adopt(releaseKey: string): Promise<AdoptResult>
  /** Resolves when neither the queue nor the outbox has anything due. */
  idle(): Promise<void>
  readonly queueDepth: number
  /** Rollouts whose last look failed and will be repeated (Git or the forge is out of reach), each with the reason. */
  readonly troubles: ReadonlyMap<string, string>
}

/** Who enqueues what: watches, webhooks and timers all name keys, and one reconciler handles them. */
export function createController(given: Environment): Controller {
  const { tracer = NO_TRACES } = given
  const environment = given.tracer ? traceQuestions(given, given.tracer) : given
  const { ledger, clock, logger, views } = environment
  const journal = createJournal(ledger)
  const reconciler = createReconciler(environment, journal, (key, at) => queue.addAt(key, at))
  const queue: WorkQueue = createWorkQueue({
    clock,
    concurrency: CONCURRENCY,
    random: environment.random,
    process: async (key) => {
      try {
        await tracer.trace('reconcile', { 'kedge.rollout': key }, () => timed(environment, () => reconciler.reconcile(key)))
        troubles.delete(key)
      } finally {
        // A look that failed half-way may have recorded what people are to be told.
        delivery.kick()
      }
    },
    onError: (key, error, retryInMs) => {
      troubles.set(key, error instanceof Error ? error.message : String(error))
      logger.warn('a look at a Rollout failed and will be repeated', { rollout: key, retryInMs, error: String(error) })
    },
  })
  const delivery: Delivery = createDelivery({
    clock,
    ledger,
    journal,
    logger,
    random: environment.random,
    perform: traceEffects(tracer, createEffects(environment)),
    onOver: ({ action }) => {
      const releases = 'revertKey' in action ? (ledger.read('revert', action.revertKey)?.releases ?? []) : []
      hint(releases.flatMap((key) => ledger.read('release', key) ?? []).map(keyOfRelease))
    },
  })
  const subscriptions: Disposable[] = []
  const troubles = new Map<string, string>()
  let resync: Disposable | undefined
  let disposed = false

  function hint(keys: readonly string[]): void {
    for (const key of keys) {
      reconciler.hint(key)
      queue.add(key)
    }
  }

  function enqueueAll(view: ClusterView): void {
    for (const key of keysOfView(environment, view)) queue.add(key)
  }

  function onChange(view: ClusterView, change: ViewChange): void {
    if ('rollout' in change) queue.add(rolloutKey({ cluster: view.cluster, namespace: change.namespace, name: change.rollout }))
    else if ('application' in change) for (const key of keysOfApplication(environment, change.application)) queue.add(key)
    else enqueueAll(view)
  }

  /**
   * Tried until it is through: nothing that was broken before may ever be taken for new, and no fault may keep a cluster from being
   * watched.
   */
  async function takeBaseline(view: ClusterView): Promise<void> {
    try {
      if (await reconciler.takeBaseline(view)) return
    } catch (error) {
      logger.warn('what the cluster shows at the first look could not be recorded and will be tried again', {
        cluster: view.cluster,
        error: String(error),
      })
    }
    if (!disposed) subscriptions.push(clock.schedule(clock.now() + BASELINE_RETRY_MS, () => void takeBaseline(view)))
  }

  function planResync(): void {
    resync = clock.schedule(clock.now() + RESYNC_MS, () => {
      for (const view of views) enqueueAll(view)
      delivery.kick()
      planResync()
    })
  }

  function serving(ref: RolloutRef): Serving {
    const view = views.find((one) => one.cluster === ref.cluster)
    return view
      ? assess(environment, view, ref)
      : { state: 'unknown', reason: 'Kedge does not watch this cluster.', failure: undefined, current: undefined }
  }

  return {
    async watch(view) {
      if (views.includes(view)) await takeBaseline(view)
      subscriptions.push(view.subscribe((change) => onChange(view, change)))
      for (const one of view === environment.applications ? views : [view]) enqueueAll(one)
    },
    start() {
      delivery.kick()
      planResync()
    },
    async adopt(releaseKey) {
      const result = await adoptRelease(environment, journal, releaseKey)
      const release = ledger.read('release', releaseKey)
      if (release) hint([keyOfRelease(release)])
      return result
    },
    enqueue: (key) => hint([key]),
    enqueueRepository: (repoURL) => hint(keysOfRepository(environment, repoURL)),
    enqueueApplication: (namespace, name) => hint(keysOfApplication(environment, `${namespace}/${name}`)),
    serving,
    async idle() {
      do {
        await queue.idle()
        await delivery.idle()
      } while (queue.depth > 0)
    },
    troubles,
    get queueDepth() {
      return queue.depth
    },
    async [Symbol.asyncDispose]() {
      disposed = true
      for (const subscription of subscriptions) subscription[Symbol.dispose]()
      resync?.[Symbol.dispose]()
      queue[Symbol.dispose]()
      delivery[Symbol.dispose]()
      await queue.idle()
      await delivery.idle()
    },
  }
}

async function timed({ clock, onReconciled }: Environment, look: () => Promise<void>): Promise<void> {
  const began = clock.now()
  let result: 'ok' | 'error' = 'error'
  try {
    await look()
    result = 'ok'
  } finally {
    onReconciled?.(Math.max(0, clock.now() - began) / 1_000, result)
  }
}
