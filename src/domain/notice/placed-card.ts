import type { Card, CardRef } from './card.ts'

/** A card as one channel has it. */
export interface Place {
  /** Null until the channel has said where the card is, and for ever where a channel has no addresses. */
  ref: CardRef | null
  /** Of the card that was last asked for there. */
  contentHash: string
  /** What people were last told there, by `newsOf`. Absent before the first card, and in old documents. */
  said?: string
  /** Whether something was changed there without a word, while it was snoozed. */
  hushed?: true
  /**
   * Whether something else than `said` may have been told there since: it was tried, and overtaken before anybody knew how that came out.
   */
  unsure?: true
  /** The storm whose card it is now; `isLast`: it was over then. Absent where it is the release's own. */
  storm?: { key: string; isLast: boolean }
}

/**
 * The ledger's document of a release's card: the channel that is told now, and those that were told before the policy named another one.
 * Each has a card of its own, because an address means nothing in another channel.
 */
export interface PlacedCard extends Place {
  releaseKey: string
  /** Where it was asked to be published, by the name that the policy gives. Absent in old documents: wherever it is asked for. */
  channel?: string
  /** Absent while there was never another channel. */
  elsewhere?: readonly (Place & { channel: string })[]
}

/** What a channel has of a release; undefined when it was never told of it. */
export function placeIn(card: PlacedCard | undefined, channel: string): Place | undefined {
  if (!card) return undefined
  if (sameChannel(card.channel ?? channel, channel)) return placeOf(card)
  return card.elsewhere?.find((one) => sameChannel(one.channel, channel))
}

/** The document with this channel as the one that is told now; what others have of the release is kept. */
export function placeCard(card: PlacedCard | undefined, releaseKey: string, channel: string, place: Place): PlacedCard {
  const before = card ? [...(card.elsewhere ?? []), { channel: card.channel ?? channel, ...placeOf(card) }] : []
  const elsewhere = before.filter((one) => !sameChannel(one.channel, channel))
  return { releaseKey, channel, ...placeOf(place), ...(elsewhere.length > 0 && { elsewhere }) }
}

/** The document with what a channel has that is told besides: the one that is told now stays so. */
export function placeBeside(card: PlacedCard | undefined, releaseKey: string, channel: string, place: Place): PlacedCard {
  if (!card || sameChannel(card.channel ?? channel, channel)) return placeCard(card, releaseKey, channel, place)
  const others = (card.elsewhere ?? []).filter((one) => !sameChannel(one.channel, channel))
  return { ...card, elsewhere: [...others, { channel, ...placeOf(place) }] }
}

/** The document with where a channel has put the card, and what was said there; `hushed` in its place where nothing was. */
export function addressed(card: PlacedCard, channel: string, told: Pick<Place, 'ref' | 'said' | 'hushed'>): PlacedCard {
  const { elsewhere, ...main } = card
  const others = elsewhere && { elsewhere }
  if (sameChannel(card.channel ?? channel, channel)) return { ...spoken(main), ...others, ...told }
  return {
    ...main,
    ...(elsewhere && { elsewhere: elsewhere.map((one) => (sameChannel(one.channel, channel) ? { ...spoken(one), ...told } : one)) }),
  }
}

function spoken<T extends Place>(place: T): Omit<T, 'hushed' | 'unsure'> {
  const { hushed: _, unsure: _known, ...rest } = place
  return rest
}

/**
 * What stands where a channel says, and by which name; undefined where it is no place of this card. A card of an old document names no
 * channel: it is called what the channel itself calls the place.
 */
export function placeAt(card: PlacedCard, ref: CardRef): (Place & { channel: string }) | undefined {
  const places = [{ channel: card.channel ?? ref.channel, ...placeOf(card) }, ...(card.elsewhere ?? [])]
  return places.find((one) => one.ref?.channel === ref.channel && one.ref.timestamp === ref.timestamp)
}

/** Whether something was changed anywhere without a word. */
export function isHushed({ hushed, elsewhere = [] }: PlacedCard): boolean {
  return hushed === true || elsewhere.some((one) => one.hushed === true)
}

function placeOf({ ref, contentHash, said, hushed, unsure, storm }: Place): Place {
  return {
    ref,
    contentHash,
    ...(said !== undefined && { said }),
    ...(hushed && { hushed }),
    ...(unsure && { unsure }),
    ...(storm && { storm }),
  }
}

/** What a card has to say, as it is kept of what people were told last: the next one is news where this is another. */
export const newsOf = ({ gist, outcome }: Pick<Card, 'gist' | 'outcome'>): string => gist?.outcome ?? outcome

/** `#name` and `name` are the same channel. */
export function sameChannel(a: string, b: string): boolean {
  return a.replace(/^#/, '') === b.replace(/^#/, '')
}
