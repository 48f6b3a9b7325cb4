import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Card, CardRef } from '../../src/domain/notice/card.ts'
import type { Channel } from '../../src/ports/channel.ts'

/** One channel, as the people in it see it. */
export interface ChannelWorld extends AsyncDisposable {
  notifier: Channel
  channel: string
  /** The text of every card in the channel, oldest first. */
  cards(): Promise<readonly string[]>
  /** The text of the replies under a card, oldest first. */
  thread(ref: CardRef): Promise<readonly string[]>
}

/** A small card; `title` makes its states tell apart. */
export function cardTitled(title: string, key = 'prod|uid-1|abc|2'): Card {
  return {
    key,
    tone: 'bad',
    title,
    fields: [{ label: 'Git wants', value: 'shop:2' }],
    evidence: ['success-rate 0.4 < 0.95'],
    outcome: 'Kedge opened a revert.',
    links: [{ text: 'Pull request', url: 'https://github.com/acme/shop/pull/7' }],
  }
}

/** What every Channel promises whose channel has addresses. `open` makes a fresh world for each test. */
export function describeChannel(name: string, open: () => Promise<ChannelWorld>): void {
  describe(`${name} as a Channel`, () => {
    let world: ChannelWorld
    let publish: (card: Card, more?: { ref?: CardRef | undefined; thread?: string }) => Promise<CardRef | undefined>

    beforeEach(async () => {
      world = await open()
      publish = (card, { ref, thread } = {}) => world.notifier.publish({ channel: world.channel, card, ref, thread })
    })
    afterEach(() => world[Symbol.asyncDispose]())

    const published = async (...request: Parameters<typeof publish>): Promise<CardRef> => {
      const ref = await publish(...request)
      if (!ref) throw new Error('the channel has no addresses')
      return ref
    }

    it('publishes a card and says where it is', async () => {
      const ref = await published(cardTitled('Split'))
      expect(ref.timestamp).not.toBe('')
      expect(await world.cards()).toEqual([expect.stringContaining('Split')])
    })

    it('brings the card at a reference up to date in place', async () => {
      const ref = await published(cardTitled('Split'))
      expect(await publish(cardTitled('Restored'), { ref })).toEqual(ref)
      expect(await world.cards()).toEqual([expect.stringContaining('Restored')])
    })

    it('adopts the card that an earlier try has left', async () => {
      const ref = await published(cardTitled('Split'))
      expect(await publish(cardTitled('Split'))).toEqual(ref)
      expect(await world.cards()).toHaveLength(1)
    })

    it('publishes a card of its own when it finds only cards of other releases', async () => {
      const other = await published(cardTitled('Other', 'prod|uid-2|abc|2'))
      const own = await published(cardTitled('Own'))
      expect(own).not.toEqual(other)
      expect(await world.cards()).toHaveLength(2)
    })

    it('replies in the thread of the card', async () => {
      const ref = await published(cardTitled('Split'), { thread: 'aborted again' })
      await publish(cardTitled('Restored'), { ref, thread: 'Git asks for N again' })
      expect(await world.thread(ref)).toEqual([expect.stringContaining('aborted again'), expect.stringContaining('Git asks for N again')])
      expect(await world.cards()).toHaveLength(1)
    })

    it('does not repeat a reply that an earlier try has left', async () => {
      const ref = await published(cardTitled('Split'), { thread: 'aborted again' })
      await publish(cardTitled('Split'), { ref, thread: 'aborted again' })
      await publish(cardTitled('Split'), { thread: 'aborted again' })
      expect(await world.thread(ref)).toHaveLength(1)
    })

    it('says again what something else was said after', async () => {
      const ref = await published(cardTitled('Split'), { thread: 'aborted again' })
      await publish(cardTitled('Rolling'), { ref, thread: 'goes on' })
      await publish(cardTitled('Split'), { ref, thread: 'aborted again' })
      expect(await world.thread(ref)).toHaveLength(3)
    })
  })
}
