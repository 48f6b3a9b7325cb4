import { canonicalJson } from '../../domain/canonical-json.ts'
import type { EffectAction } from '../../domain/effect.ts'
import type { Card } from '../../domain/notice/card.ts'
import { buildMovedCard } from '../../domain/notice/moved-card.ts'
import { placeBeside, placeIn, sameChannel, type PlacedCard } from '../../domain/notice/placed-card.ts'
import type { Release } from '../../domain/release/release.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { intend } from '../outbox/intent.ts'

/** Where a release was told until now, and what its card shows there from now on. */
export interface Left {
  channel: string
  card: Card
  contentHash: string
}

/**
 * The channel that a card leaves when the policy names another: it would say for ever what was so once. Undefined where it leaves none, has
 * never got there, or is a storm's there. `told`: the addresses where it is told now.
 */
export function leftBy(
  environment: Environment,
  release: Release,
  card: PlacedCard | undefined,
  told: readonly string[],
): Left | undefined {
  const channel = card?.channel
  if (!card?.ref || card.storm || channel === undefined || told.some((one) => sameChannel(one, channel))) return undefined
  const moved = buildMovedCard(release, environment.linksFor(release))
  return { channel, card: moved, contentHash: environment.digest(canonicalJson(moved)) }
}

/** The document with what is asked for in the channel that it has left. */
export function placeLeft(card: PlacedCard, { channel, contentHash }: Left): PlacedCard {
  const place = placeIn(card, channel)
  return place ? placeBeside(card, card.releaseKey, channel, { ...place, contentHash }) : card
}

/** The row that brings the card there to it, without a word. */
export function leavingRow({ clock }: Environment, { key }: Release, { channel, card, contentHash }: Left): LedgerEntry {
  const action: EffectAction = { type: 'publish-card', releaseKey: key, card, channel, thread: undefined, also: true, leaves: true }
  const now = clock.now()
  return intend(`card|${key}|${now}|${contentHash.slice(0, 12)}|${channel}|left`, action, now)
}
