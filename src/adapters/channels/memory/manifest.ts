import { z } from 'zod'
import type { ChannelManifest } from '../../../ports/manifest.ts'
import type { MemoryChannel } from './channel.ts'

const config = z.strictObject({})

/** A channel that only remembers, as a vendor: what it is told is in `channel`. For tests of what any vendor gets. */
export function memoryChannel(channel: MemoryChannel): ChannelManifest<z.output<typeof config>, { signedIn: true }> {
  return {
    id: 'memory',
    name: 'Memory',
    config,
    credential: () => ({ signedIn: true }),
    secretsIn: () => [],
    open: async () => channel,
    examine: async () => [],
  }
}
