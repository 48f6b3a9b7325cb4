import { describe, expect, it } from 'vitest'
import type { EffectAction } from '../../../src/domain/effect.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
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

const NOW = Date.parse('2026-12-01T04:13:00Z')
const HERE: CardRef = { channel: 'C1', timestamp: '1' }
const THERE: CardRef = { channel: 'C2', timestamp: '2' }
const OUTCOME = 'Kedge opened a revert.'
const UNDECIDED = 'Nothing was decided yet.'

type Publishing = Extract<EffectAction, { type: 'publish-card' }>
interface Given {
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
async function publishes(given: Given = {}) {
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

const WITHHELD = { state: 'abandoned', event: 'effect-withheld' }

describe('a card that is published', () => {
  it('is brought up to date where it is, with a reply for its news, and the ledger keeps what was said', async () => {
    const { delivered, asked, kept, events, card, before } = await publishes()
    expect(asked).toStrictEqual([{ channel: '#c', card, ref: HERE, thread: OUTCOME, quiet: false }])
    expect(delivered).toStrictEqual({ state: 'done', event: 'card-published', receipt: { channel: 'C1', timestamp: '1' } })
    expect(kept).toStrictEqual({ ...before, said: OUTCOME })
    expect(events).toEqual(['card-published'])
  })

  it('in a channel without addresses has none, in the receipt and in the ledger', async () => {
    const { delivered, asked, kept } = await publishes({ card: { ref: null }, answer: async () => undefined })
    expect(asked).toMatchObject([{ ref: undefined }])
    expect(delivered.receipt).toBeUndefined()
    expect(kept).toMatchObject({ ref: null, said: OUTCOME })
  })

  it('is written down no more than once', async () => {
    expect((await publishes({ card: { said: OUTCOME } })).events).toEqual([])
  })

  it('keeps nothing of a release whose card the ledger does not have', async () => {
    const { delivered, kept } = await publishes({ card: null })
    expect([delivered.event, kept]).toEqual(['card-published', undefined])
  })

  it.each<[string, Given, string | undefined]>([
    ['what was said before', { card: { said: 'before' } }, OUTCOME],
    ['nothing new', { card: { said: OUTCOME } }, undefined],
    ['what was changed without a word meanwhile, in whatever words', { card: { said: OUTCOME, hushed: true } }, OUTCOME],
    ['what may not be what was read last', { card: { said: OUTCOME, unsure: true } }, OUTCOME],
    ['a first word that said nothing yet, which is completed in place', { card: { said: '' } }, undefined],
    ['that nothing is decided yet', { outcome: UNDECIDED }, undefined],
    ['a card of old documents that was there', { card: { said: undefined as never } }, OUTCOME],
    ['no card of old documents', { card: { said: undefined as never, ref: null } }, undefined],
    ['nothing, as it was never told', { card: null }, undefined],
  ])('has a reply after %s', async (_, given, thread) => {
    expect((await publishes(given)).asked).toMatchObject([{ thread }])
  })

  it('that says nothing yet is kept as having said nothing', async () => {
    expect((await publishes({ outcome: UNDECIDED })).kept).toMatchObject({ said: '' })
  })
})

describe('a snooze', () => {
  const snooze = (until: number): Partial<Release> => ({
    snooze: { by: 'ada', user: 'U1', channel: 'C1', at: NOW - 60_000, until, pullRequest: null },
  })

  it('has the card changed without a word, which is kept', async () => {
    const { asked, kept } = await publishes({ release: snooze(NOW + 1) })
    expect(asked).toMatchObject([{ thread: undefined, quiet: true }])
    expect(kept).toMatchObject({ said: 'before', hushed: true })
  })

  it.each<[string, Given, string]>([
    [
      'is told as having ended with what it kept quiet',
      { release: snooze(NOW), card: { hushed: true } },
      `The snooze ended at 04:13 UTC. ${OUTCOME}`,
    ],
    ['is not told of where it kept nothing quiet', { release: snooze(NOW) }, OUTCOME],
    ['is not told of once the release is over', { release: { ...snooze(NOW), state: 'ended' }, card: { hushed: true } }, OUTCOME],
    [
      'is not told of as ended by a PR that was opened since',
      { release: { ...snooze(NOW + 60_000), state: 'ended' }, card: { hushed: true } },
      OUTCOME,
    ],
    ['is not told of where there is none any more', { card: { hushed: true } }, OUTCOME],
  ])('%s', async (_, given, thread) => {
    const { asked, kept } = await publishes(given)
    expect(asked).toMatchObject([{ thread, quiet: false }])
    expect(kept).not.toHaveProperty('hushed')
  })
})

describe('where a card goes', () => {
  it.each<[string, Given]>([
    ['there is no channel at all', { hasChannel: false }],
    ['the policy names none', { policy: { channel: null } }],
    ['the policy only observes', { policy: { mode: 'observe' } }],
    ['it is told besides, and is not any more', { action: { also: true } }],
    ['the release is not known', { action: { releaseKey: 'gone' } }],
  ])('is nowhere where %s, and it is told again as soon as the policy says so', async (_, given) => {
    const { delivered, asked, kept, before } = await publishes(given)
    expect([delivered, asked]).toEqual([WITHHELD, []])
    expect(kept).toStrictEqual(given.action?.releaseKey ? before : { ...before, contentHash: '' })
  })

  it('is nowhere of which nothing has to be kept where it was never told', async () => {
    const { delivered, kept, events } = await publishes({ card: null, policy: { channel: null } })
    expect([delivered, kept, events]).toEqual([WITHHELD, undefined, []])
  })

  it('is where the policy says by now: what it was asked for elsewhere is to be asked for again there, which it leaves', async () => {
    const { asked, kept, card, rows } = await publishes({ policy: { channel: '#new' }, answer: async () => THERE })
    expect(asked).toMatchObject([{ channel: '#new', ref: undefined, thread: undefined }])
    expect(kept).toStrictEqual({
      releaseKey: 'r',
      channel: '#new',
      ref: THERE,
      contentHash: `of ${JSON.stringify(card).length}`,
      said: OUTCOME,
      elsewhere: [{ channel: '#c', ref: HERE, contentHash: expect.stringMatching(/^of /), said: 'before' }],
    })
    expect(rows).toMatchObject([{ channel: '#c', leaves: true, card: { title: expect.stringContaining('told in another channel') } }])
  })

  it('leaves where it has just come to, where the policy has named another channel while that was asked', async () => {
    const { rows, kept } = await publishes({ card: { ref: null }, meanwhile: { channel: '#new' } })
    expect(rows).toMatchObject([{ channel: '#c', leaves: true }])
    expect(kept).toMatchObject({ channel: '#c', ref: HERE })
  })

  it('leaves nothing where it has no message yet', async () => {
    const { rows } = await publishes({ policy: { channel: '#new' }, card: { ref: null }, answer: async () => THERE })
    expect(rows).toEqual([])
  })

  const beside: Partial<PlacedCard> = { elsewhere: [{ channel: '#two', ref: THERE, contentHash: 'h2', said: OUTCOME }] }

  it('is a channel that is told besides, by the name of the policy, and the first stays as it is', async () => {
    const { asked, kept, before } = await publishes({
      policy: { alsoTell: ['two'] },
      card: { elsewhere: [{ channel: '#two', ref: THERE, contentHash: 'h2' }] },
      action: { channel: '#two', also: true },
      answer: async () => THERE,
    })
    expect(asked).toMatchObject([{ channel: 'two', ref: THERE }])
    expect(kept).toStrictEqual({ ...before, ...beside })
  })

  it('is not a channel that was told besides and is not any more: the first stays as it is', async () => {
    const { kept, before } = await publishes({ card: beside, action: { channel: '#two', also: true } })
    expect(kept).toStrictEqual({ ...before, elsewhere: [{ channel: '#two', ref: THERE, contentHash: '', said: OUTCOME }] })
  })
})

describe('a card that is left, where its release is told no more', () => {
  const leaves: Given = {
    action: { channel: '#old', leaves: true },
    card: { elsewhere: [{ channel: '#old', ref: THERE, contentHash: 'h' }] },
  }
  it('is changed without a word', async () => {
    const { asked, kept } = await publishes({ ...leaves, answer: async () => THERE })
    expect(asked).toMatchObject([{ channel: '#old', ref: THERE, thread: undefined, quiet: true }])
    expect(kept).toMatchObject({ channel: '#c', elsewhere: [{ channel: '#old', hushed: true }] })
  })

  it.each<[string, Partial<KeptPolicy>]>([
    ['it is told there again', { channel: 'old' }],
    ['it is told there again, besides', { alsoTell: ['#old'] }],
    ['it is told nowhere', { channel: null }],
  ])('stays as it is where %s', async (_, policy) => {
    const { delivered, asked } = await publishes({ ...leaves, policy })
    expect([delivered, asked]).toEqual([WITHHELD, []])
  })

  it('stays as it is where its message is the release’s card by another name of the channel', async () => {
    const { delivered, asked } = await publishes({
      action: { channel: '#old', leaves: true },
      card: { elsewhere: [{ channel: '#old', ref: { ...HERE }, contentHash: 'h' }] },
    })
    expect([delivered, asked]).toEqual([WITHHELD, []])
  })

  it('is given up where the channel does not take it for good', async () => {
    const answer = (): Promise<never> => Promise.reject(new KedgeError('E_NOTIFIER_REJECTED', 'archived'))
    const { delivered, events } = await publishes({ ...leaves, answer })
    expect([delivered, events]).toEqual([WITHHELD, []])
  })

  it.each<[string, Given, Error]>([
    ['a channel that is away', leaves, new KedgeError('E_NOTIFIER_UNREACHABLE', 'down')],
    ['a fault of another kind', leaves, new Error('what?')],
    ['a channel that refuses, where the release is told', {}, new KedgeError('E_NOTIFIER_REJECTED', 'archived')],
  ])('is tried again after %s', async (_, given, thrown) => {
    await expect(publishes({ ...given, answer: () => Promise.reject(thrown) })).rejects.toBe(thrown)
  })
})
