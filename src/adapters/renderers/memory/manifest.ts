import { z } from 'zod'
import { notRendered } from '../../../domain/application/rendered.ts'
import type { RendererManifest } from '../../../ports/manifest.ts'
import type { Renderer } from '../../../ports/renderer.ts'

const NOT_TOLD: Renderer['digest'] = async () => notRendered('unsupported', 'Nothing was told of it.')

const config = z.strictObject({ tokenFile: z.string().optional().describe('File with its token.') })

/** A renderer that answers what it was told to, as a vendor. For tests of what any renderer gets. */
export function memoryRenderer(
  render: Renderer['render'],
  digest: Renderer['digest'] = NOT_TOLD,
): RendererManifest<z.output<typeof config>, string> {
  return {
    id: 'memory',
    name: 'Memory',
    config,
    located: (options) => options,
    credential: ({ tokenFile }, reader) => reader.read(['tokenFile'], tokenFile, 'KEDGE_MEMORY_TOKEN'),
    secretsIn: (token) => [token],
    open: async () => ({ render, digest }),
    examine: async () => [],
  }
}
