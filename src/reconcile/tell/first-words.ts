import type { Release } from '../../domain/release/release.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { tell } from './tell.ts'

/** How long Git may take to answer before people are told without it: mostly, one card says it all. */
const PATIENCE_MS = 500

export interface FirstWords {
  /**
   * Tells of a new failure, and of who serves meanwhile, once Git has had its time, whatever is known by then; the same card is completed
   * later.
   * @returns when to look again (by the clock's `elapsed`), where it is too early
   */
  tell(pass: Pass, release: Release): Promise<number | undefined>
}

/** Nothing was decided on the newest attempt, so nobody else tells of it. */
function isUndecided({ state, attempts, decision }: Release): boolean {
  return state === 'failed' && (decision === null || decision.at < (attempts.at(-1)?.seenAt ?? 0))
}

/** See {@link FirstWords}. In memory only: after a restart, it is told again of what is undecided, and what people know changes nothing. */
export function createFirstWords(environment: Environment, journal: Journal): FirstWords {
  const { clock, ledger } = environment
  /** When to tell of what, by release; once told, never again. */
  const news = new Map<string, { of: string; dueAt: number }>()

  return {
    async tell({ policy }, release) {
      const { key, attempts, serving } = release
      if (!isUndecided(release)) return void news.delete(key)
      const of = JSON.stringify([attempts.at(-1)?.key, serving])
      const known = news.get(key)
      const { dueAt } = known?.of === of ? known : { dueAt: clock.elapsed() + PATIENCE_MS }
      news.set(key, { of, dueAt })
      if (dueAt > clock.elapsed()) return dueAt === Infinity ? undefined : dueAt
      news.set(key, { of, dueAt: Infinity })
      await journal.commit(() => {
        const present = ledger.read('release', key)
        return present && isUndecided(present) ? tell(environment, present, revertOf(environment, present), policy) : []
      })
      return undefined
    },
  }
}
