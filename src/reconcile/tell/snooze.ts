import { isHushed, placeIn } from '../../domain/notice/placed-card.ts'
import { snoozedUntil } from '../../domain/release/handling.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { openOn } from './lead.ts'
import { tell } from './tell.ts'

/**
 * Whether nobody is to be called for what is new of a release in a channel that knows of it. A storm's card stands for many: it is quiet
 * while each of them that is open is snoozed.
 */
export function isQuiet(environment: Environment, release: Release, channel: string): boolean {
  const known = placeIn(environment.ledger.read('card', release.key), channel)
  if (!known || (known.ref === null && known.said === undefined)) return false
  const now = environment.clock.now()
  const open = openOn(environment, release, { ...known, channel })
  return open.length > 0 && open.every((one) => snoozedUntil(one, revertOf(environment, one), now) !== undefined)
}

/**
 * Brings back what a snooze has kept quiet, once it is over.
 * @returns when to look again (by the clock's `elapsed`), where it is not
 */
export async function tellSnoozed(environment: Environment, journal: Journal, { policy }: Pass, key: string): Promise<number | undefined> {
  const { ledger, clock } = environment
  const release = ledger.read('release', key)
  if (!release?.snooze || release.state === 'ended') return undefined
  const until = snoozedUntil(release, revertOf(environment, release), clock.now())
  if (until !== undefined) return clock.elapsed() + until - clock.now()
  const card = ledger.read('card', key)
  if (!card || !isHushed(card)) return undefined
  await journal.commit(() => {
    const present = ledger.read('release', key)
    return present ? tell(environment, present, revertOf(environment, present), policy) : []
  })
  return undefined
}
