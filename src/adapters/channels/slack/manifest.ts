import { z } from 'zod'
import type { ChannelManifest, SecretReader } from '../../../ports/manifest.ts'
import type { SlackAuth } from './auth.ts'

const path = z.string().min(1).max(4_096)

const config = z.strictObject({
  tokenFile: path.optional().describe('File with a bot token (`chat:write`): one card per release, kept up to date.'),
  webhookUrlFile: path
    .optional()
    .describe('File with the URL of an incoming webhook: one message for each change, in the channel it was made for.'),
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
    .optional()
    .describe('Another address for the Slack API, such as a proxy.'),
})

type Options = z.output<typeof config>

/** Slack, by a bot or by an incoming webhook. */
export const slack: ChannelManifest<Options, SlackAuth> = {
  id: 'slack',
  name: 'Slack',
  config,
  isOldKey: true,
  credential: readCredential,
  secretsIn: (auth) => [auth.type === 'token' ? auth.token : auth.url],
  async open({ apiUrl }, auth, { allows, now }) {
    if (auth.type === 'webhook') return (await import('./webhook.ts')).createSlackWebhookChannel({ url: auth.url })
    const { createSlackChannel } = await import('./channel.ts')
    return createSlackChannel({ token: auth.token, apiUrl, allowChannel: allows, now })
  },
  async examine({ apiUrl }, auth, channels) {
    const { examineSlack } = await import('./doctor.ts')
    return examineSlack(auth, apiUrl, channels)
  },
}

function readCredential(options: Options, reader: SecretReader): SlackAuth | undefined {
  if (options.tokenFile !== undefined && options.webhookUrlFile !== undefined) {
    reader.fault([], 'has both tokenFile and webhookUrlFile; one of them is used')
    return undefined
  }
  const before = reader.faults
  const token = options.webhookUrlFile === undefined ? reader.read(['tokenFile'], options.tokenFile, 'KEDGE_SLACK_TOKEN') : undefined
  if (token !== undefined) return { type: 'token', token }
  if (reader.faults > before) return undefined
  const url = reader.read(['webhookUrlFile'], options.webhookUrlFile, 'KEDGE_SLACK_WEBHOOK_URL')
  if (url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return { type: 'webhook', url }
  if (url !== undefined) reader.fault(['webhookUrlFile'], 'does not hold a URL')
  else if (reader.faults === before)
    reader.fault([], 'has no credential; looked for tokenFile, webhookUrlFile, KEDGE_SLACK_TOKEN and KEDGE_SLACK_WEBHOOK_URL')
  return undefined
}
