import { canonicalJson } from '../../domain/canonical-json.ts'
import { buildStormCard } from '../../domain/notice/storm-card.ts'
import type { StormFacts } from '../../domain/storm/hold.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../loop/stands-for.ts'
import { stormOf } from '../storm/storm-of.ts'
import { channelsOf, leadOf, placesOf, toldIn } from './lead.ts'
import { ask, type Asked } from './tell.ts'

/**
 * Brings the cards of the storms up to date that a Rollout's releases belong to: one in each channel that any of them is told in. Asks
 * nobody, and writes nothing where they are as they should be.
 */
export async function tellStorms(environment: Environment, journal: Journal, { look }: Pass): Promise<void> {
  const { ledger } = environment
  if (!environment.channel) return
  const storms = new Set(look.releases.flatMap(({ key }) => ledger.read('release', key)?.storm ?? []))
  for (const storm of storms) {
    const entries = (): readonly LedgerEntry[] => {
      const member = ledger.releasesOfStorm(storm)[0]
      const facts = member && stormOf(environment, member)
      return facts ? cardsOf(environment, facts) : []
    }
    if (entries().length > 0) await journal.commit(entries)
  }
}

function cardsOf(environment: Environment, facts: StormFacts): readonly LedgerEntry[] {
  const { ledger, digest } = environment
  const now = environment.clock.now()
  const asked = channelsOf(environment, facts).flatMap((channel): readonly Asked[] => {
    const members = toldIn(environment, facts, channel)
    const lead = leadOf(environment, members, channel)
    // What nobody was told of while it went on is no news when it is over.
    if (!lead || (!ledger.read('card', lead.key) && members.every(({ state }) => state === 'ended'))) return []
    const news = buildStormCard({
      storm: facts.storm,
      lead,
      members: members.map((release) => ({ release, revert: revertOf(environment, release) })),
      links: environment.linksFor(lead),
    })
    const also = placesOf(lead, now).find((place) => place.channel === channel)?.also ?? false
    return [{ release: lead, channel, also, news, contentHash: digest(canonicalJson(news)) }]
  })
  return ask(environment, asked)
}
