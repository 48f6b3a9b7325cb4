import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { plainText } from '../../../domain/words/plain-text.ts'
import type { CardAnswer, IncomingInteraction } from '../../../ports/interaction.ts'
import type { IncomingDelivery } from '../../../ports/webhook.ts'
import type { SlackAuth } from './auth.ts'
import { ON_IT, SNOOZE } from './buttons.ts'

/** Who may answer cards, and how far. */
export interface SlackInteractivity {
  team?: string | undefined
  names?: Readonly<Record<string, string>> | undefined
  maxSnoozeMinutes: number
}

const VERSION = 'v0'
const MAX_AGE_SECONDS = 300
const MAX_NAME = 60

const id = z.string().regex(/^[A-Z0-9]{1,40}$/)

/** What is used of a `block_actions` payload; everything else in it is left alone. */
const PRESSED = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id, name: z.string().optional(), username: z.string().optional(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  container: z.object({ channel_id: id, message_ts: z.string().regex(/^\d{1,20}\.\d{1,10}$/) }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
})

/** How Slack signs what people press, and what it says: docs.slack.dev, "Verifying requests from Slack", "block_actions payload". */
export const slackInteraction: IncomingInteraction<{ interactivity?: SlackInteractivity | undefined }, SlackAuth> = {
  secret: (auth) => (auth.type === 'token' ? auth.signingSecret : undefined),
  verify,
  unverified: "The signature of Slack is missing or wrong, or its time is more than five minutes off this machine's clock.",
  idOf: ({ header }) => header('x-slack-signature') ?? '',
  read(body, { interactivity }) {
    const payload = payloadIn(body)
    if (payload === undefined) return undefined
    if (typeOf(payload) !== 'block_actions') return 'other'
    const { data: pressed } = PRESSED.safeParse(payload)
    return pressed && answerOf(pressed, interactivity ?? { maxSnoozeMinutes: 0 })
  },
}

function verify({ header, body }: IncomingDelivery, secret: string, now: number): boolean {
  const at = header('x-slack-request-timestamp') ?? ''
  if (secret === '' || !/^\d{1,12}$/.test(at)) return false
  const expected = Buffer.from(`${VERSION}=${createHmac('sha256', secret).update(`${VERSION}:${at}:`).update(body).digest('hex')}`)
  const given = Buffer.from(header('x-slack-signature') ?? '')
  const isSigned = given.length === expected.length && timingSafeEqual(given, expected)
  return isSigned && Math.abs(now / 1_000 - Number(at)) <= MAX_AGE_SECONDS
}

function payloadIn(body: Uint8Array): unknown {
  try {
    const parsed: unknown = JSON.parse(new URLSearchParams(Buffer.from(body).toString('utf8')).get('payload') ?? '')
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}

function typeOf(payload: unknown): unknown {
  return (payload as { type?: unknown }).type
}

function answerOf(
  { user, team, container, actions }: z.output<typeof PRESSED>,
  { team: own, names = {}, maxSnoozeMinutes }: SlackInteractivity,
): CardAnswer | 'other' | 'foreign' {
  const pressed = actions.map((action) => ({ says: saysOf(action.action_id, maxSnoozeMinutes), card: action.value }))
  const found = pressed.find(({ says, card }) => says !== undefined && card !== undefined)
  // A link is followed by Slack itself; it tells us all the same.
  if (!found?.says || found.card === undefined) return 'other'
  // In a channel that is shared with another company, its people see the buttons, too.
  if (own !== undefined && (team?.id !== own || user.team_id !== own)) return 'foreign'
  return {
    card: found.card,
    ref: { channel: container.channel_id, timestamp: container.message_ts },
    says: found.says,
    by: nameOf(user, names),
    user: user.id,
  }
}

/** A button of before may ask for more than is allowed by now. */
function saysOf(action: string, maxSnoozeMinutes: number): CardAnswer['says'] | undefined {
  if (action === ON_IT) return { type: 'on-it' }
  const minutes = action.startsWith(SNOOZE) ? action.slice(SNOOZE.length) : ''
  if (!/^\d{1,4}$/.test(minutes) || (minutes !== '0' && maxSnoozeMinutes === 0)) return undefined
  return { type: 'snooze', minutes: Math.min(Number(minutes), maxSnoozeMinutes) }
}

function nameOf({ id: user, name, username }: z.output<typeof PRESSED>['user'], names: Readonly<Record<string, string>>): string {
  const known = Object.hasOwn(names, user) ? names[user] : undefined
  if (known !== undefined) return plainText(known, MAX_NAME)
  return `${plainText(name ?? username ?? '', MAX_NAME) || user} (in Slack)`
}
