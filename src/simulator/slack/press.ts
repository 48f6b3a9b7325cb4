import { createHmac } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { asArray, asObject, type JsonObject } from '../json.ts'
import type { SlackMessage } from './workspace.ts'

/** A person presses a button of a message. */
export interface Press {
  /** The interactivity URL of the app. */
  url: string
  message: SlackMessage
  /** The `action_id` of the button. */
  action: string
  user: { id: string; name: string; team_id?: string }
}

/** A request as Slack signs it: docs.slack.dev, "Verifying requests from Slack". */
export interface SignedRequest {
  body: string
  headers: Readonly<Record<string, string>>
}

/** `at`: epoch ms. */
export function signSlackRequest(secret: string, payload: unknown, at: number): SignedRequest {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const seconds = String(Math.floor(at / 1_000))
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': `v0=${signature}`,
    },
  }
}

/** The buttons of a message, wherever they stand in it. */
export function buttonsOf({ blocks = [], attachments = [] }: SlackMessage): readonly JsonObject[] {
  const all = [...blocks, ...attachments.flatMap((one) => asArray(asObject(one)['blocks']))].map(asObject)
  return all.filter(({ type }) => type === 'actions').flatMap((block) => asArray(block['elements']).map(asObject))
}

/** What Slack sends when a button is pressed, the one of a link too. Throws where the message has no such button. */
function pressedPayload({ message, action, user }: Press, now: number): JsonObject {
  const button = buttonsOf(message).find((one) => one['action_id'] === action)
  if (!button) throw new Error(`the message has no button ${action}`)
  return {
    type: 'block_actions',
    user: { username: user.name, team_id: 'T1', ...user },
    api_app_id: 'A1',
    token: 'a-verification-token-of-old',
    container: { type: 'message_attachment', message_ts: message.ts, attachment_id: 1, channel_id: message.channel, is_ephemeral: false },
    trigger_id: '1.2.3',
    team: { id: 'T1', domain: 'simulator' },
    channel: { id: message.channel, name: 'deploys' },
    message: { type: 'message', ts: message.ts, text: message.text },
    response_url: 'https://hooks.slack.com/actions/T1/1/planted-response-url',
    actions: [{ ...button, block_id: 'b1', action_ts: `${Math.floor(now / 1_000)}.000001` }],
  }
}

/** @returns the status of the app's answer */
export async function pressButton(press: Press, { clock, signingSecret = '' }: { clock: Clock; signingSecret?: string }): Promise<number> {
  const { body, headers } = signSlackRequest(signingSecret, pressedPayload(press, clock.now()), clock.now())
  return (await fetch(press.url, { method: 'POST', body, headers })).status
}
