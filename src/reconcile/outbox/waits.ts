import type { Effect } from '../../domain/effect.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Attempted } from './attempt.ts'
import { createBreaker, type Breaker } from './breaker.ts'

/** What has failed waits, by the clock's `elapsed`: no clock that is set back holds it up. In memory only: after a start, nothing waits. */
export interface Waits {
  /** Until when; -Infinity where nothing is waited for. */
  until(effect: Effect): number
  /** When its lane was last tried in vain; -1 where it was not. */
  lastTried(effect: Effect): number
  /** How many of those that ask the same side may be tried at the same time. */
  lanes(effect: Effect): number
  note(effect: Effect, tried: Attempted): void
  /** It waits no longer than `gapMs` from its last try, unless the other side has asked for it. */
  hasten(effect: Effect, gapMs: number): void
}

/** So many for each side: one that hangs holds up no other. */
const LANES = 16

/** See {@link Waits}. `random`: in [0, 1). */
export function createWaits(clock: Pick<Clock, 'elapsed'>, random: () => number, sideOfChannel: SideOfChannel): Waits {
  /** What has failed last in each lane. Where the other side has asked to wait, whatever comes after it in the lane does. */
  const failures = new Map<string, { key: string; triedAt: number; at: number; isAsked: boolean }>()
  /** Of the channels that do not answer. */
  const breakers = new Map<string, Breaker>()

  function noteAnswer(side: string, isAway: boolean): void {
    if (!isAway) return void breakers.delete(side)
    const breaker = breakers.get(side) ?? createBreaker(clock, random)
    breakers.set(side, breaker)
    breaker.note()
  }

  return {
    until(effect) {
      const failed = failures.get(laneOf(effect))
      const own = failed && (failed.isAsked || failed.key === effect.key) ? failed.at : -Infinity
      return Math.max(own, breakers.get(sideOf(effect, sideOfChannel))?.dueAt ?? -Infinity)
    },
    lastTried: (effect) => failures.get(laneOf(effect))?.triedAt ?? -1,
    lanes: (effect) => (breakers.has(sideOf(effect, sideOfChannel)) ? 1 : LANES),
    note(effect, tried) {
      const lane = laneOf(effect)
      const triedAt = clock.elapsed()
      // Where nobody gets an answer, the breaker waits for all.
      const isAway = tried.isOver ? false : tried.isAway
      if (tried.isOver) failures.delete(lane)
      else failures.set(lane, { key: effect.key, triedAt, at: isAway ? triedAt : triedAt + tried.retryInMs, isAsked: tried.isAsked })
      if (isAway !== undefined) noteAnswer(sideOf(effect, sideOfChannel), isAway)
    },
    hasten(effect, gapMs) {
      const failed = failures.get(laneOf(effect))
      if (failed?.key !== effect.key || failed.isAsked) return
      failed.at = Math.min(failed.at, failed.triedAt + gapMs)
      breakers.get(sideOf(effect, sideOfChannel))?.hasten(gapMs)
    },
  }
}

/** Effects of one lane are done one after the other. */
export function laneOf({ action }: Effect): string {
  if ('revertKey' in action) return `revert ${action.revertKey}`
  // Several Rollouts may have something to say of one commit, and the last word has to come last.
  if (action.type === 'mark-commit') return `${action.type} ${action.commit}`
  // Its first release may become another one, and two at once would write two comments.
  if (action.type === 'announce-release') return `${action.type} ${action.announcement}`
  // A channel that is told besides waits for no other, and none for it.
  return `${action.type} ${action.releaseKey}${action.type === 'publish-card' && action.also ? ` ${action.channel}` : ''}`
}

/** Who is asked for a channel; see `Channel.sideOf`. */
export type SideOfChannel = (channel: string) => string

/** Who is asked: the Git host, who collects traces, or one of the channels. */
export function sideOf({ action }: Effect, sideOfChannel: SideOfChannel): string {
  if (action.type !== 'publish-card') return 'revertKey' in action ? 'revert' : action.type
  return `${action.type} ${sideOfChannel(action.channel)}`
}
