import type { Effect } from '../../domain/effect.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { attempt, type Attempted, type AttemptOptions } from '../outbox/attempt.ts'
import { createIdle } from '../outbox/idle.ts'
import { createWaits, laneOf, sideOf, type SideOfChannel } from '../outbox/waits.ts'

export interface DeliveryOptions extends AttemptOptions {
  ledger: Ledger
  /** Told after each effect that is over, so that its Rollouts are looked at again. */
  onOver: (effect: Effect) => void
  /** One channel that does not answer holds up no other. */
  sideOfChannel: SideOfChannel
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

/**
 * Works off the outbox: intent before effect, receipt after. One lane per revert or release keeps their effects in order; lanes run side by
 * side, those first that were not tried for longest.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { clock, ledger } = options
  const busy = new Map<string, Effect>()
  /** How many of them ask each side. Hundreds may wait, and each is looked at whenever one is over. */
  const busySides = new Map<string, number>()
  const waits = createWaits(clock, options.random, options.sideOfChannel)
  const idle = createIdle(() => busy.size > 0)
  let timer: Disposable | undefined
  let disposed = false

  function kick(): void {
    if (disposed) return idle.check()
    const now = clock.elapsed()
    const heads = headsOfLanes(ledger.pendingEffects()).filter((effect) => !busy.has(laneOf(effect)))
    for (const effect of heads.toSorted((a, b) => waits.lastTried(a) - waits.lastTried(b))) {
      const besides = busySides.get(sideOf(effect, options.sideOfChannel)) ?? 0
      if (waits.until(effect) <= now && besides < waits.lanes(effect)) void work(effect)
    }
    timer?.[Symbol.dispose]()
    const earliest = Math.min(...heads.map((effect) => waits.until(effect)).filter((at) => at > now))
    timer = earliest === Infinity ? undefined : clock.after(earliest - now, kick)
    idle.check()
  }

  async function work(effect: Effect): Promise<void> {
    const side = sideOf(effect, options.sideOfChannel)
    busy.set(laneOf(effect), effect)
    busySides.set(side, (busySides.get(side) ?? 0) + 1)
    const tried: Attempted = await attempt(options, effect).catch((error: unknown) => {
      options.logger.error('an effect could not be recorded', { effect: effect.key, error: String(error) })
      return { isOver: false as const, retryInMs: LEDGER_RETRY_MS, isAsked: false, isAway: undefined }
    })
    busy.delete(laneOf(effect))
    busySides.set(side, (busySides.get(side) ?? 1) - 1)
    waits.note(effect, tried)
    if (tried.isOver) options.onOver(effect)
    kick()
  }

  return {
    kick,
    hasten(isMeant, gapMs) {
      for (const effect of ledger.pendingEffects().filter(isMeant)) waits.hasten(effect, gapMs)
      kick()
    },
    idle: () => idle.reached(),
    [Symbol.dispose]() {
      disposed = true
      timer?.[Symbol.dispose]()
    },
  }
}

/** The oldest of each lane. */
function headsOfLanes(effects: readonly Effect[]): readonly Effect[] {
  const heads = new Map<string, Effect>()
  for (const effect of effects) if (!heads.has(laneOf(effect))) heads.set(laneOf(effect), effect)
  return [...heads.values()]
}
