import type { Clock } from '../../ports/clock.ts'
import type { Blindness } from '../../ports/cluster-view.ts'
import type { ApiFault } from './api-fault.ts'
import type { WatchScope } from './resources.ts'

/** What is known of one watch's eyesight. */
export interface Sight {
  readonly scope: WatchScope
  /** Epoch ms of the last sign of life; 0 before the first. */
  aliveAt(): number
  /** How long nothing was heard, milliseconds. */
  silentMs(): number
  /** The server has answered the first list: with all there is, or that there is none, or that it may not be seen. */
  isAnswered(): boolean
  /** The server serves no such kind. */
  isAbsent(): boolean
  /** Why and since when this watch is blind; undefined while it sees. */
  blindness(): Omit<Blindness, 'kind'> | undefined
  /** The server was heard. */
  alive: () => void
  /** The first full list is in. */
  listed: () => void
  /** The server does not serve this kind: that is nothing to be blind to, until another answer comes. */
  absent: () => void
  /** The server lets us watch again. */
  admitted: () => void
  failed(fault: ApiFault): void
}

// The server has said no: that will not pass by itself within the grace that a lost connection gets.
const REFUSALS: ReadonlySet<ApiFault['kind']> = new Set(['unauthorized', 'forbidden', 'absent', 'config'])

/**
 * The eyesight of one watch. It is blind before its first list, as soon as the server refuses, and when nothing was heard for
 * `staleAfterMs`; `onChange` hears of refusals, of the first list and of a kind that is not there, not of the mere passing of time.
 */
export function createSight(scope: WatchScope, clock: Clock, options: { staleAfterMs: number; onChange: () => void }): Sight {
  const startedAt = clock.now()
  let heardAt = 0
  let heardElapsed = clock.elapsed()
  let isListed = false
  let isAbsent = false
  let refusal: Omit<Blindness, 'kind'> | undefined
  let trouble = ''

  const silentMs = (): number => clock.elapsed() - heardElapsed
  function heard(): void {
    heardAt = clock.now()
    heardElapsed = clock.elapsed()
  }

  return {
    scope,
    aliveAt: () => heardAt,
    silentMs,
    isAnswered: () => isListed || isAbsent || refusal?.neverGranted === true,
    isAbsent: () => isAbsent,
    blindness() {
      if (isAbsent) return undefined
      if (refusal !== undefined) return refusal
      if (!isListed) return { reason: `not listed yet${trouble}`, since: startedAt }
      if (silentMs() < options.staleAfterMs) return undefined
      return {
        reason: `nothing heard for ${Math.floor(silentMs() / 1_000)} s${trouble}`,
        since: heardAt + options.staleAfterMs,
      }
    },
    alive: heard,
    listed() {
      heard()
      isAbsent = false
      isListed = true
      options.onChange()
    },
    absent() {
      heard()
      trouble = ''
      refusal = undefined
      if (isAbsent) return
      isAbsent = true
      options.onChange()
    },
    admitted() {
      heard()
      trouble = ''
      if (refusal === undefined) return
      refusal = undefined
      options.onChange()
    },
    failed(fault) {
      trouble = `: ${fault.message}`
      isAbsent = false
      if (!REFUSALS.has(fault.kind)) return
      refusal = refusalOf(fault, { isListed, since: refusal?.since ?? clock.now() })
      options.onChange()
    },
  }
}

function refusalOf({ kind, message }: ApiFault, { isListed, since }: { isListed: boolean; since: number }): Omit<Blindness, 'kind'> {
  return { reason: message, since, ...(kind === 'forbidden' && !isListed && { neverGranted: true }) }
}
