import type { Card, CardRef } from '../domain/notice/card.ts'

/**
 * Tells people. May repeat a message once after a crash where the channel cannot be read back; never loses one that returned.
 */
export interface Channel {
  /**
   * Publishes a card, or brings the one at `ref` up to date. With `lookFirst`, an earlier try may have got through:
   * a card with the same key in the channel is adopted. Returns undefined where the channel has no addresses.
   * @throws KedgeError E_NOTIFIER_*
   */
  publish(request: {
    channel: string
    card: Card
    ref: CardRef | undefined
    lookFirst: boolean
    thread: string | undefined
  }): Promise<CardRef | undefined>
}
