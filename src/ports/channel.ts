import type { Card, CardRef } from '../domain/notice/card.ts'

/**
 * Tells people. May repeat a message once after a crash where the channel cannot be read back; never loses one that returned.
 */
export interface Channel {
  /**
   * Brings the card at `ref` up to date. Without one, or when it cannot be reached there any more, a card with the same key in the channel
   * is adopted, and only where there is none a new one is published. `thread`: told beside it, unless it is what was last told there: an
   * earlier try may have got through. Returns where the card is; undefined where the channel has no addresses. Where nothing that was sent
   * can be changed, the reference says what was told last, and what says nothing new is not sent, unless it comes with a `thread`; nor is
   * anything there for people that is `quiet`: they want not to be called.
   * @throws KedgeError E_NOTIFIER_*
   */
  publish(request: {
    channel: string
    card: Card
    ref: CardRef | undefined
    thread: string | undefined
    quiet?: boolean
  }): Promise<CardRef | undefined>
  /** Who is asked for a channel: those that share it wait together while it does not answer. Absent: all share one. */
  sideOf?(channel: string): string
}
