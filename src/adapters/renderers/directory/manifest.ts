import { z } from 'zod'
import type { RendererManifest } from '../../../ports/manifest.ts'
import { createDirectoryRenderer } from './renderer.ts'

/** Plain folders, from the repository alone: always there, because it needs nothing. */
export const directory: RendererManifest<object, 'none'> = {
  id: 'directory',
  name: 'plain folders',
  config: z.strictObject({}),
  needsNothing: true,
  located: (options) => options,
  credential: () => 'none',
  secretsIn: () => [],
  open: async (_options, _credential, { repositories }) => createDirectoryRenderer(repositories),
  examine: async () => [],
}
