import type { Card, CardRef } from '../../../domain/notice/card.ts'
import type { Channel } from '../../../ports/channel.ts'

/** A card as it stands in a channel, with the replies under it. */
export interface RememberedCard {
  ref: CardRef
  card: Card
  thread: readonly string[]
}

export interface MemoryChannel extends Channel {
  /** Every card, oldest first, as it stands now. */
  cards(): readonly RememberedCard[]
}

/** A channel that only remembers: nothing leaves the process. */
export function createMemoryChannel(): MemoryChannel {
  const cards: RememberedCard[] = []
  const sameRef = (a: CardRef, b: CardRef): boolean => a.channel === b.channel && a.timestamp === b.timestamp
  return {
    cards: () => cards.map((entry) => ({ ...entry })),
    async publish({ channel, card, ref, thread }) {
      const found = ref && cards.find((candidate) => sameRef(candidate.ref, ref))
      let entry = found ?? cards.find((candidate) => candidate.ref.channel === channel && candidate.card.key === card.key)
      if (!entry) {
        entry = { ref: { channel, timestamp: `${cards.length + 1}.000000` }, card, thread: [] }
        cards.push(entry)
      }
      entry.card = card
      if (thread !== undefined && entry.thread.at(-1) !== thread) entry.thread = [...entry.thread, thread]
      return entry.ref
    },
  }
}
