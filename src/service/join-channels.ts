import { KedgeError } from '../domain/errors.ts'
import type { Channel } from '../ports/channel.ts'

interface Named {
  name: string
  /** Its name is its whole address. */
  hasOnePlace: boolean
}

/**
 * Which configured channel an address is of, and what it is called there: `ops:#releases` is `#releases` of the one named `ops`, `audit` is
 * the one named so where that has one place alone; any other address without a name is of the first.
 */
export function placeOf(channels: readonly Named[], address: string): { name: string; channel: string } {
  if (channels.some(({ name, hasOnePlace }) => hasOnePlace && name === address)) return { name: address, channel: address }
  const colon = address.indexOf(':')
  const name = colon > 0 ? address.slice(0, colon) : (channels[0]?.name ?? '')
  return { name, channel: address.slice(colon + 1) }
}

/** All configured channels behind one door; undefined when there is none. */
export function joinChannels(channels: readonly (Named & { channel: Channel })[]): Channel | undefined {
  if (channels.length === 0) return undefined
  return {
    sideOf: (address) => placeOf(channels, address).name,
    async publish(request) {
      const place = placeOf(channels, request.channel)
      const found = channels.find(({ name }) => name === place.name)
      // Only an annotation can get here with such a name: those of the file were checked when it was read.
      if (!found) {
        const known = channels.map(({ name }) => name).join(', ')
        const asked = JSON.stringify(request.channel.slice(0, 80))
        throw new KedgeError('E_NOTIFIER_CHANNEL_NOT_ALLOWED', `${asked} names none of the configured channels; known are ${known}.`)
      }
      return found.channel.publish({ ...request, channel: place.channel })
    },
  }
}
