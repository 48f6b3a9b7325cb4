import { z } from 'zod'
import { webAddress } from '../../../domain/words/web-address.ts'
import { webUrl } from '../../../options/address.ts'
import { path } from '../../../options/file.ts'
import type { ChannelManifest, SecretReader } from '../../../ports/manifest.ts'
import type { SlackAuth } from './auth.ts'
import { slackFirstSteps } from './first-steps.ts'
import { slackInteraction } from './interaction.ts'

const interactivity = z.strictObject({
  signingSecretFile: path
    .optional()
    .describe('File with the signing secret of the Slack app: cards get buttons, and what is pressed is taken.'),
  team: z
    .string()
    .regex(/^T[A-Z0-9]{1,40}$/, 'must be the id of a workspace, such as T0123ABCD')
    .optional()
    .describe('Id of the workspace whose people may answer. Without it, everybody who sees the channel.'),
  names: z
    .record(z.string().regex(/^[UW][A-Z0-9]{1,40}$/, 'must be the id of a user, such as U0123ABCD'), z.string().min(1).max(60))
    .optional()
    .describe('What people are called in the ledger and on cards, by the id of their Slack user.'),
  maxSnoozeMinutes: z
    .int()
    .min(0)
    .max(1_440)
    .default(0)
    .describe('The longest time for which people may want no replies about a release; 0: no button for it.'),
})

const config = z.strictObject({
  tokenFile: path.optional().describe('File with a bot token (`chat:write`): one card per release, kept up to date.'),
  webhookUrlFile: path
    .optional()
    .describe('File with the URL of an incoming webhook: one message for each change, in the channel it was made for.'),
  interactivity: interactivity.optional().describe('Buttons on cards; needs a bot token.'),
  apiUrl: webUrl.optional().describe('Another address for the Slack API, such as a proxy.'),
})

type Options = z.output<typeof config>

/** Slack, by a bot or by an incoming webhook. */
export const slack: ChannelManifest<Options, SlackAuth> = {
  id: 'slack',
  name: 'Slack',
  config,
  firstSteps: slackFirstSteps,
  isOldKey: true,
  credential: readCredential,
  secretsIn: (auth) => (auth.type === 'webhook' ? [auth.url] : [auth.token, auth.signingSecret].filter((text) => text !== undefined)),
  interaction: slackInteraction,
  async open({ apiUrl, interactivity: answers }, auth, { allows, now }) {
    if (auth.type === 'webhook') return (await import('./webhook.ts')).createSlackWebhookChannel({ url: auth.url, now })
    const { createSlackChannel } = await import('./channel.ts')
    const buttons = auth.signingSecret === undefined ? undefined : { maxSnoozeMinutes: answers?.maxSnoozeMinutes ?? 0 }
    return createSlackChannel({ token: auth.token, apiUrl, allowChannel: allows, buttons, now })
  },
  async examine({ apiUrl, interactivity: answers }, auth, channels) {
    const { examineSlack } = await import('./doctor.ts')
    return examineSlack(auth, { apiUrl, team: answers?.team }, channels)
  },
}

function readCredential(options: Options, reader: SecretReader): SlackAuth | undefined {
  if (options.tokenFile !== undefined && options.webhookUrlFile !== undefined) {
    reader.fault([], 'has both tokenFile and webhookUrlFile; one of them is used')
    return undefined
  }
  const before = reader.faults
  const token = options.webhookUrlFile === undefined ? reader.read(['tokenFile'], options.tokenFile, 'KEDGE_SLACK_TOKEN') : undefined
  if (token !== undefined) {
    const signingSecret = readSigningSecret(options, reader)
    return { type: 'token', token, ...(signingSecret !== undefined && { signingSecret }) }
  }
  if (reader.faults > before) return undefined
  const url = reader.read(['webhookUrlFile'], options.webhookUrlFile, 'KEDGE_SLACK_WEBHOOK_URL')
  if (options.interactivity !== undefined && reader.faults === before)
    reader.fault(['interactivity'], 'needs a bot token: what an incoming webhook has posted cannot be answered')
  if (url !== undefined && webAddress(url)) return { type: 'webhook', url }
  if (url !== undefined) reader.fault(['webhookUrlFile'], 'does not hold a URL')
  else if (reader.faults === before)
    reader.fault([], 'has no credential; looked for tokenFile, webhookUrlFile, KEDGE_SLACK_TOKEN and KEDGE_SLACK_WEBHOOK_URL')
  return undefined
}

/** Where the rest of it is said, buttons are wanted. */
function readSigningSecret({ interactivity: answers }: Options, reader: SecretReader): string | undefined {
  const before = reader.faults
  const secret = reader.read(['interactivity', 'signingSecretFile'], answers?.signingSecretFile, 'KEDGE_SLACK_SIGNING_SECRET')
  if (secret === undefined && answers !== undefined && reader.faults === before)
    reader.fault(['interactivity'], 'has no signing secret; looked for signingSecretFile and KEDGE_SLACK_SIGNING_SECRET')
  return secret
}
