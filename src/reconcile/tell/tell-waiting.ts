import type { Release } from '../../domain/release/release.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { isOwed, tell } from './tell.ts'
import { placesFor } from './whom.ts'

/** Tells of what needs no question to Git: a pause that waits for a person, or does so no longer. */
export async function tellWaiting(environment: Environment, journal: Journal, { policy }: Pass, release: Release): Promise<void> {
  const { ledger } = environment
  if (release.state === 'ended' || release.attempts.length > 0) return
  if (release.waiting === null && !ledger.read('card', release.key)) return
  await journal.commit(() => {
    const present = ledger.read('release', release.key) ?? release
    return tell(environment, present, revertOf(environment, present), policy)
  })
}

/** Completes the cards of what has ended while nobody was to be told, once somebody is. */
export async function tellOwed(environment: Environment, journal: Journal, { look, policy }: Pass): Promise<void> {
  const { ledger, clock } = environment
  for (const release of look.releases) {
    if (!isOwed(release, ledger.read('card', release.key)) || placesFor(release, policy, clock.now()).length === 0) continue
    await journal.commit(() => {
      const present = ledger.read('release', release.key) ?? release
      return tell(environment, present, revertOf(environment, present), policy)
    })
  }
}
