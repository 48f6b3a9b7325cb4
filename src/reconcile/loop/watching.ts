import { rolloutKey } from '../../domain/rollout/key.ts'
import type { ClusterView, ViewChange } from '../../ports/cluster-view.ts'
import type { Environment } from '../environment.ts'
import { keysLeft, keysOfApplication, keysOfView } from './keys.ts'

/** Everything is looked at again this often, whatever was or was not told. */
const RESYNC_MS = 10 * 60_000
const BASELINE_RETRY_MS = 5_000

export interface Watching extends Disposable {
  /**
   * Begins with a cluster whose first lists are in: takes its baseline when the ledger does not know it, then follows every change.
   */
  watch(view: ClusterView): Promise<void>
  /** Begins with the clock's rounds. */
  start(): void
}

interface Aims {
  /** Asks for a Rollout to be looked at. */
  add: (key: string) => void
  /** Whether a cluster is looked after here: no baseline is taken of another. */
  leads: (cluster: string) => boolean
  /** See `Reconciler.takeBaseline`. */
  takeBaseline: (view: ClusterView) => Promise<boolean>
  /** Told at each round of the clock. */
  onRound: () => void
}

/** Turns what the views tell, and the clock's rounds, into keys to look at. */
export function createWatching(environment: Environment, { add, leads, takeBaseline, onRound }: Aims): Watching {
  const { alerts, clock, logger, views } = environment
  const subscriptions: Disposable[] = []
  /** Of the clusters whose baseline is to be tried again. */
  const retries = new Map<ClusterView, Disposable>()
  let round: Disposable | undefined
  let isDisposed = false

  function addAll(view: ClusterView): void {
    for (const key of keysOfView(environment, view)) add(key)
  }

  /** All that may be decided on otherwise, now that this view is believed again, or no longer. */
  function addConcerned(view: ClusterView): void {
    for (const one of view === environment.applications ? views : [view]) addAll(one)
  }

  function onChange(view: ClusterView, change: ViewChange): void {
    if ('rollout' in change) add(rolloutKey({ cluster: view.cluster, namespace: change.namespace, name: change.rollout }))
    else if ('application' in change) for (const key of keysOfApplication(environment, change.namespace, change.application)) add(key)
    else addConcerned(view)
  }

  /**
   * Tried until it is through: nothing that was broken before may ever be taken for new, and no fault may keep a cluster from being
   * watched.
   */
  async function begin(view: ClusterView): Promise<void> {
    try {
      if (await takeBaseline(view)) return
    } catch (error) {
      const what = 'what the cluster shows at the first look could not be recorded and will be tried again'
      logger.warn(what, { cluster: view.cluster, error: String(error) })
    }
    if (!isDisposed)
      retries.set(
        view,
        clock.after(BASELINE_RETRY_MS, () => void begin(view)),
      )
  }

  function planRound(): void {
    for (const key of keysLeft(environment)) add(key)
    round = clock.after(RESYNC_MS, () => {
      for (const view of views) addAll(view)
      onRound()
      planRound()
    })
  }

  return {
    async watch(view) {
      if (views.includes(view) && leads(view.cluster)) await begin(view)
      subscriptions.push(view.subscribe((change) => onChange(view, change)))
      addConcerned(view)
    },
    start() {
      if (alerts) subscriptions.push(alerts.subscribe(add))
      planRound()
    },
    [Symbol.dispose]() {
      isDisposed = true
      for (const subscription of [...subscriptions, ...retries.values()]) subscription[Symbol.dispose]()
      round?.[Symbol.dispose]()
    },
  }
}
