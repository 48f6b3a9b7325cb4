import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { isLoopbackName } from '../../../domain/words/host-name.ts'
import type { RendererManifest } from '../../../ports/manifest.ts'

const path = z.string().min(1).max(4_096)

const config = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
    .refine((url) => !url.startsWith('http:') || isLoopbackName(new URL(url).hostname), 'must be https: the token would travel in clear')
    .describe("Address of Argo CD's API server. The token is sent nowhere else, and in clear to loopback alone."),
  tokenFile: path.optional().describe('File with the token of an account that may `get` Applications, and nothing else.'),
  caFile: path
    .optional()
    .describe('Certificates, in PEM, of the private authority that signed its certificate; then no other is believed.'),
})

type Options = z.output<typeof config>

/** Argo CD's own API: Helm, Kustomize and plugins, with the operator's settings. */
export const argocd: RendererManifest<Options, string> = {
  id: 'argocd',
  name: 'Argo CD',
  config,
  isArgocdApi: true,
  located: ({ caFile, ...options }, absolute) => ({ ...options, ...(caFile !== undefined && { caFile: absolute(caFile) }) }),
  /** An address without a token would be asked in vain for ever. */
  credential({ tokenFile }, reader) {
    const before = reader.faults
    const token = reader.read(['tokenFile'], tokenFile, 'KEDGE_ARGOCD_TOKEN')
    if (token === undefined && reader.faults === before)
      reader.fault(['tokenFile'], 'must name the file with the token, or KEDGE_ARGOCD_TOKEN must hold it')
    return token
  },
  secretsIn: (token) => [token],
  async open({ url, caFile }, token) {
    const { createArgocdRenderer } = await import('./renderer.ts')
    return createArgocdRenderer({ url, token: () => token, ...(caFile !== undefined && { ca: readCertificates(caFile) }) })
  },
  async examine(renderer, applications) {
    const { checkRendering } = await import('./doctor.ts')
    return checkRendering(renderer, applications)
  },
}

/** @throws KedgeError E_CLUSTER_CONFIG */
function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new KedgeError('E_CLUSTER_CONFIG', `caFile ${file} of Argo CD's API cannot be read`, { cause })
  }
}
