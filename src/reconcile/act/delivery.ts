import type { Effect } from '../../domain/effect.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ledger, LedgerEntry } from '../../ports/ledger.ts'
import type { Logger } from '../../ports/log.ts'
import type { Journal } from '../environment.ts'

/** How an effect came out. `entries`: what else changed, written with the receipt in one transaction. */
export interface Delivered {
  state: 'done' | 'abandoned'
  event: string
  receipt?: Effect['receipt']
  entries?: () => readonly LedgerEntry[]
}

export interface DeliveryOptions {
  clock: Clock
  ledger: Ledger
  journal: Journal
  logger: Logger
  random: () => number
  /** Does it, or finds that it is done already. @throws KedgeError to be tried again */
  perform: (effect: Effect) => Promise<Delivered>
  /** Told after each effect that is over, so that its Rollouts are looked at again. */
  onOver: (effect: Effect) => void
}

export interface Delivery extends Disposable {
  /** Looks at the outbox now. */
  kick(): void
  /** Resolves when nothing that is due is left. */
  idle(): Promise<void>
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5 * 60_000
/** Faults that only a person can mend are tried again at this pace: the intent is never lost. */
const HOPELESS_RETRY_MS = 10 * 60_000
const LANES = 16

/**
 * Works off the outbox: intent before effect, receipt after. One lane per revert or release keeps their effects in order; lanes run side
 * by side. Before an effect starts, its attempt is written down, so that after a crash the next try looks before it acts.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { clock, ledger, journal } = options
  const busy = new Set<string>()
  let waiting: (() => void)[] = []
  let timer: Disposable | undefined
  let disposed = false

  function kick(): void {
    if (disposed) return settle()
    const now = clock.now()
    const blocked = new Set<string>(busy)
    let earliest = Infinity
    for (const effect of ledger.pendingEffects()) {
      const lane = laneOf(effect)
      if (blocked.has(lane)) continue
      blocked.add(lane)
      if (effect.notBefore > now) earliest = Math.min(earliest, effect.notBefore)
      else if (busy.size < LANES) void work(effect, lane)
    }
    timer?.[Symbol.dispose]()
    timer = earliest === Infinity ? undefined : clock.schedule(earliest, kick)
    settle()
  }

  async function work(effect: Effect, lane: string): Promise<void> {
    busy.add(lane)
    let over = true
    try {
      const started: Effect = { ...effect, attempts: effect.attempts + 1 }
      await record(started, 'effect-started')
      over = await attempt(started)
    } catch (error) {
      options.logger.error('an effect could not be recorded', { effect: effect.key, error: String(error) })
      busy.delete(lane)
      timer ??= clock.schedule(clock.now() + FIRST_RETRY_MS, kick)
      return settle()
    }
    busy.delete(lane)
    if (over) options.onOver(effect)
    kick()
  }

  /** @returns whether the effect is over */
  async function attempt(started: Effect): Promise<boolean> {
    try {
      const delivered = await options.perform({ ...started, attempts: started.attempts - 1 })
      const document: Effect = { ...started, state: delivered.state, receipt: delivered.receipt, lastError: undefined }
      await journal.commit(() => [...(delivered.entries?.() ?? []), { kind: 'effect', key: started.key, event: delivered.event, document }])
      return true
    } catch (error) {
      const wait = retryAfter(error, started.attempts, options.random())
      options.logger.warn('an effect failed and will be tried again', {
        effect: started.key,
        attempt: started.attempts,
        retryInMs: wait,
        error: describe(error),
      })
      await record({ ...started, notBefore: clock.now() + wait, lastError: describe(error) }, 'effect-failed')
      return false
    }
  }

  function record(document: Effect, event: string): Promise<void> {
    return journal.commit(() => [{ kind: 'effect', key: document.key, event, document }])
  }

  function settle(): void {
    if (busy.size > 0) return
    const resolved = waiting
    waiting = []
    for (const resolve of resolved) resolve()
  }

  return {
    kick,
    idle: () => (busy.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    [Symbol.dispose]() {
      disposed = true
      timer?.[Symbol.dispose]()
    },
  }
}

function laneOf({ action }: Effect): string {
  return 'revertKey' in action ? `revert ${action.revertKey}` : `${action.type} ${action.releaseKey}`
}

function retryAfter(error: unknown, attempts: number, random: number): number {
  if (error instanceof KedgeError && error.retryAfterSeconds !== undefined) return Math.ceil(error.retryAfterSeconds * 1_000)
  if (error instanceof KedgeError && !error.retryable) return HOPELESS_RETRY_MS
  const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 16))
  return Math.round(backoff * (0.5 + random / 2))
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500)
}
