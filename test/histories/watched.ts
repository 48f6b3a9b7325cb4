import type { MemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import type { MemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import type { Card } from '../../src/domain/notice/card.ts'
import type { PullRequestRequest } from '../../src/ports/forge.ts'

/** A card as it stood from then until then (epoch ms), or stands still. */
export interface ShownCard {
  readonly card: Card
  readonly since: number
  until: number | undefined
}

/** A channel whose cards are all kept, as they stood. */
export function remembered(channel: MemoryChannel, shown: ShownCard[], now: () => number): MemoryChannel {
  return {
    ...channel,
    async publish(request) {
      const last = shown.findLast(({ card }) => card.key === request.card.key)
      if (last) last.until = now()
      shown.push({ card: request.card, since: now(), until: undefined })
      return channel.publish(request)
    },
  }
}

/** A forge whose openings, and closings by Kedge, are told. */
export function watched(
  forges: MemoryForges,
  onOpened: (request: PullRequestRequest) => void,
  onClosed: (number: number) => void,
): MemoryForges {
  return {
    ...forges,
    forRepository(url) {
      const forge = forges.forRepository(url)
      return {
        ...forge,
        async open(request) {
          const before = forges.pullRequests(url).length
          const opened = await forge.open(request)
          if (forges.pullRequests(url).length > before) onOpened(request)
          return opened
        },
        async close(number) {
          onClosed(number)
          await forge.close(number)
        },
      }
    },
  }
}
