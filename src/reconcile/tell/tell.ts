import { canonicalJson } from '../../domain/canonical-json.ts'
import type { Effect, EffectAction } from '../../domain/effect.ts'
import { buildCard, type Card } from '../../domain/notice/card.ts'
import { newsOf, placeBeside, placeCard, placeIn, type Place as CardPlace, type PlacedCard } from '../../domain/notice/placed-card.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { snoozedUntil } from '../../domain/release/handling.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { intend } from '../outbox/intent.ts'
import { isToldByStorm } from './lead.ts'
import { leavingRow, leftBy, placeLeft } from './leave.ts'
import { placesFor, type Place } from './whom.ts'

/** What keeps the revert PR from being opened: tried again, but people should not wait for it unaware. */
export function troubleWith({ ledger }: Pick<Environment, 'ledger'>, revert: Revert | undefined): string | undefined {
  if (revert?.state !== 'planned') return undefined
  return ledger.pendingEffects().find(({ action }) => action.type === 'open-revert' && action.revertKey === revert.key)?.lastError
}

/**
 * The card that people should now see, as an outbox row, when it differs from the one last asked for. An older one that has not got through
 * is overtaken, whether it was tried or not. Empty when nothing changed, and where its storm is told of in its place; where nobody is to be
 * told, what is owed to people is noted.
 */
export function tell(environment: Environment, release: Release, revert: Revert | undefined, policy: Policy): readonly LedgerEntry[] {
  const now = environment.clock.now()
  const { ledger, digest } = environment
  if (!environment.channel) return []
  const places = placesFor(release, policy, now)
  const card = ledger.read('card', release.key)
  if (!card && (release.state === 'ended' || (release.attempts.length === 0 && !release.waiting))) return []
  const news = buildCard(release, revert, {
    links: environment.linksFor(release),
    trouble: troubleWith(environment, revert),
    // Why nothing more is opened is told without the revert of before; the snooze that its PR has ended is over all the same.
    quietUntil: snoozedUntil(release, revert ?? revertOf(environment, release), now),
  })
  const contentHash = digest(canonicalJson(news))
  if (places.length === 0) return owe(release, card, contentHash)
  const own = places.filter(({ channel }) => !isToldByStorm(environment, release, channel))
  return ask(
    environment,
    own.map((place) => ({ ...place, release, news, contentHash })),
  )
}

/** A card for people, as it should be in a channel. */
export interface Asked extends Place {
  release: Release
  news: Card
  contentHash: string
  /** See {@link CardPlace}. */
  storm?: CardPlace['storm']
}

/** The rows that bring cards in channels to what they should say; none where that was last asked for. */
export function ask(environment: Environment, asked: readonly Asked[]): readonly LedgerEntry[] {
  const cards = new Map<string, PlacedCard>()
  return asked.flatMap((one) => {
    const { key } = one.release
    const card = cards.get(key) ?? environment.ledger.read('card', key)
    const known = placeIn(card, one.channel)
    const isSame = known?.contentHash === one.contentHash
    if (isSame && canonicalJson(known.storm) === canonicalJson(one.storm)) return []
    const told = asked.filter(({ release }) => release.key === key).map(({ channel }) => channel)
    const left = one.also || one.storm ? undefined : leftBy(environment, one.release, card, told)
    const overtaken = isSame ? [] : rowsOf(environment, one)
    const changed = changedCard(card, one, known, isUnsure(known, overtaken))
    const document = left ? placeLeft(changed, left) : changed
    cards.set(key, document)
    return [
      ...(isSame ? [] : rowsFor(environment, one, { known, overtaken })),
      ...(left ? [leavingRow(environment, one.release, left)] : []),
      { kind: 'card', key, event: 'card-changed', document },
    ]
  })
}

function changedCard(
  card: PlacedCard | undefined,
  { release, channel, also, contentHash, storm }: Asked,
  known: CardPlace | undefined,
  unsure: boolean,
): PlacedCard {
  const { storm: _before, ...rest } = known ?? { ref: null }
  return (also ? placeBeside : placeCard)(card, release.key, channel, {
    ...rest,
    // News of then is none any more: the card is completed, and nobody is called for it.
    ...(isOwed(release, card) && { said: '' }),
    contentHash,
    ...(unsure && { unsure }),
    ...(storm && { storm }),
  })
}

/** Whether a card that is overtaken may have said something else than the ledger knows of: it was tried, and its answer may be lost. */
function isUnsure(known: CardPlace | undefined, overtaken: readonly Effect[]): boolean {
  if (known?.said === undefined) return false
  return overtaken.some(({ action, attempts }) => attempts > 0 && action.type === 'publish-card' && newsOf(action.card) !== known.said)
}

function rowsFor(
  environment: Environment,
  asked: Asked,
  { known, overtaken }: { known: CardPlace | undefined; overtaken: readonly Effect[] },
): readonly LedgerEntry[] {
  const { release, channel, also, news, contentHash } = asked
  const now = environment.clock.now()
  const thread = known ? news.outcome : undefined
  const action: EffectAction = { type: 'publish-card', releaseKey: release.key, card: news, channel, thread, ...(also && { also }) }
  const key = `card|${release.key}|${now}|${contentHash.slice(0, 12)}${also ? `|${channel}` : ''}`
  return [
    ...overtaken.map((effect): LedgerEntry => ({
      kind: 'effect',
      key: effect.key,
      event: 'effect-overtaken',
      document: { ...effect, state: 'abandoned' },
    })),
    intend(key, action, now, overtaken),
  ]
}

/**
 * Whether a card that people have seen still shows what has ended since, because nobody was to be told at the time: nothing else would
 * bring it up to date.
 */
export function isOwed(release: Release, card: PlacedCard | undefined): boolean {
  return release.state === 'ended' && card !== undefined && card.ref !== null && card.contentHash === ''
}

/** As if what it shows had never been asked for: see {@link isOwed}. */
function owe(release: Release, card: PlacedCard | undefined, contentHash: string): readonly LedgerEntry[] {
  if (release.state !== 'ended' || !card?.ref || card.contentHash === contentHash || card.contentHash === '') return []
  return [{ kind: 'card', key: release.key, event: 'card-withheld', document: { ...card, contentHash: '' } }]
}

/** Those of its lane: what is told besides takes no place of what is told first. */
function rowsOf({ ledger }: Pick<Environment, 'ledger'>, { release, channel, also }: Asked): readonly Effect[] {
  return ledger.pendingEffects().filter(({ action }) => {
    if (action.type !== 'publish-card' || action.releaseKey !== release.key) return false
    return also ? action.also === true && action.channel === channel : action.also !== true
  })
}
