import type { Effect } from '../../domain/effect.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { createIdle } from '../loop/idle.ts'
import { attempt, type AttemptOptions } from './attempt.ts'

export interface DeliveryOptions extends AttemptOptions {
  ledger: Ledger
  /** Told after each effect that is over, so that its Rollouts are looked at again. */
  onOver: (effect: Effect) => void
}

export interface Delivery extends Disposable {
  /** Looks at the outbox now. */
  kick(): void
  /**
   * Something says that these may go through by now: they wait no longer than `gapMs` from their last try, unless the other side has asked
   * for it.
   */
  hasten(isMeant: (effect: Effect) => boolean, gapMs: number): void
  /** Resolves when nothing that is due is left. */
  idle(): Promise<void>
}

/** An effect that could not even be written down is looked at again after this long. */
const LEDGER_RETRY_MS = 1_000
const LANES = 16

/**
 * Works off the outbox: intent before effect, receipt after. One lane per revert or release keeps their effects in order; lanes run side
 * by side. What has failed waits by the clock's `elapsed`, so that no clock that is set back holds it up; after a start, nothing waits.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { clock, ledger } = options
  const busy = new Set<string>()
  /** What has failed last in each lane. Where the other side has asked to wait, whatever comes after it in the lane does. */
  const waiting = new Map<string, { key: string; triedAt: number; at: number; isAsked: boolean }>()
  const idle = createIdle(() => busy.size > 0)
  let timer: Disposable | undefined
  let disposed = false

  function kick(): void {
    if (disposed) return idle.check()
    const now = clock.elapsed()
    const blocked = new Set<string>(busy)
    let earliest = Infinity
    for (const effect of ledger.pendingEffects()) {
      const lane = laneOf(effect)
      if (blocked.has(lane)) continue
      blocked.add(lane)
      const at = dueAt(effect, lane) ?? now
      if (at > now) earliest = Math.min(earliest, at)
      else if (busy.size < LANES) void work(effect, lane)
    }
    timer?.[Symbol.dispose]()
    timer = earliest === Infinity ? undefined : clock.after(earliest - now, kick)
    idle.check()
  }

  function dueAt({ key }: Effect, lane: string): number | undefined {
    const failed = waiting.get(lane)
    return failed && (failed.isAsked || failed.key === key) ? failed.at : undefined
  }

  async function work(effect: Effect, lane: string): Promise<void> {
    busy.add(lane)
    const tried = await attempt(options, effect).catch((error: unknown) => {
      options.logger.error('an effect could not be recorded', { effect: effect.key, error: String(error) })
      return { isOver: false as const, retryInMs: LEDGER_RETRY_MS, isAsked: false }
    })
    busy.delete(lane)
    const triedAt = clock.elapsed()
    if (tried.isOver) waiting.delete(lane)
    else waiting.set(lane, { key: effect.key, triedAt, at: triedAt + tried.retryInMs, isAsked: tried.isAsked })
    if (tried.isOver) options.onOver(effect)
    kick()
  }

  return {
    kick,
    hasten(isMeant, gapMs) {
      if (waiting.size === 0) return
      for (const effect of ledger.pendingEffects()) {
        const failed = waiting.get(laneOf(effect))
        if (failed?.key !== effect.key || failed.isAsked || !isMeant(effect)) continue
        failed.at = Math.min(failed.at, failed.triedAt + gapMs)
      }
      kick()
    },
    idle: () => idle.reached(),
    [Symbol.dispose]() {
      disposed = true
      timer?.[Symbol.dispose]()
    },
  }
}

function laneOf({ action }: Effect): string {
  return 'revertKey' in action ? `revert ${action.revertKey}` : `${action.type} ${action.releaseKey}`
}
