import type { Release } from '../release/release.ts'
import { failedVersion, rolloutName } from '../words/wording.ts'
import { factsOf } from './card-facts.ts'
import type { Card } from './card.ts'

/** What a release's card shows in a channel where it is told no more: nothing that would not be so later. Pure. */
export function buildMovedCard(release: Release, links: Card['links']): Card {
  return {
    key: release.key,
    tone: 'info',
    title: `${rolloutName(release)}: ${failedVersion(release)} is told in another channel`,
    fields: [{ label: 'Cluster', value: release.cluster }],
    evidence: [],
    outcome: 'The policy names another channel by now: what becomes of it is told there.',
    links,
    facts: factsOf(release, undefined),
  }
}
