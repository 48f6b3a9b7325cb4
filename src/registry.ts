import { slack } from './adapters/channels/slack/manifest.ts'
import { github } from './adapters/forges/github/manifest.ts'
import type { Registry } from './ports/manifest.ts'

/** Which forges and channels there are: one line each. */
export const registry: Registry = {
  forges: [github],
  channels: [slack],
}
