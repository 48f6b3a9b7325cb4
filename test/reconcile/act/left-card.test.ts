import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { CardRef } from '../../../src/domain/notice/card.ts'
import type { KeptPolicy } from '../../../src/domain/release/release.ts'
import { HERE, publishes, THERE, WITHHELD, type Given } from './publishes.ts'

describe('a card', () => {
  it('leaves where it has just come to, where the policy has named another channel while that was asked', async () => {
    const { rows, kept } = await publishes({ card: { ref: null }, meanwhile: { channel: '#new' } })
    expect(rows).toMatchObject([{ channel: '#c', leaves: true }])
    expect(kept).toMatchObject({ channel: '#c', ref: HERE })
  })

  it('leaves nothing where it has no message yet', async () => {
    const { rows } = await publishes({ policy: { channel: '#new' }, card: { ref: null }, answer: async () => THERE })
    expect(rows).toEqual([])
  })

  const moved = { channel: '#new', alsoTell: ['#two'] }
  const answer = async (): Promise<CardRef> => THERE

  it('leaves the channel that told it first, where it comes to the new one and another is told besides', async () => {
    expect((await publishes({ policy: moved, answer })).rows).toMatchObject([{ channel: '#c', leaves: true }])
  })

  const beside: Given = {
    policy: moved,
    card: { elsewhere: [{ channel: '#two', ref: THERE, contentHash: 'h2' }] },
    action: { channel: '#two', also: true },
    answer,
  }

  it.each<[string, Given]>([
    ['the policy has come to name no channel while that was asked', { meanwhile: { channel: null } }],
    ['it is told besides, before the new channel has it', beside],
  ])('leaves nothing where %s', async (_, given) => {
    const { delivered, rows } = await publishes(given)
    expect([delivered.event, rows]).toEqual(['card-published', []])
  })
})

describe('a card that is left, where its release is told no more', () => {
  const leftAt = (ref: CardRef, more: Given = {}): Given => ({
    ...more,
    action: { channel: '#old', also: true, leaves: true },
    card: { elsewhere: [{ channel: '#old', ref, contentHash: 'h' }], ...more.card },
    answer: more.answer ?? (async () => ref),
  })
  const leaves = leftAt(THERE)

  it('is changed without a word', async () => {
    const { asked, kept } = await publishes(leaves)
    expect(asked).toMatchObject([{ channel: '#old', ref: THERE, thread: undefined, quiet: true }])
    expect(kept).toMatchObject({ channel: '#c', elsewhere: [{ channel: '#old', hushed: true }] })
  })

  it('is left once', async () => {
    expect((await publishes(leaves)).rows).toEqual([])
  })

  it.each<[string, Partial<KeptPolicy>]>([
    ['it is told there again', { channel: 'old' }],
    ['it is told there again, besides', { alsoTell: ['#old'] }],
    ['it is told nowhere', { channel: null }],
  ])('stays as it is where %s, and what it should say there is asked for again', async (_, policy) => {
    const { delivered, asked, kept } = await publishes({ ...leaves, policy })
    expect([delivered, asked]).toEqual([WITHHELD, []])
    expect(kept?.elsewhere).toEqual([{ channel: '#old', ref: THERE, contentHash: '' }])
  })

  it.each<[string, Partial<KeptPolicy>]>([
    ['of the only channel', {}],
    ['of one channel of several', { alsoTell: ['#two'] }],
  ])('stays as it is where its message is the release’s card by another name %s', async (_, policy) => {
    const { delivered, asked, kept, before } = await publishes(leftAt({ ...HERE }, { policy }))
    expect([delivered, asked]).toEqual([WITHHELD, []])
    expect(kept).toStrictEqual(before)
  })

  it.each<[string, Given]>([
    ['another message of that channel', leftAt({ ...HERE, timestamp: '2' })],
    ['a message of the same moment in another channel', leftAt({ ...HERE, channel: 'C2' })],
    ['not known yet', leftAt(THERE, { card: { ref: null } })],
  ])('is changed where what tells of the release now is %s', async (_, given) => {
    const { delivered, asked } = await publishes(given)
    expect([delivered.event, asked]).toMatchObject(['card-published', [{ channel: '#old', quiet: true }]])
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
