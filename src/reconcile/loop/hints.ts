import type { Effect } from '../../domain/effect.ts'
import type { Environment } from '../environment.ts'
import { keysOfApplication, keysOfRepository, rolloutsOf } from './keys.ts'

/** What somebody outside says: nothing depends on it, and much comes sooner for it. */
export interface Hints {
  /** Look at this Rollout (`cluster/namespace/name`), Git and the forge included. */
  enqueue(key: string): void
  /** Something was pushed to this repository, or one of its PRs moved. */
  enqueueRepository(repoURL: string): void
  /** This Application changed. */
  enqueueApplication(namespace: string, name: string): void
  /** An alert has come or gone. */
  enqueueAlerts(): void
  /** A person says that what stood in the way is repaired: all that waits for this Rollout is tried now. */
  retry(key: string): void
}

/** Hints may come by the hundred: what was refused less than this ago is not asked again for one. */
const HINT_GAP_MS = 1_000

interface Aims {
  /** Looks at these Rollouts again, and asks Git and the forge. */
  lookAgain: (keys: readonly string[]) => void
  /** See `Delivery.hasten`. */
  hasten: (isMeant: (effect: Effect) => boolean, gapMs: number) => void
}

/** See {@link Hints}. */
export function createHints(environment: Environment, { lookAgain, hasten }: Aims): Hints {
  function hint(keys: readonly string[], gapMs = HINT_GAP_MS): void {
    lookAgain(keys)
    const meant = new Set(keys)
    hasten((effect) => rolloutsOf(environment, effect).some((key) => meant.has(key)), gapMs)
  }

  return {
    enqueue: (key) => hint([key]),
    enqueueRepository: (repoURL) => hint(keysOfRepository(environment, repoURL)),
    enqueueApplication: (namespace, name) => hint(keysOfApplication(environment, namespace, name)),
    enqueueAlerts: () => environment.alerts?.hint(),
    retry: (key) => hint([key], 0),
  }
}
