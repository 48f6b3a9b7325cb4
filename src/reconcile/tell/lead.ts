import { placeIn } from '../../domain/notice/placed-card.ts'
import type { Release } from '../../domain/release/release.ts'
import type { StormFacts } from '../../domain/storm/hold.ts'
import type { Environment } from '../environment.ts'
import { stormOf } from '../storm/storm-of.ts'
import { placesFor, type Place } from './whom.ts'

/**
 * Whether people learn of a release from its storm's card in a channel. One that had a card of its own there when the storm began keeps it,
 * but for the one whose card has become the storm's.
 */
export function isToldByStorm(environment: Environment, release: Release, channel: string): boolean {
  const facts = stormOf(environment, release)
  if (!facts) return false
  const lead = leadOf(environment, toldIn(environment, facts, channel), channel)
  return lead !== undefined && (lead.key === release.key || !placeIn(environment.ledger.read('card', release.key), channel))
}

/** Where the releases of a storm are told; those that nobody is told of are in none. */
export function channelsOf(environment: Environment, { members }: StormFacts): readonly string[] {
  const now = environment.clock.now()
  return [...new Set(members.flatMap((release) => placesOf(release, now).map(({ channel }) => channel)))]
}

/** The releases of a storm that are told in a channel. */
export function toldIn(environment: Environment, { members }: StormFacts, channel: string): readonly Release[] {
  const now = environment.clock.now()
  return members.filter((release) => placesOf(release, now).some((place) => place.channel === channel))
}

/** Whose card is the storm's in a channel: the first that has one there, else the first of all. */
export function leadOf({ ledger }: Pick<Environment, 'ledger'>, members: readonly Release[], channel: string): Release | undefined {
  return members.find(({ key }) => placeIn(ledger.read('card', key), channel)) ?? members[0]
}

/** Where a release is told, by what the policy last said at a look: asking it for each of hundreds would take too long. */
export function placesOf(release: Release, now: number): readonly Place[] {
  const { policy } = release
  if (!policy) return []
  const { mode, channel, alsoTell = [], mutedUntil } = policy
  return placesFor(release, { mode, channel: channel ?? undefined, alsoTell, mutedUntil: mutedUntil ?? undefined }, now)
}
