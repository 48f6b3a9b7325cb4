import type { Release } from '../../domain/release/release.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../loop/stands-for.ts'
import { tell } from './tell.ts'

/** How long Git may take to answer before people are told without it: mostly, one card says it all. */
const PATIENCE_MS = 500

export interface FirstWords {
  /**
   * Tells of a new failure once Git has had its time, whatever is known by then; the same card is completed later. `isNew`: the look has
   * just recorded it.
   * @returns when to look again (by the clock's `elapsed`), where it is too early
   */
  tell(pass: Pass, release: Release, given: { isNew: boolean }): Promise<number | undefined>
}

/** Nothing was decided on the newest attempt, so nobody has told of it. */
function isUndecided({ state, attempts, decision }: Release): boolean {
  return state === 'failed' && (decision === null || decision.at < (attempts.at(-1)?.seenAt ?? 0))
}

/** See {@link FirstWords}. In memory only: after a restart, what has no card and no decision counts as new. */
export function createFirstWords(environment: Environment, journal: Journal): FirstWords {
  const { clock, ledger } = environment
  /** When to tell, by attempt; once told, never again. */
  const dueAt = new Map<string, number>()

  return {
    async tell({ policy }, { key, attempts, state, decision }, { isNew }) {
      const attempt = attempts.at(-1)?.key
      if (attempt === undefined || state !== 'failed') return void (attempt === undefined || dueAt.delete(attempt))
      if (isNew || (decision === null && !ledger.read('card', key))) dueAt.set(attempt, dueAt.get(attempt) ?? clock.elapsed() + PATIENCE_MS)
      const at = dueAt.get(attempt)
      if (at === undefined || at > clock.elapsed()) return at === Infinity ? undefined : at
      dueAt.set(attempt, Infinity)
      await journal.commit(() => {
        const present = ledger.read('release', key)
        return present && isUndecided(present) ? tell(environment, present, revertOf(environment, present), policy) : []
      })
      return undefined
    },
  }
}
