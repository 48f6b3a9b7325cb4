import { KedgeError } from '../../domain/errors.ts'
import { NO_TRACES } from '../../ports/tracer.ts'
import type { Environment } from '../environment.ts'
import type { Reconciler } from './reconciler.ts'
import { createWorkQueue, type WorkQueue } from './work-queue.ts'

const CONCURRENCY = 8

/** Asking whether the ledger is back costs nobody else anything, and all that waits for it is behind. */
const WITHOUT_LEDGER_MS = 10_000

export interface LookQueueOptions {
  reconciler: Pick<Reconciler, 'look' | 'follow' | 'watch'>
  /** Filled with the Rollouts whose last look failed, each with the reason. */
  troubles: Map<string, string>
  /** Told after each look: one that failed half-way, too, may have recorded what people are to be told. */
  onLooked: () => void
}

/**
 * The queue of Rollouts to be looked at, and behind it those about which Git and the forge are to be asked: a look never waits for them.
 * Nor does what is asked of a failure wait for what is in quarantine. Each of them is one trace, one measurement, and a trouble until it
 * has succeeded.
 */
export function createLookQueue(environment: Environment, { reconciler, troubles, onLooked }: LookQueueOptions): WorkQueue {
  const { clock, random, logger, tracer = NO_TRACES } = environment
  const create = <T>(
    name: string,
    work: (key: string) => Promise<T>,
    { concurrency = CONCURRENCY, onDone }: { concurrency?: number; onDone: (key: string, outcome: T) => void },
  ): WorkQueue =>
    createWorkQueue({
      clock,
      concurrency,
      random,
      longestBackOffMs: (error) => (isOfLedger(error) ? WITHOUT_LEDGER_MS : undefined),
      process: async (key) => {
        try {
          onDone(key, await tracer.trace(name, { 'kedge.rollout': key }, () => timed(environment, () => work(key))))
        } finally {
          onLooked()
        }
      },
      onError: (key, error, retryInMs) => {
        troubles.set(key, error instanceof Error ? error.message : String(error))
        logger.warn('a look at a Rollout failed and will be repeated', { rollout: key, retryInMs, error: String(error) })
      },
    })
  const follows = create('follow', (key) => reconciler.follow(key), { onDone: (key) => troubles.delete(key) })
  // One at a time: many may be due at once, and none is in a hurry.
  const watches = create('watch', (key) => reconciler.watch(key), { concurrency: 1, onDone: () => undefined })
  const looks = create('reconcile', (key) => reconciler.look(key), {
    onDone(key, looked) {
      if (looked.follows) follows.add(key)
      else troubles.delete(key)
      if (looked.watches) watches.add(key)
    },
  })
  const all = [looks, follows, watches]
  const depth = (): number => all.reduce((sum, queue) => sum + queue.depth, 0)
  return {
    add: (key) => looks.add(key),
    addAt: (key, at) => looks.addAt(key, at),
    async idle() {
      while (depth() > 0) for (const queue of all) await queue.idle()
    },
    get depth() {
      return depth()
    },
    [Symbol.dispose]() {
      for (const queue of all) queue[Symbol.dispose]()
    },
  }
}

const OF_LEDGER: ReadonlySet<string> = new Set([
  'E_LEDGER_UNREACHABLE',
  'E_LEDGER_WRITE',
  'E_LEDGER_DISK',
  'E_LEDGER_BROKEN',
  'E_LEDGER_LOST',
])

function isOfLedger(error: unknown): boolean {
  return error instanceof KedgeError && OF_LEDGER.has(error.code)
}

async function timed<T>({ clock, onReconciled }: Environment, look: () => Promise<T>): Promise<T> {
  const began = clock.elapsed()
  let result: 'ok' | 'error' = 'error'
  try {
    const outcome = await look()
    result = 'ok'
    return outcome
  } finally {
    onReconciled?.((clock.elapsed() - began) / 1_000, result)
  }
}
