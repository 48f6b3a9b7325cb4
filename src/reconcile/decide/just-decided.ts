import type { Clock } from '../../ports/clock.ts'
import type { Case } from './case.ts'

/** A case, and when it was decided on, by `Clock.elapsed`. */
export interface Decided {
  readonly known: Case
  readonly at: number
}

/** Cases on which a revert was just decided, by its key: the push that follows at once need not ask Git again. In memory only. */
export interface JustDecided {
  note(revertKey: string, decided: Decided): void
  /** What was decided on less than a second ago. It can be had once. */
  take(revertKey: string): Decided | undefined
}

/** Longer than an effect takes to begin where nothing is in its way. */
const LASTS_MS = 1_000

/** See {@link JustDecided}. */
export function createJustDecided(clock: Pick<Clock, 'elapsed'>): JustDecided {
  const cases = new Map<string, Decided>()
  const isFresh = ({ at }: Decided): boolean => clock.elapsed() - at <= LASTS_MS
  return {
    note(revertKey, decided) {
      for (const [key, one] of cases) if (!isFresh(one)) cases.delete(key)
      cases.set(revertKey, decided)
    },
    take(revertKey) {
      const decided = cases.get(revertKey)
      cases.delete(revertKey)
      return decided && isFresh(decided) ? decided : undefined
    },
  }
}
