import { canonicalJson } from '../../domain/canonical-json.ts'
import { placeIn } from '../../domain/notice/placed-card.ts'
import { buildStormCard, type StormMember } from '../../domain/notice/storm-card.ts'
import type { Release } from '../../domain/release/release.ts'
import type { StormFacts } from '../../domain/storm/hold.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { factsOfStorm } from '../storm/storm-of.ts'
import { channelsOf, isCardOf, leadOf, toldIn, type Lead } from './lead.ts'
import { ask, tell, troubleWith, type Asked } from './tell.ts'
import { policyOf } from './whom.ts'

/**
 * Brings the cards of the storms up to date that a Rollout's releases belong to: one in each channel that any of them is told in. Asks
 * nobody, and writes nothing where they are as they should be.
 */
export async function tellStorms(environment: Environment, journal: Journal, { look }: Pass): Promise<void> {
  const { ledger } = environment
  if (!environment.channel) return
  const storms = new Set(look.releases.flatMap(({ key }) => ledger.read('release', key)?.storm ?? []))
  for (const storm of storms) await tellStorm(environment, journal, storm)
}

/** Brings the cards of one storm up to date, by its key. */
export async function tellStorm(environment: Environment, journal: Journal, storm: string): Promise<void> {
  const cards = (): StormCards => {
    const present = environment.ledger.read('storm', storm)
    return present ? cardsOf(environment, factsOfStorm(environment, present)) : NONE
  }
  let { entries, isRest } = cards()
  if (entries.length === 0) return
  await journal.commit(() => {
    ;({ entries, isRest } = cards())
    return entries
  })
  if (isRest) await journal.commit(() => cards().entries)
}

interface StormCards {
  entries: readonly LedgerEntry[]
  /** Whether some are to be written after these. */
  isRest: boolean
}

const NONE: StormCards = { entries: [], isRest: false }

/** The storm's cards; and those of releases that are not told by them, but for one whose card is written already: it comes after. */
function cardsOf(environment: Environment, facts: StormFacts): StormCards {
  const told = channelsOf(environment, facts).map((channel) => ({ channel, lead: leadOf(environment, facts, channel) }))
  const entries = ask(
    environment,
    told.flatMap((one) => stormCard(environment, facts, one)),
  )
  const written = new Set(entries.map(({ key }) => key))
  const apart = facts.members.filter((release) => told.some((one) => isForItself(environment, facts, { ...one, release })))
  const own = apart.filter(({ key }) => !written.has(key))
  const cards = own.flatMap((release) => tell(environment, release, revertOf(environment, release), policyOf(environment, release)))
  return { entries: [...entries, ...cards], isRest: own.length < apart.length }
}

interface Telling {
  channel: string
  lead: Lead | undefined
}

function stormCard(environment: Environment, facts: StormFacts, { channel, lead }: Telling): readonly Asked[] {
  const { ledger, digest } = environment
  if (!lead) return []
  const { storm } = facts
  const { release, also } = lead
  const members = toldIn(environment, facts, channel)
  const known = placeIn(ledger.read('card', release.key), channel)
  // What nobody was told of while it went on is no news when it is over; nor is what was told to the end.
  const isOver = members.every(({ state }) => state === 'ended')
  if (isOver && (!known || (known.storm?.isLast && known.contentHash !== ''))) return []
  const news = buildStormCard({
    facts,
    lead: release,
    members: members.map((member) => memberOf(environment, member)),
    links: environment.linksFor(release),
    now: environment.clock.now(),
  })
  const mark = { key: storm.key, isLast: storm.state === 'over' }
  return [{ release, channel, also, news, contentHash: digest(canonicalJson(news)), storm: mark }]
}

function memberOf(environment: Environment, release: Release): StormMember {
  const revert = revertOf(environment, release)
  return { release, revert, trouble: troubleWith(environment, revert) }
}

/**
 * Whoever is not told by the storm's card any more is told at once, and no card says for ever what was so in a storm. Of a cluster that is
 * not watched any more nothing is told that was not before: nobody sees whether it is still so.
 */
function isForItself(environment: Environment, facts: StormFacts, { release, channel, lead }: Telling & { release: Release }): boolean {
  if (release.state === 'ended' && facts.storm.state === 'over') return false
  if (isCardOf(environment, release, facts, channel)) return release.key !== lead?.release.key
  const isWatched = environment.views.some(({ cluster }) => cluster === release.cluster)
  return !lead && isWatched && release.state === 'failed' && !placeIn(environment.ledger.read('card', release.key), channel)
}
