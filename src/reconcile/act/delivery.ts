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
  /** Resolves when nothing that is due is left. */
  idle(): Promise<void>
}

/** An effect that could not even be written down is looked at again after this long. */
const LEDGER_RETRY_MS = 1_000
const LANES = 16

/**
 * Works off the outbox: intent before effect, receipt after. One lane per revert or release keeps their effects in order; lanes run side
 * by side.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { clock, ledger } = options
  const busy = new Set<string>()
  const idle = createIdle(() => busy.size > 0)
  let timer: Disposable | undefined
  let disposed = false

  function kick(): void {
    if (disposed) return idle.check()
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
    idle.check()
  }

  async function work(effect: Effect, lane: string): Promise<void> {
    busy.add(lane)
    const isOver = await attempt(options, effect).catch((error: unknown) => {
      options.logger.error('an effect could not be recorded', { effect: effect.key, error: String(error) })
    })
    busy.delete(lane)
    if (isOver === undefined) {
      timer ??= clock.schedule(clock.now() + LEDGER_RETRY_MS, kick)
      return idle.check()
    }
    if (isOver) options.onOver(effect)
    kick()
  }

  return {
    kick,
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
