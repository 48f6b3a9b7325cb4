import type { Clock } from '../../ports/clock.ts'
import type { ApiFault } from './api-fault.ts'
import type { WatchScope } from './resources.ts'

/** What is known of one watch's eyesight. */
export interface Sight {
  readonly scope: WatchScope
  /** Epoch ms of the last sign of life; 0 before the first. */
  aliveAt(): number
  hasListed(): boolean
  /** Why and since when this watch is blind; undefined while it sees. */
  blindness(): { reason: string; since: number } | undefined
  /** The server was heard. */
  alive: () => void
  /** The first full list is in. */
  listed: () => void
  /** The server lets us watch again. */
  admitted: () => void
  failed(fault: ApiFault): void
}

// The server has said no: that will not pass by itself within the grace that a lost connection gets.
const REFUSALS: ReadonlySet<ApiFault['kind']> = new Set(['unauthorized', 'forbidden', 'absent', 'config'])

/**
 * The eyesight of one watch. It is blind before its first list, as soon as the server refuses, and when nothing was heard for
 * `staleAfterMs`; `onChange` hears of refusals and of the first list, not of the mere passing of time.
 */
export function createSight(scope: WatchScope, clock: Clock, options: { staleAfterMs: number; onChange: () => void }): Sight {
  const startedAt = clock.now()
  let heardAt = 0
  let isListed = false
  let refusal: { reason: string; since: number } | undefined
  let trouble = ''

  return {
    scope,
    aliveAt: () => heardAt,
    hasListed: () => isListed,
    blindness() {
      if (refusal !== undefined) return refusal
      if (!isListed) return { reason: `not listed yet${trouble}`, since: startedAt }
      if (clock.now() - heardAt < options.staleAfterMs) return undefined
      return {
        reason: `nothing heard for ${Math.floor((clock.now() - heardAt) / 1_000)} s${trouble}`,
        since: heardAt + options.staleAfterMs,
      }
    },
    alive() {
      heardAt = clock.now()
    },
    listed() {
      heardAt = clock.now()
      isListed = true
      options.onChange()
    },
    admitted() {
      heardAt = clock.now()
      trouble = ''
      if (refusal === undefined) return
      refusal = undefined
      options.onChange()
    },
    failed(fault) {
      trouble = `: ${fault.message}`
      if (!REFUSALS.has(fault.kind)) return
      refusal = { reason: fault.message, since: refusal?.since ?? clock.now() }
      options.onChange()
    },
  }
}
