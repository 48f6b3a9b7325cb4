import { canonicalJson } from '../../../src/domain/canonical-json.ts'
import { buildCard, type Card } from '../../../src/domain/notice/card.ts'
import type { PlacedCard } from '../../../src/domain/notice/placed-card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { aRelease, anEffect } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { LINKS } from '../a-world.ts'
import { digest } from '../an-environment.ts'

/** A release of `web` that has failed. */
export const failed = (fields: Partial<Release> = {}): Release => aRelease({ key: 'r', attempts: [anAttempt()], ...fields })

/** The card of a release as the world's links have it. */
export const cardOf = (release: Release, revert?: Revert, more: { trouble?: string; quietUntil?: number } = {}): Card =>
  buildCard(release, revert, { links: LINKS, ...more })

export const hashOf = (card: Card): string => digest(canonicalJson(card))

/** The card of the release `r` as `#shop` has it, where something older was said of it. */
export const placed = (fields: Partial<PlacedCard> = {}): PlacedCard => ({
  releaseKey: 'r',
  channel: '#shop',
  ref: { channel: 'C1', timestamp: '1' },
  contentHash: 'older',
  said: 'Older.',
  ...fields,
})

export const cardEntry = (document: PlacedCard, event = 'card-changed'): LedgerEntry => ({
  kind: 'card',
  key: document.releaseKey,
  event,
  document,
})

/** The row that publishes a card, as of `AT`. */
export function publishing(card: Card, channel: string, more: { thread?: string; also?: true } = {}): LedgerEntry {
  const { thread, also } = more
  const key = `card|${card.key}|${AT}|${hashOf(card).slice(0, 12)}${also ? `|${channel}` : ''}`
  const action = { type: 'publish-card' as const, releaseKey: card.key, card, channel, thread, ...(also && { also }) }
  const document = anEffect({ key, action, createdAt: AT, notBefore: AT })
  return { kind: 'effect', key, event: 'publish-card-intended', document }
}
