import type { Card, Tone } from '../../../domain/notice/card.ts'
import { cutWithMark, plainText } from '../../../domain/words/plain-text.ts'
import { webLink } from '../../../domain/words/web-address.ts'

/** What a Workflows webhook takes: a message with one Adaptive Card. */
export interface TeamsMessage {
  type: 'message'
  attachments: readonly [{ contentType: 'application/vnd.microsoft.card.adaptive'; contentUrl: null; content: AdaptiveCard }]
}

interface AdaptiveCard {
  $schema: string
  type: 'AdaptiveCard'
  version: '1.5'
  fallbackText: string
  msteams: { width: 'Full' }
  body: readonly TextRuns[]
  actions?: readonly { type: 'Action.OpenUrl'; title: string; url: string }[]
}

/** The one element with text that Teams never reads as markdown: a link or a mention in it stays as it was written. */
interface TextRuns {
  type: 'RichTextBlock'
  spacing?: 'Small' | 'Medium'
  inlines: readonly TextRun[]
}

interface TextRun {
  type: 'TextRun'
  text: string
  weight?: 'Bolder'
  size?: 'Medium'
  color?: 'Attention' | 'Warning' | 'Good' | 'Accent'
  isSubtle?: true
}

const MARKS: Readonly<Record<Tone, { mark: string; color: NonNullable<TextRun['color']> }>> = {
  bad: { mark: '❌', color: 'Attention' },
  waiting: { mark: '⏳', color: 'Warning' },
  good: { mark: '✅', color: 'Good' },
  info: { mark: 'ℹ️', color: 'Accent' },
}

/** Teams refuses a message of more than 28 KB. With every character at its longest in JSON, these add up to less. */
const MAX = {
  todo: 80,
  title: 200,
  paragraph: 1_000,
  fields: 10,
  label: 40,
  value: 150,
  evidence: 5,
  evidenceLine: 160,
  links: 4,
  url: 400,
}

/** A card as the first message of a release. Pure. Everything from the card is plain text, and capped. */
export function renderCard(card: Card): TeamsMessage {
  const evidence = card.evidence.slice(0, MAX.evidence).map((text) => `• ${harmless(text, MAX.evidenceLine)}`)
  const left = card.evidence.length - evidence.length
  return message(card, [
    ...card.fields.slice(0, MAX.fields).map(({ label, value }) => field(harmless(label, MAX.label), harmless(value, MAX.value) || '–')),
    ...evidence.map((text) => paragraph(text)),
    ...(left > 0 ? [paragraph(`… and ${left} more`)] : []),
    ...outcomeOf(card),
  ])
}

/** What is new of a release that was told before: a message of its own, because what a workflow has posted cannot be changed by it. */
export function renderNews(card: Card): TeamsMessage {
  return message(card, outcomeOf(card))
}

function message(card: Card, body: readonly TextRuns[]): TeamsMessage {
  const { mark, color } = MARKS[card.tone]
  const todo = harmless(card.todo ?? '', MAX.todo)
  const title = `${mark} ${todo && `${todo} · `}${harmless(card.title, MAX.title) || 'Release'}`
  const actions = actionsOf(card.links)
  const content: AdaptiveCard = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.5',
    fallbackText: title,
    msteams: { width: 'Full' },
    body: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: title, weight: 'Bolder', size: 'Medium', color }] }, ...body],
    ...(actions.length > 0 && { actions }),
  }
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }] }
}

function actionsOf(links: Card['links']): NonNullable<AdaptiveCard['actions']> {
  const followed = links.flatMap(({ text, url }) => {
    const address = webLink(url, MAX.url)
    return address === undefined ? [] : [{ type: 'Action.OpenUrl' as const, title: harmless(text, MAX.label) || 'Open', url: address }]
  })
  return followed.slice(0, MAX.links)
}

function outcomeOf({ outcome }: Card): readonly TextRuns[] {
  const text = harmless(outcome, MAX.paragraph)
  return text === '' ? [] : [paragraph(text)]
}

function field(label: string, value: string): TextRuns {
  return {
    type: 'RichTextBlock',
    spacing: 'Small',
    inlines: [
      { type: 'TextRun', text: `${label}: `, isSubtle: true },
      { type: 'TextRun', text: value },
    ],
  }
}

function paragraph(text: string): TextRuns {
  return { type: 'RichTextBlock', spacing: 'Medium', inlines: [{ type: 'TextRun', text }] }
}

/**
 * One line. `{{DATE(…)}}` is computed in any text, so no two braces may stand side by side, of three neither; and `<at>` is a mention where
 * a message names whom. The gaps make it longer, so it is cut once more.
 */
function harmless(text: string, max: number): string {
  const disarmed = plainText(text, max)
    .toWellFormed()
    .replace(/\{(?=\{)/g, '{ ')
    .replace(/<(?=\/?at\b)/gi, '‹')
  return cutWithMark(disarmed, max)
}
