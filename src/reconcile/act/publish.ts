import { canonicalJson } from '../../domain/canonical-json.ts'
import type { EffectAction } from '../../domain/effect.ts'
import { KedgeError } from '../../domain/errors.ts'
import { isUndecided, type CardRef } from '../../domain/notice/card.ts'
import {
  addressed,
  newsOf,
  placeBeside,
  placeCard,
  placeIn,
  sameChannel,
  type Place,
  type PlacedCard,
} from '../../domain/notice/placed-card.ts'
import { timeOfDay } from '../../domain/release/handling.ts'
import type { Release } from '../../domain/release/release.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { leavingRow, leftBy, placeLeft, type Left } from '../tell/leave.ts'
import { isQuiet } from '../tell/snooze.ts'
import { channelFor, placesFor, policyOf } from '../tell/whom.ts'

type Publishing = Extract<EffectAction, { type: 'publish-card' }>

/**
 * Publishes a card where the policy says by now, which need not be where it said when the card was asked for; or nowhere, where it says so.
 * @throws KedgeError E_NOTIFIER_*
 */
export async function publishCard(environment: Environment, action: Publishing): Promise<Delivered> {
  const { ledger } = environment
  const { releaseKey } = action
  const release = ledger.read('release', releaseKey)
  const channel = release && whereTo(environment, release, action)
  const card = (): PlacedCard | undefined => ledger.read('card', releaseKey)
  if (!environment.channel || !channel)
    return { state: 'abandoned', event: 'effect-withheld', entries: () => changed(card(), 'card-withheld', withheld(card(), action)) }
  const known = placeIn(card(), channel)
  if (action.leaves && isToldThere(environment, release, { known, card: card() })) return { state: 'abandoned', event: 'effect-withheld' }
  const quiet = action.leaves === true || isQuiet(environment, release, channel)
  // A reply is for news. The card itself has told what was last said.
  const thread = !quiet && isNews(known, action) ? replyOf(environment, release, { known, action }) : undefined
  const request = { channel, card: action.card, ref: known?.ref ?? undefined, thread, quiet }
  const ref = await environment.channel.publish(request).catch((error: unknown) => {
    if (action.leaves && error instanceof KedgeError && !error.retryable) return 'refused' as const
    throw error
  })
  // Where it is told no more, nobody waits for it: a channel that is archived or not allowed any more keeps what it has.
  if (ref === 'refused') return { state: 'abandoned', event: 'effect-withheld' }
  const entries = (): readonly LedgerEntry[] => {
    const present = card()
    if (!present) return []
    const after = published(environment, present, action, { channel, ref, quiet })
    const left = leftMeanwhile(environment, release, { action, channel, present, after })
    const document = left ? placeLeft(after, left) : after
    return [...(left ? [leavingRow(environment, release, left)] : []), ...changed(present, 'card-published', document)]
  }
  // A channel without addresses has nothing to name.
  return { state: 'done', event: 'card-published', receipt: ref && { channel: ref.channel, timestamp: ref.timestamp }, entries }
}

function whereTo(environment: Environment, release: Release, { also, leaves, channel }: Publishing): string | undefined {
  const policy = policyOf(environment, release)
  const now = environment.clock.now()
  if (leaves) {
    const told = placesFor(release, policy, now)
    return told.length > 0 && told.every((one) => !sameChannel(one.channel, channel)) ? channel : undefined
  }
  if (!also) return channelFor(release, policy, now)
  return placesFor(release, policy, now).find((one) => one.also && sameChannel(one.channel, channel))?.channel
}

/** Whether the message to be left is where the release is told now: two addresses may name one channel, and its card was adopted there. */
function isToldThere(
  environment: Environment,
  release: Release,
  { known, card }: { known: Place | undefined; card: PlacedCard | undefined },
): boolean {
  const places = placesFor(release, policyOf(environment, release), environment.clock.now())
  return places.some(({ channel }) => {
    const ref = placeIn(card, channel)?.ref
    return ref && ref.channel === known?.ref?.channel && ref.timestamp === known.ref.timestamp
  })
}

/**
 * The channel that a card has left with this very try: the policy named another one before anybody looked, or while the channel was asked.
 * `present`: the document as it was, `after`: with what was published.
 */
function leftMeanwhile(
  environment: Environment,
  release: Release,
  { action, channel, present, after }: { action: Publishing; channel: string; present: PlacedCard; after: PlacedCard },
): Left | undefined {
  if (action.also) return undefined
  const told = placesFor(release, policyOf(environment, release), environment.clock.now()).map((one) => one.channel)
  if (told.length === 0) return undefined
  const place = placeIn(after, channel)
  if (told.some((one) => sameChannel(one, channel)) || !place) return leftBy(environment, release, present, told)
  return leftBy(environment, release, { releaseKey: release.key, channel, ...place }, told)
}

/** A first word that said nothing yet is completed in place. */
function isNews(known: ReturnType<typeof placeIn>, { card }: Publishing): boolean {
  if (isUndecided(card)) return false
  // Who snoozes wants to be called again: by what was not said meanwhile, or by the same words.
  if (known?.hushed) return true
  // What was said last may not be what people have read last: then they take the older word for what is so.
  if (known?.unsure) return true
  if (known?.said === '') return false
  return known?.said === undefined ? (known?.ref ?? null) !== null : known.said !== newsOf(card)
}

/** As if it had never been asked for: people are told as soon as the policy says so again. */
function withheld(card: PlacedCard | undefined, { releaseKey, channel, also }: Publishing): PlacedCard | undefined {
  const place = placeIn(card, channel)
  return place && (also ? placeBeside : placeCard)(card, releaseKey, channel, { ...place, contentHash: '' })
}

/** A thread has no two replies in a row that are the same: what was snoozed is said again with when that ended. */
function replyOf(
  { clock }: Environment,
  { state, snooze }: Release,
  { known, action: { card } }: { known: ReturnType<typeof placeIn>; action: Publishing },
): string {
  const isBack = known?.hushed && state !== 'ended' && snooze !== undefined && snooze.until <= clock.now()
  return isBack ? `The snooze ended at ${timeOfDay(snooze.until)}. ${card.outcome}` : card.outcome
}

function published(
  { digest }: Environment,
  present: PlacedCard,
  action: Publishing,
  { channel, ref, quiet }: { channel: string; ref: CardRef | undefined; quiet: boolean },
): PlacedCard {
  const said = isUndecided(action.card) ? '' : newsOf(action.card)
  const isThere = placeIn(present, channel)
  const moved = isThere
    ? present
    : placeCard(withheld(present, action), action.releaseKey, channel, { ref: null, contentHash: digest(canonicalJson(action.card)) })
  return addressed(moved, channel, { ref: ref ?? null, ...(quiet ? { hushed: true } : { said }) })
}

function changed(before: PlacedCard | undefined, event: string, document: PlacedCard | undefined): readonly LedgerEntry[] {
  if (!document || canonicalJson(document) === canonicalJson(before)) return []
  return [{ kind: 'card', key: document.releaseKey, event, document }]
}
