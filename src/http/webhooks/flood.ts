import type { Clock } from '../../ports/clock.ts'

/** So many deliveries of one sender are read within a second. */
const MOST_A_SECOND = 20

/** Who sends more than is read. */
export interface Floods {
  /** Whether one more delivery of this sender is to be read now. */
  admits(source: string): boolean
}

/** See {@link Floods}. */
export function createFloods(clock: Clock): Floods {
  const seconds = new Map<string, { from: number; count: number }>()
  return {
    admits(source) {
      const now = clock.elapsed()
      const known = seconds.get(source)
      const second = known && now - known.from < 1_000 ? known : { from: now, count: 0 }
      second.count += 1
      seconds.set(source, second)
      return second.count <= MOST_A_SECOND
    },
  }
}
