import type { Buffer } from 'node:buffer'
import { z } from 'zod'
import { confidentialUrl } from '../../../options/address.ts'
import { path } from '../../../options/file.ts'
import { ok } from '../../../ports/finding.ts'
import type { ChannelManifest } from '../../../ports/manifest.ts'
import { webhookFirstSteps } from './first-steps.ts'
import { signingKey } from './signature.ts'

const config = z.strictObject({
  url: confidentialUrl('what is sent would travel in clear').describe(
    'Where events are sent: one signed CloudEvent in JSON for each change (docs/events.md). In clear to loopback alone.',
  ),
  secretFile: path.optional().describe('File with the secret that events are signed with: `whsec_` and base64, or a text of 24 bytes.'),
  previousSecretFile: path.optional().describe('File with the secret of before, while it changes: events are signed with both.'),
})

type Options = z.output<typeof config>

interface Credential {
  texts: readonly string[]
  keys: readonly Buffer[]
}

/** Events for programs, at an address of one's own. */
export const webhook: ChannelManifest<Options, Credential> = {
  id: 'webhook',
  name: 'Webhook (CloudEvents)',
  config,
  firstSteps: webhookFirstSteps,
  hasOnePlace: true,
  credential(options, reader) {
    const before = reader.faults
    const secret = reader.read(['secretFile'], options.secretFile, 'KEDGE_WEBHOOK_SECRET')
    const previous =
      options.previousSecretFile === undefined
        ? undefined
        : reader.read(['previousSecretFile'], options.previousSecretFile, 'KEDGE_WEBHOOK_PREVIOUS_SECRET')
    if (secret === undefined && reader.faults === before)
      reader.fault(['secretFile'], 'must name the file with the secret, or KEDGE_WEBHOOK_SECRET must hold it')
    const texts = [secret, previous].filter((text) => text !== undefined)
    const keys = texts.map(signingKey).filter((key) => key !== undefined)
    if (keys.length < texts.length) reader.fault([], 'has a secret of less than 24 bytes')
    return reader.faults > before ? undefined : { texts, keys }
  },
  secretsIn: ({ texts }) => texts.flatMap((text) => [text, text.replace(/^whsec_/, '')]),
  async open({ url }, { keys }, { now }) {
    return (await import('./channel.ts')).createWebhookChannel({ url, keys, now })
  },
  async examine({ url }, { keys }) {
    const signed = keys.length > 1 ? 'two secrets' : 'one secret'
    const says = `events for ${new URL(url).host} are signed with ${signed}; it can only be tried by sending, which the doctor does not do`
    return [ok('webhook', says)]
  },
}
