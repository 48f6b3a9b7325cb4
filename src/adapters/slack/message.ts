import type { KnownBlock, MessageAttachment, MrkdwnElement } from '@slack/web-api'
import type { Card, Tone } from '../../domain/notice.ts'
import { escapeLine, escapeLines, link } from './text.ts'

/** What Slack shows: `text` above the bar and in notifications, the rest beside the coloured bar. */
export interface SlackMessage {
  text: string
  attachments: MessageAttachment[]
}

/** Colours as Argo CD's own Slack notices have them. */
const COLORS: Readonly<Record<Tone, string>> = { bad: '#E01E5A', waiting: '#f4c030', good: '#18be52', info: '#1d9bd1' }
/** Said with a shape too, because not everybody sees the colour. */
const MARKS: Readonly<Record<Tone, string>> = { bad: '❌', waiting: '⏳', good: '✅', info: 'ℹ️' }

/** Slack's limit for the text of a section. */
const MAX_SECTION = 3_000
/** Slack takes ten fields in a section. */
const FIELDS_IN_SECTION = 10
/** Slack takes 2,000 characters in a field, but only about 13,000 in a message: the caps below add up to less. */
const MAX_FIELDS = 20
const MAX_FIELD_VALUE = 250
const MAX_LABEL = 60
const MAX_TITLE = 300
const MAX_EVIDENCE_LINE = 280
const MAX_LINKS = 5

/**
 * A card as a Slack message. Pure. Everything from the card is escaped and capped. Links are mrkdwn, not buttons: a URL button
 * shows people a warning where no interactivity endpoint is configured. `note` is an extra paragraph at the top.
 */
export function renderCard(card: Card, note?: string): SlackMessage {
  const text = `${MARKS[card.tone]} ${escapeLine(card.title, MAX_TITLE) || 'Release'}`
  const blocks: KnownBlock[] = [
    ...paragraph(escapeLines(note ?? '', MAX_SECTION)),
    ...fieldSections(card.fields),
    ...paragraph(evidenceList(card.evidence)),
    ...paragraph(escapeLines(card.outcome, MAX_SECTION)),
    ...paragraph(card.links.slice(0, MAX_LINKS).map((entry) => link(entry.text, entry.url)).filter(Boolean).join('  ·  ')),
  ]
  // An attachment without blocks is refused.
  const shown = blocks.length > 0 ? blocks : paragraph(text)
  return { text, attachments: [{ color: COLORS[card.tone], fallback: text, blocks: shown }] }
}

/** The text of a reply in a thread. Never empty, because Slack refuses that. */
export function renderReply(text: string): string {
  return escapeLines(text, MAX_SECTION) || '…'
}

function fieldSections(fields: Card['fields']): KnownBlock[] {
  const elements = fields
    .slice(0, MAX_FIELDS)
    .map(({ label, value }) => mrkdwn(`*${escapeLine(label, MAX_LABEL)}*\n${escapeLine(value, MAX_FIELD_VALUE) || '–'}`))
  const sections: KnownBlock[] = []
  for (let start = 0; start < elements.length; start += FIELDS_IN_SECTION) {
    sections.push({ type: 'section', fields: elements.slice(start, start + FIELDS_IN_SECTION) })
  }
  return sections
}

/** As many lines as fit, and how many did not. */
function evidenceList(evidence: readonly string[]): string {
  const lines = evidence.map((line) => `• ${escapeLine(line, MAX_EVIDENCE_LINE)}`)
  let shown = lines.slice(0, 10)
  while (shown.join('\n').length > MAX_SECTION - 20) shown = shown.slice(0, -1)
  const left = lines.length - shown.length
  return [...shown, ...(left > 0 ? [`… and ${left} more`] : [])].join('\n')
}

function paragraph(text: string): KnownBlock[] {
  return text === '' ? [] : [{ type: 'section', text: mrkdwn(text) }]
}

/** `verbatim`: Slack makes no links and mentions out of plain words. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true }
}
