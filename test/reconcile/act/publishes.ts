import type { EffectAction } from '../../../src/domain/effect.ts'
import type { CardRef } from '../../../src/domain/notice/card.ts'
import type { PlacedCard } from '../../../src/domain/notice/placed-card.ts'
import type { KeptPolicy, Release } from '../../../src/domain/release/release.ts'
import type { Channel } from '../../../src/ports/channel.ts'
import { publishCard } from '../../../src/reconcile/act/publish.ts'
import { cardTitled } from '../../contract/channel.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { anEnvironment, known } from '../an-environment.ts'
import { cardEntry } from '../tell/a-card.ts'

export const NOW = Date.parse('2026-12-01T04:13:00Z')
export const HERE: CardRef = { channel: 'C1', timestamp: '1' }
export const THERE: CardRef = { channel: 'C2', timestamp: '2' }
export const OUTCOME = 'Kedge opened a revert.'
export const WITHHELD = { state: 'abandoned', event: 'effect-withheld' }

type Publishing = Extract<EffectAction, { type: 'publish-card' }>
export interface Given {
  policy?: Partial<KeptPolicy>
  release?: Partial<Release>
  /** As the ledger has it; null: not at all. */
  card?: Partial<PlacedCard> | null
  outcome?: string
  action?: Partial<Publishing>
  answer?: () => Promise<CardRef | undefined>
  hasChannel?: boolean
  /** What the policy says once the channel has answered. */
  meanwhile?: Partial<KeptPolicy>
}

/** What a channel is asked for a card, and what comes of it in the receipt and in the ledger. */
export async function publishes(given: Given = {}) {
  const { policy, release, card = {}, outcome = OUTCOME, action, answer = async () => HERE, hasChannel = true, meanwhile } = given
  const kept: KeptPolicy = { mode: 'notify', channel: '#c', mutedUntil: null, ...policy }
  const before: PlacedCard | null = card && { releaseKey: 'r', channel: '#c', ref: HERE, contentHash: 'h', said: 'before', ...card }
  const asked: Parameters<Channel['publish']>[0][] = []
  const channel: Channel = { publish: (request) => (asked.push(request), answer()) }
  const { environment, store, ledger } = await anEnvironment(
    [known('release', aRelease({ key: 'r', attempts: [anAttempt()], policy: kept, ...release }))],
    { channel: hasChannel ? channel : undefined, digest: (text) => `of ${text.length}` },
    NOW,
  )
  if (before) await ledger.append([cardEntry(before)])
  const publishing: Publishing = {
    type: 'publish-card',
    releaseKey: 'r',
    card: { ...cardTitled('x'), outcome },
    channel: '#c',
    thread: undefined,
    ...action,
  }
  const { entries, ...delivered } = await publishCard(environment, publishing)
  if (meanwhile) await ledger.append([known('release', aRelease({ key: 'r', attempts: [anAttempt()], policy: { ...kept, ...meanwhile } }))])
  const written = entries?.() ?? []
  await ledger.append(written)
  const rows = written.flatMap(({ kind, document }) => (kind === 'effect' ? [document.action] : []))
  const events = (await store.history('card', 'r')).map(({ event }) => event).slice(before ? 1 : 0)
  return { delivered, asked, before, kept: ledger.read('card', 'r'), events, card: publishing.card, rows }
}
