import type { Clock } from '../clock.ts'

/** So much of it in so long. */
export interface Window {
  ms: number
  most: number
}

/** Counts by token what was asked, and says when it is too much. What is refused is not counted. */
export interface WriteLimits {
  /** Takes one request that weighs so much; false where it is refused. */
  take(token: string, weight: number): boolean
}

/** Limits that look back on the last so many milliseconds, as forges document theirs. */
export function createWriteLimits(clock: Clock, windows: readonly Window[]): WriteLimits {
  const taken = new Map<string, { at: number; weight: number }[]>()
  const longest = Math.max(0, ...windows.map(({ ms }) => ms))
  return {
    take(token, weight) {
      const now = clock.now()
      const kept = (taken.get(token) ?? []).filter(({ at }) => now - at < longest)
      taken.set(token, kept)
      const isFull = windows.some(({ ms, most }) => {
        const within = kept.filter(({ at }) => now - at < ms)
        return within.reduce((sum, one) => sum + one.weight, weight) > most
      })
      if (!isFull && weight > 0) kept.push({ at: now, weight })
      return !isFull
    },
  }
}
