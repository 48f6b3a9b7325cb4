import type { SlackAuth } from '../../../../src/adapters/channels/slack/auth.ts'
import { slackInteraction } from '../../../../src/adapters/channels/slack/interaction.ts'
import { createSlackWebhookChannel } from '../../../../src/adapters/channels/slack/webhook.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { startSlack } from '../../../../src/simulator/slack.ts'
import { signSlackRequest } from '../../../../src/simulator/slack/press.ts'
import { describeIncomingInteraction } from '../../../contract/incoming-interaction.ts'
import { describeSendingChannel } from '../../../contract/sending-channel.ts'

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5'

describeIncomingInteraction<Parameters<typeof slackInteraction.read>[1], SlackAuth>('Slack', {
  interaction: slackInteraction,
  options: { interactivity: { team: 'T1', maxSnoozeMinutes: 240 } },
  credentials: {
    secret: SECRET,
    taking: { type: 'token', token: 'xoxb-1', signingSecret: SECRET },
    notTaking: { type: 'webhook', url: 'https://hooks.slack.com/services/T1/B1/x' },
  },
  send({ card, ref, says, user, name, isStranger }, { secret, at }) {
    const team = isStranger ? 'T2' : 'T1'
    const action = says.type === 'on-it' ? 'kedge.on-it' : `kedge.snooze.${says.minutes}`
    const payload = {
      type: 'block_actions',
      user: { id: user, name, team_id: team },
      team: { id: team },
      container: { channel_id: ref.channel, message_ts: ref.timestamp },
      actions: [{ action_id: action, value: card }],
    }
    return signSlackRequest(secret, payload, at)
  },
  sendOther: ({ secret, at }) => signSlackRequest(secret, { type: 'view_submission', view: {} }, at),
})

describeSendingChannel('Slack by an incoming webhook', async () => {
  const slack = await startSlack({ clock: createSystemClock(), token: 'xoxb-1' })
  return {
    channel: createSlackWebhookChannel({ url: slack.webhookUrl, now: Date.now }),
    keepsNoReference: true,
    sent: () => slack.messages.map((message) => ({ text: JSON.stringify(message), id: undefined })),
    faults: slack.faults,
    limitRate: (seconds) => slack.limitRate(seconds),
    secrets: ['/services/T1/B1/simulator'],
    [Symbol.asyncDispose]: () => slack[Symbol.asyncDispose](),
  }
})
