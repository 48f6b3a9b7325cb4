import type { Effect } from '../../domain/effect.ts'
import type { Environment } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import type { ForgeBudget } from '../outbox/forge-budget.ts'

// The forge that is told of releases is the one that reverts are opened at, and what it takes in a minute and an hour is for those first.
// The strictest of them takes 80 requests a minute that make content, and 500 an hour.

/** Between two announcements. */
const GAP_MS = 2_000
/** The same once many were made within the hour. */
const LONG_GAP_MS = 20_000
const MANY = 50
const HOUR_MS = 3_600_000
/** Between two of one commit: what changes in between is said together. */
const SAME_GAP_MS = 10_000
/** A comment is mailed as it is first written: so long it waits to be able to say what is done about the failure. */
const COMPLETE_MS = 20_000

/** Whether it is an effect's turn, by what its forge takes, and an announcement's by this besides. To be asked right before it begins. */
export function createPace({ clock, ledger }: Pick<Environment, 'clock' | 'ledger'>, budget: ForgeBudget): (effect: Effect) => boolean {
  let newest: number[] = []
  const lastOf = new Map<string, number>()

  return (effect) => {
    const { action, createdAt } = effect
    if (action.type !== 'announce-release') return budget.take(effect)
    const now = clock.elapsed()
    newest = newest.filter((at) => now - at < HOUR_MS)
    const gap = newest.length < MANY ? GAP_MS : LONG_GAP_MS
    if (now - (newest.at(-1) ?? -Infinity) < gap || now - (lastOf.get(action.announcement) ?? -Infinity) < SAME_GAP_MS) return false
    const age = clock.now() - createdAt
    if (age >= 0 && age < COMPLETE_MS && !isComplete(action.announcement)) return false
    if (!budget.take(effect)) return false
    newest.push(now)
    for (const [key, at] of lastOf) if (now - at >= SAME_GAP_MS) lastOf.delete(key)
    lastOf.set(action.announcement, now)
    return true
  }

  function isComplete(key: string): boolean {
    const releases = ledger.read('announcement', key)?.releases ?? []
    return releases.every((one) => {
      const release = ledger.read('release', one)
      if (release?.state !== 'failed') return true
      return release.decision !== null && revertOf({ ledger }, release)?.state !== 'planned'
    })
  }
}
