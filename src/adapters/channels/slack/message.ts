import type { KnownBlock, MessageAttachment, MrkdwnElement } from '@slack/web-api'
import type { Card, Tone } from '../../../domain/notice/card.ts'
import { buttonBlocks, type SlackButtons } from './buttons.ts'
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

/** Slack takes ten fields in a section. */
const FIELDS_IN_SECTION = 10
/**
 * Slack takes 3,000 characters in a section and 2,000 in a field, but refuses a whole message above about 13,000
 * (`msg_blocks_too_long`). These add up to less.
 */
const MAX = { todo: 80, title: 300, paragraph: 2_000, fields: 16, label: 40, value: 200, evidence: 10, evidenceLine: 240, links: 4 }

/**
 * A card as a Slack message. Pure. Everything from the card is escaped and capped. Without `buttons`, links are mrkdwn: a URL button
 * shows people a warning where no interactivity endpoint is configured. `note` is an extra paragraph at the top.
 */
export function renderCard(
  card: Card,
  { note, buttons }: { note?: string | undefined; buttons?: SlackButtons | undefined } = {},
): SlackMessage {
  const todo = escapeLine(card.todo ?? '', MAX.todo)
  const text = `${MARKS[card.tone]} ${todo && `${todo} · `}${escapeLine(card.title, MAX.title) || 'Release'}`
  const blocks: KnownBlock[] = [
    ...paragraph(escapeLines(note ?? '', MAX.paragraph)),
    ...fieldSections(card.fields),
    ...paragraph(evidenceList(card.evidence)),
    ...paragraph(escapeLines(card.outcome, MAX.paragraph)),
    ...(buttons ? buttonBlocks(card, buttons) : linkParagraph(card.links)),
  ]
  // An attachment without blocks is refused.
  const shown = blocks.length > 0 ? blocks : paragraph(text)
  return { text, attachments: [{ color: COLORS[card.tone], fallback: text, blocks: shown }] }
}

function linkParagraph(links: Card['links']): KnownBlock[] {
  const shown = links.slice(0, MAX.links).map((entry) => link(entry.text, entry.url))
  return paragraph(shown.filter(Boolean).join('  ·  '))
}

/** The text of a reply in a thread. Never empty, because Slack refuses that. */
export function renderReply(text: string): string {
  return escapeLines(text, MAX.paragraph) || '…'
}

function fieldSections(fields: Card['fields']): KnownBlock[] {
  const elements = fields
    .slice(0, MAX.fields)
    .map(({ label, value }) => mrkdwn(`*${escapeLine(label, MAX.label)}*\n${escapeLine(value, MAX.value) || '–'}`))
  const sections: KnownBlock[] = []
  for (let start = 0; start < elements.length; start += FIELDS_IN_SECTION) {
    sections.push({ type: 'section', fields: elements.slice(start, start + FIELDS_IN_SECTION) })
  }
  return sections
}

/** The first lines, and how many there are besides. */
function evidenceList(evidence: readonly string[]): string {
  const shown = evidence.slice(0, MAX.evidence).map((line) => `• ${escapeLine(line, MAX.evidenceLine)}`)
  const left = evidence.length - shown.length
  return [...shown, ...(left > 0 ? [`… and ${left} more`] : [])].join('\n')
}

function paragraph(text: string): KnownBlock[] {
  return text === '' ? [] : [{ type: 'section', text: mrkdwn(text) }]
}

/** `verbatim`: Slack makes no links and mentions out of plain words. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true }
}
