import type { Release } from '../../domain/release/release.ts'
import { holdOf, isToldTogether, mayTakeBack, type StormFacts } from '../../domain/storm/hold.ts'
import type { Storm } from '../../domain/storm/storm.ts'
import type { Environment } from '../environment.ts'
import { liveRevertOf } from '../look/stands-for.ts'

/** The storm that a release failed in, with all that did, as the ledger has them now; undefined where it failed for itself. */
export function stormOf({ ledger }: Pick<Environment, 'ledger'>, { storm: key }: Release): StormFacts | undefined {
  const storm = key === undefined ? undefined : ledger.read('storm', key)
  return storm && factsOfStorm({ ledger }, storm)
}

/** A storm with all that failed in it, as the ledger has them now. */
export function factsOfStorm({ ledger }: Pick<Environment, 'ledger'>, storm: Storm): StormFacts {
  const members = ledger.releasesOfStorm(storm.key)
  return {
    storm,
    members,
    // Asked for seldom, and there may be hundreds.
    get live() {
      return new Set(members.flatMap((release) => liveRevertOf({ ledger }, release)?.key ?? []))
    },
  }
}

/** All of a storm on which a decision on one of its releases depends. */
export function tokenOfStorm(facts: StormFacts | undefined): string {
  return facts ? `${facts.storm.key} ${holdOf(facts)} ${mayTakeBack(facts)}` : ''
}

/**
 * Whether it failed with so many for one cause that the cause is hardly its version: no commit is told of that while all of their PRs are
 * held, nor where it has ended without a person's having said that the releases are at fault.
 */
export function isHeldWithMany({ ledger }: Pick<Environment, 'ledger'>, release: Release): boolean {
  const facts = stormOf({ ledger }, release)
  if (!facts) return false
  return holdOf(facts) === 'all' || (facts.storm.state === 'over' && release.state === 'ended' && isToldTogether(facts))
}
