import { reconcile, updateHealth, type Cluster } from './argo-cd/reconcile.ts'
import type { Application } from './argo-cd/types.ts'
import type { CancelTimer } from './clock.ts'
import { createQueue } from './queue.ts'

/** Argo CD sees a Rollout's change about as fast as this. */
const HEALTH_LATENCY_MS = 20

export interface ArgoCdOptions extends Cluster {
  /** How often branch heads are looked at, in milliseconds. Default 200; a real one takes minutes. */
  pollMs?: number
}

/** Just enough of Argo CD that an Application's status goes through the states a real one shows. */
export interface ArgoCd {
  /** Compares all Applications now. */
  refresh(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts the stand-in on the Applications of a store: compares, syncs automatically, follows the health of Rollouts.
 */
export function startArgoCd(options: ArgoCdOptions): ArgoCd {
  const { store, clock } = options
  let isStopped = false
  let cancelPoll: CancelTimer = () => {}
  let round: Promise<void> = Promise.resolve()

  /** Rounds never overlap, so that each writes on what the one before has left. */
  function refresh(): Promise<void> {
    round = round.then(async () => {
      for (const app of store.list('applications')) if (!isStopped) await reconcile(options, app as Application)
    })
    return round
  }

  function poll(): void {
    cancelPoll = clock.setTimer(options.pollMs ?? 200, () => void refresh().then(() => (isStopped ? undefined : poll())))
  }

  const healthQueue = createQueue(clock, HEALTH_LATENCY_MS, (key) => updateHealth(options, key))
  const unsubscribe = store.subscribe(({ resource, object }) => {
    if (resource.plural !== 'rollouts') return
    const { namespace, name } = object.metadata
    for (const app of store.list('applications') as Application[]) {
      const isItsOwn =
        app.status?.resources?.some((ref) => ref.kind === 'Rollout' && ref.namespace === namespace && ref.name === name) ?? false
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
