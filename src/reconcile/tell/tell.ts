import { canonicalJson } from '../../domain/canonical-json.ts'
import type { Effect, EffectAction } from '../../domain/effect.ts'
import { buildCard, type Card } from '../../domain/notice/card.ts'
import { placeCard, placeIn, type PlacedCard } from '../../domain/notice/placed-card.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { intend } from '../act/intent.ts'
import type { Environment } from '../environment.ts'
import { isToldByStorm } from './lead.ts'
import { channelFor } from './whom.ts'

/** What keeps the revert PR from being opened: tried again, but people should not wait for it unaware. */
function troubleWith({ ledger }: Pick<Environment, 'ledger'>, revert: Revert | undefined): string | undefined {
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
  const channel = channelFor(release, policy, now)
  const card = ledger.read('card', release.key)
  if (!card && (release.state === 'ended' || (release.attempts.length === 0 && !release.waiting))) return []
  const news = buildCard(release, revert, { links: environment.linksFor(release), trouble: troubleWith(environment, revert) })
  const contentHash = digest(canonicalJson(news))
  if (!channel) return owe(release, card, contentHash)
  if (isToldByStorm(environment, release, channel)) return []
  return ask(environment, release, { channel, news, contentHash })
}

/** A card for people, as it should be in a channel. */
interface Asked {
  channel: string
  news: Card
  contentHash: string
}

/** The rows that bring a release's card in a channel to what it should say; none where that was last asked for. */
export function ask(environment: Environment, release: Release, { channel, news, contentHash }: Asked): readonly LedgerEntry[] {
  const now = environment.clock.now()
  const card = environment.ledger.read('card', release.key)
  const known = placeIn(card, channel)
  if (known?.contentHash === contentHash) return []
  const overtaken = rowsOf(environment, release)
  const action: EffectAction = {
    type: 'publish-card',
    releaseKey: release.key,
    card: news,
    channel,
    thread: known ? news.outcome : undefined,
  }
  return [
    ...overtaken.map((effect): LedgerEntry => ({
      kind: 'effect',
      key: effect.key,
      event: 'effect-overtaken',
      document: { ...effect, state: 'abandoned' },
    })),
    {
      kind: 'card',
      key: release.key,
      event: 'card-changed',
      document: placeCard(card, release.key, channel, {
        ref: null,
        ...known,
        // News of then is none any more: the card is completed, and nobody is called for it.
        ...(isOwed(release, card) && { said: '' }),
        contentHash,
      }),
    },
    intend(`card|${release.key}|${now}|${contentHash.slice(0, 12)}`, action, now, overtaken),
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

function rowsOf({ ledger }: Pick<Environment, 'ledger'>, release: Release): readonly Effect[] {
  return ledger.pendingEffects().filter(({ action }) => action.type === 'publish-card' && action.releaseKey === release.key)
}
