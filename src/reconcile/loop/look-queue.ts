import { NO_TRACES } from '../../ports/tracer.ts'
import type { Environment } from '../environment.ts'
import type { Reconciler } from './reconciler.ts'
import { createWorkQueue, type WorkQueue } from './work-queue.ts'

const CONCURRENCY = 8

export interface LookQueueOptions {
  reconciler: Pick<Reconciler, 'reconcile'>
  /** Filled with the Rollouts whose last look failed, each with the reason. */
  troubles: Map<string, string>
  /** Told after each look: one that failed half-way, too, may have recorded what people are to be told. */
  onLooked: () => void
}

/** The queue of Rollouts to be looked at: each look is one trace, one measurement, and a trouble until it has succeeded. */
export function createLookQueue(environment: Environment, { reconciler, troubles, onLooked }: LookQueueOptions): WorkQueue {
  const { clock, random, logger, tracer = NO_TRACES } = environment
  return createWorkQueue({
    clock,
    concurrency: CONCURRENCY,
    random,
    process: async (key) => {
      try {
        await tracer.trace('reconcile', { 'kedge.rollout': key }, () => timed(environment, () => reconciler.reconcile(key)))
        troubles.delete(key)
      } finally {
        onLooked()
      }
    },
    onError: (key, error, retryInMs) => {
      troubles.set(key, error instanceof Error ? error.message : String(error))
      logger.warn('a look at a Rollout failed and will be repeated', { rollout: key, retryInMs, error: String(error) })
    },
  })
}

async function timed({ clock, onReconciled }: Environment, look: () => Promise<void>): Promise<void> {
  const began = clock.elapsed()
  let result: 'ok' | 'error' = 'error'
  try {
    await look()
    result = 'ok'
  } finally {
    onReconciled?.((clock.elapsed() - began) / 1_000, result)
  }
}
