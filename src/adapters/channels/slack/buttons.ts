import type { ActionsBlock, Button } from '@slack/web-api'
import type { Card } from '../../../domain/notice/card.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { webLink } from '../../../domain/words/web-address.ts'

/** What people may press. */
export interface SlackButtons {
  /** The longest snooze that the admin allows, minutes; 0: none. */
  maxSnoozeMinutes: number
}

export const ON_IT = 'kedge.on-it'
/** Followed by minutes; 0 ends one. */
export const SNOOZE = 'kedge.snooze.'
const OPEN = 'kedge.open.'

/** Slack takes 75 characters on a button, and more in value and address than a whole message may have. */
const MAX = { label: 75, value: 600, address: 400, links: 4 }
const FIRST_SNOOZE_MINUTES = 60

/** The buttons of a card: where to look, and what to say while it is not over. Pure. */
export function buttonBlocks({ key, links, snooze }: Card, { maxSnoozeMinutes }: SlackButtons): ActionsBlock[] {
  const open = links.slice(0, MAX.links).flatMap(({ text, url }, at): Button[] => {
    const address = webLink(url, MAX.address)
    return address === undefined ? [] : [{ ...button(`${OPEN}${at}`, text), url: address }]
  })
  const say = snooze === undefined || key.length > MAX.value ? [] : [ON_IT, ...snoozes(snooze, maxSnoozeMinutes)]
  return [...row(open), ...row(say.map((action): Button => ({ ...button(action, labelOf(action)), value: key })))]
}

function snoozes(snooze: 'on' | 'off', max: number): readonly string[] {
  const minutes = [Math.min(FIRST_SNOOZE_MINUTES, max), ...(max > FIRST_SNOOZE_MINUTES ? [max] : [])]
  if (snooze === 'on') return [`${SNOOZE}0`]
  return max > 0 ? minutes.map((many) => `${SNOOZE}${many}`) : []
}

function labelOf(action: string): string {
  if (action === ON_IT) return 'I am on it'
  const minutes = Number(action.slice(SNOOZE.length))
  if (minutes === 0) return 'End snooze'
  return minutes % 60 === 0 ? `Snooze ${minutes / 60} h` : `Snooze ${minutes} min`
}

/** Plain text is no mrkdwn: nothing in it mentions or links. A label of which nothing is left would have Slack refuse the whole card. */
function button(action: string, text: string): Button {
  const label = plainText(text, MAX.label).toWellFormed() || 'Open'
  return { type: 'button', action_id: action, text: { type: 'plain_text', text: label, emoji: false } }
}

/** Slack refuses a row without buttons. */
function row(elements: Button[]): ActionsBlock[] {
  return elements.length === 0 ? [] : [{ type: 'actions', elements }]
}
