import type { Release } from '../../domain/release/release.ts'
import { holdOf, isTakenBack, type StormFacts } from '../../domain/storm/hold.ts'
import type { Environment } from '../environment.ts'

/** The storm that a release failed in, with all that did, as the ledger has them now; undefined where it failed for itself. */
export function stormOf({ ledger }: Pick<Environment, 'ledger'>, { storm: key }: Release): StormFacts | undefined {
  const storm = key === undefined ? undefined : ledger.read('storm', key)
  return storm && { storm, members: ledger.releasesOfStorm(storm.key) }
}

/** All of a storm on which a decision on one of its releases depends. */
export function tokenOfStorm(facts: StormFacts | undefined): string {
  return facts ? `${facts.storm.key} ${holdOf(facts)} ${isTakenBack(facts)}` : ''
}
