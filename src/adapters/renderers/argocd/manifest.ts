import { z } from 'zod'
import { confidentialUrl } from '../../../options/address.ts'
import { caFile, readCertificates, withCaFile } from '../../../options/certificates.ts'
import { path } from '../../../options/file.ts'
import type { RendererManifest } from '../../../ports/manifest.ts'

const config = z.strictObject({
  url: confidentialUrl('the token would travel in clear').describe(
    "Address of Argo CD's API server. The token is sent nowhere else, and in clear to loopback alone.",
  ),
  tokenFile: path.optional().describe('File with the token of an account that may `get` Applications, and nothing else.'),
  caFile,
})

type Options = z.output<typeof config>

/** Argo CD's own API: Helm, Kustomize and plugins, with the operator's settings. */
export const argocd: RendererManifest<Options, string> = {
  id: 'argocd',
  name: 'Argo CD',
  config,
  isArgocdApi: true,
  located: withCaFile,
  /** An address without a token would be asked in vain for ever. */
  credential({ tokenFile }, reader) {
    const before = reader.faults
    const token = reader.read(['tokenFile'], tokenFile, 'KEDGE_ARGOCD_TOKEN')
    if (token === undefined && reader.faults === before)
      reader.fault(['tokenFile'], 'must name the file with the token, or KEDGE_ARGOCD_TOKEN must hold it')
    return token
  },
  secretsIn: (token) => [token],
  async open({ url, caFile: file }, token) {
    const { createArgocdRenderer } = await import('./renderer.ts')
    const ca = readCertificates(file, "Argo CD's API")
    return createArgocdRenderer({ url, token: () => token, ...(ca !== undefined && { ca }) })
  },
  async examine(renderer, applications) {
    const { checkRendering } = await import('./doctor.ts')
    return checkRendering(renderer, applications)
  },
}
