import { describe, expect, it } from 'vitest'
import type { PlacedCard } from '../../../src/domain/notice/placed-card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { HERE, NOW, OUTCOME, publishes, THERE, WITHHELD, type Given } from './publishes.ts'

const UNDECIDED = 'Nothing was decided yet.'

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
