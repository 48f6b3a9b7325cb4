import { z } from 'zod'
import { readCertificates, withCaFile } from '../../../options/certificates.ts'
import type { AlertManifest } from '../../../ports/manifest.ts'
import type { AlertCredential } from '../http/client.ts'
import { connection, readCredential, secretsIn } from '../http/options.ts'
import { alertmanagerWebhook } from './webhook.ts'

const config = z.strictObject({
  ...connection,
  filters: z
    .array(z.string().min(1).max(500))
    .max(20)
    .default([])
    .describe('More matchers, as Alertmanager spells them, such as `severity="page"`: other alerts are not asked for.'),
})

type Options = z.output<typeof config>

/** Alertmanager: what fires, what is silenced and what is inhibited. */
export const alertmanager: AlertManifest<Options, AlertCredential> = {
  id: 'alertmanager',
  name: 'Alertmanager',
  config,
  located: withCaFile,
  credential: (options, reader) =>
    readCredential(options, reader, { token: 'KEDGE_ALERTMANAGER_TOKEN', password: 'KEDGE_ALERTMANAGER_PASSWORD' }),
  secretsIn,
  webhook: alertmanagerWebhook,
  async open({ url, caFile, filters }, credential, { namespaceLabel, signsIn }) {
    const { createAlertClient } = await import('../http/client.ts')
    const { createAlertmanager } = await import('./source.ts')
    const ca = readCertificates(caFile, 'Alertmanager')
    const client = createAlertClient({
      name: 'Alertmanager',
      url,
      signsIn: () => signsIn?.() ?? credential,
      ca,
      timeoutMs: 5_000,
      largestAnswer: 4_194_304,
    })
    return Object.assign(createAlertmanager({ client, filters, namespaceLabel }), {
      [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    })
  },
  async examine(source) {
    const { checkAlertSource } = await import('../http/doctor.ts')
    return checkAlertSource('Alertmanager', source)
  },
}
