import { z } from 'zod'
import { readCertificates, withCaFile } from '../../../options/certificates.ts'
import type { AlertManifest } from '../../../ports/manifest.ts'
import type { AlertCredential } from '../http/client.ts'
import { connection, readCredential, secretsIn } from '../http/options.ts'

const config = z.strictObject(connection)

type Options = z.output<typeof config>

/** Prometheus, and what answers like it: what fires, and what has fired before. */
export const prometheus: AlertManifest<Options, AlertCredential> = {
  id: 'prometheus',
  name: 'Prometheus',
  config,
  located: withCaFile,
  credential: (options, reader) =>
    readCredential(options, reader, { token: 'KEDGE_PROMETHEUS_TOKEN', password: 'KEDGE_PROMETHEUS_PASSWORD' }),
  secretsIn,
  async open({ url, caFile }, credential, { now, signsIn, ...places }) {
    const { createAlertClient } = await import('../http/client.ts')
    const { createPrometheus } = await import('./source.ts')
    const common = {
      name: 'Prometheus',
      url,
      signsIn: () => signsIn?.() ?? credential,
      ca: readCertificates(caFile, 'Prometheus'),
      largestAnswer: 4_194_304,
    }
    const client = createAlertClient({ ...common, timeoutMs: 5_000 })
    const pastClient = createAlertClient({ ...common, timeoutMs: 10_000 })
    return Object.assign(createPrometheus({ client, pastClient, places, now }), {
      [Symbol.asyncDispose]: async () => void (await Promise.all([client, pastClient].map((one) => one[Symbol.asyncDispose]()))),
    })
  },
  async examine(source) {
    const { checkAlertSource } = await import('../http/doctor.ts')
    return checkAlertSource('Prometheus', source)
  },
}
