import { z } from 'zod'
import { isConfidential, webAddress } from '../../../domain/words/web-address.ts'
import { ok } from '../../../ports/finding.ts'
import type { ChannelManifest } from '../../../ports/manifest.ts'
import { teamsFirstSteps } from './first-steps.ts'

const config = z.strictObject({
  webhookUrlFile: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .describe('File with the URL of a workflow "Post to a channel when a webhook request is received". Whoever has it can post.'),
})

type Options = z.output<typeof config>

/** One Microsoft Teams channel, by a Workflows webhook. */
export const teams: ChannelManifest<Options, string> = {
  id: 'teams',
  name: 'Microsoft Teams',
  config,
  firstSteps: teamsFirstSteps,
  hasOnePlace: true,
  credential({ webhookUrlFile }, reader) {
    const before = reader.faults
    const url = reader.read(['webhookUrlFile'], webhookUrlFile, 'KEDGE_TEAMS_WEBHOOK_URL')
    if (url === undefined && reader.faults === before)
      reader.fault(['webhookUrlFile'], 'must name the file with the URL of the workflow, or KEDGE_TEAMS_WEBHOOK_URL must hold it')
    const address = webAddress(url ?? '')
    if (url !== undefined && !(address && isConfidential(address))) reader.fault(['webhookUrlFile'], 'does not hold an https URL')
    return reader.faults > before ? undefined : url
  },
  /** What signs the URL is as good as all of it. */
  secretsIn: (url) => [url, ...[...new URL(url).searchParams.values()].filter((text) => text.length >= 12)],
  async open(_options, url, { now }) {
    return (await import('./channel.ts')).createTeamsChannel({ url, now })
  },
  async examine(_options, url) {
    const says = `a workflow of ${new URL(url).host} is configured; it can only be tried by posting, which the doctor does not do`
    return [ok('Microsoft Teams', says)]
  },
}
