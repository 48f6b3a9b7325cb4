import type { Channel } from '../ports/channel.ts'

/**
 * Which configured channel an address is of, and what it is called there: `ops:#releases` is `#releases` of the one named `ops`; an
 * address without a name is of the first.
 */
export function placeOf(channels: readonly { name: string }[], address: string): { name: string; channel: string } {
  const colon = address.indexOf(':')
  const name = colon > 0 ? address.slice(0, colon) : (channels[0]?.name ?? '')
  return { name, channel: address.slice(colon + 1) }
}

/** All configured channels behind one door; undefined when there is none. */
export function joinChannels(channels: readonly { name: string; channel: Channel }[]): Channel | undefined {
  if (channels.length === 0) return undefined
  return {
    async publish(request) {
      const place = placeOf(channels, request.channel)
      const found = channels.find(({ name }) => name === place.name)
      // A policy that names no configured channel was refused when the configuration was read, and an annotation when it was.
      return found?.channel.publish({ ...request, channel: place.channel })
    },
  }
}
