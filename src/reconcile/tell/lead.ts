import { placeIn, type Place as CardPlace } from '../../domain/notice/placed-card.ts'
import type { Release } from '../../domain/release/release.ts'
import { isToldTogether, type StormFacts } from '../../domain/storm/hold.ts'
import type { Environment } from '../environment.ts'
import { factsOfStorm, stormOf } from '../storm/storm-of.ts'
import { isPolicyOfKnown, placesFor, policyOf, type Place } from './whom.ts'

/**
 * Whether people learn of a release from its storm's card in a channel. One that had a card of its own there when the storm began keeps it,
 * but for the one whose card has become the storm's.
 */
export function isToldByStorm(environment: Environment, release: Release, channel: string): boolean {
  const facts = stormOf(environment, release)
  if (!facts || release.waiting) return false
  const lead = leadOf(environment, facts, channel)
  return lead !== undefined && (lead.release.key === release.key || !placeIn(environment.ledger.read('card', release.key), channel))
}

/** Where the releases of a storm are told; those that nobody is told of are in none. */
export function channelsOf(environment: Environment, { members }: StormFacts): readonly string[] {
  const now = environment.clock.now()
  return [...new Set(members.flatMap((release) => placesOf(release, now).map(({ channel }) => channel)))]
}

/** The releases of a storm that are told in a channel, but for those that wait for a person: each of them says so itself. */
export function toldIn(environment: Environment, { members }: StormFacts, channel: string): readonly Release[] {
  const now = environment.clock.now()
  return members.filter((release) => isToldIn(release, channel, now))
}

function isToldIn(release: Release, channel: string, now: number): boolean {
  return !release.waiting && placesOf(release, now).some((place) => place.channel === channel)
}

/** The open releases that a card stands for: its own, or those of its storm that are told in its channel. */
export function openOn(
  environment: Environment,
  release: Release,
  { channel, storm: mark }: Pick<CardPlace, 'storm'> & { channel: string },
): readonly Release[] {
  const storm = mark && environment.ledger.read('storm', mark.key)
  const told = storm ? toldIn(environment, factsOfStorm(environment, storm), channel) : [release]
  return told.filter(({ state }) => state !== 'ended')
}

/** Whose card is a storm's in a channel. */
export interface Lead extends Place {
  release: Release
}

/**
 * The lead of a storm in a channel: the one whose card has been the storm's there, else the first that has a card there, else the first of
 * all; but only one of which people are told there at this moment. Undefined where each is told for itself: there are no two to tell of, or
 * the storm does not say everything any more. Once it is over, no other card becomes its.
 */
export function leadOf(environment: Environment, facts: StormFacts, channel: string): Lead | undefined {
  if (!isToldTogether(facts)) return undefined
  const { clock, ledger } = environment
  const now = clock.now()
  const { storm, members } = facts
  // Asked for each of hundreds, so nobody is looked at twice, and few of them at all.
  const placed = members.filter(({ key }) => placeIn(ledger.read('card', key), channel))
  const former = placed.filter((release) => isCardOf(environment, release, facts, channel))
  for (const ranked of storm.state === 'over' ? [former] : [former, placed, members]) {
    for (const release of ranked) {
      const place = isToldIn(release, channel, now) ? placeNow(environment, release, channel) : undefined
      if (place) return members.some((one) => one.key !== release.key && isToldIn(one, channel, now)) ? { release, ...place } : undefined
    }
  }
  return undefined
}

/** Whether a release's card in a channel is its storm's. */
export function isCardOf({ ledger }: Pick<Environment, 'ledger'>, { key }: Release, { storm }: StormFacts, channel: string): boolean {
  return placeIn(ledger.read('card', key), channel)?.storm?.key === storm.key
}

/** Where a release is told, by what the policy last said at a look: asking it for each of hundreds would take too long. */
function placesOf(release: Release, now: number): readonly Place[] {
  const { policy } = release
  if (!policy) return []
  const { mode, channel, alsoTell = [], mutedUntil } = policy
  return placesFor(release, { mode, channel: channel ?? undefined, alsoTell, mutedUntil: mutedUntil ?? undefined }, now)
}

/** By what the policy says now: of what has ended nothing newer is kept, and a card of which nothing is known would wait. */
function placeNow(environment: Environment, release: Release, channel: string): Place | undefined {
  if (!isPolicyOfKnown(environment, release)) return undefined
  return placesFor(release, policyOf(environment, release), environment.clock.now()).find((place) => place.channel === channel)
}
