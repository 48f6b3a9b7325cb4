import type { CardRef } from '../domain/notice/card.ts'
import type { IncomingDelivery } from './webhook.ts'

/** What a person has answered to a card, in the channel where it stands. */
export interface CardAnswer {
  /** The card's key. */
  card: string
  /** Where the card stands that was answered: the sender may name another than it shows. */
  ref: CardRef
  /** `snooze` for no minutes ends one. */
  says: { type: 'on-it' } | { type: 'snooze'; minutes: number }
  /** The person's name for people, and where it comes from, unless the admin gives it. One harmless line. */
  by: string
  /** What the channel calls them. */
  user: string
}

/**
 * How a channel shows that an answer is its own, and what one says. Pure; the listener limits, counts and keeps. Promises nothing of what
 * is named: whether there is such a card at that place, the ledger knows.
 */
export interface IncomingInteraction<Options = unknown, Credential = unknown> {
  /** What answers are signed with; undefined where this entry takes none. */
  secret(credential: Credential): string | undefined
  /** Whether the sender knows the secret and has signed of late. Takes the same time wherever it differs. `now`: epoch ms. */
  verify(delivery: IncomingDelivery, secret: string, now: number): boolean
  /** What a delivery lacked that could not be verified, as a sentence. */
  readonly unverified: string
  /** By what a repeated delivery is known. Only of what was verified. */
  idOf(delivery: IncomingDelivery): string
  /** What it says; `other` where that is nothing for Kedge; `foreign` for somebody who may not; undefined where it cannot be read. */
  read(body: Uint8Array, options: Options): CardAnswer | 'other' | 'foreign' | undefined
}
