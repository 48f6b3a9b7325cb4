import { unreadSource } from '../../../src/domain/release/image-source.ts'
import type { Adapters } from '../../../src/service/adapters.ts'
import { realAdapters } from '../../../src/service/real-adapters.ts'

/** What a replica runs on here: all that is real, and a registry that nobody has. */
export const adapters: Adapters = {
  ...realAdapters,
  images: () => ({
    mayRead: () => true,
    sourceOf: async (image) => unreadSource(image, 'there is no such registry'),
    [Symbol.asyncDispose]: async () => undefined,
  }),
}
