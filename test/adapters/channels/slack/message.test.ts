import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderCard, renderReply } from '../../../../src/adapters/channels/slack/message.ts'
import { link } from '../../../../src/adapters/channels/slack/text.ts'
import type { Card } from '../../../../src/domain/notice/card.ts'
import { cardTitled } from '../../../contract/channel.ts'

/** Text that tries to be more than text. */
const attempt = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '<!channel>',
        '<!here|here>',
        '<@U0MALLORY>',
        '<#C1>',
        '<https://evil.example|ok>',
        '<javascript:alert(1)|ok>',
        '&lt;!channel&gt;',
        '&',
        '<',
        '>',
        '|',
        '\n',
        '\u202e',
        '\u0000',
        '\ud83d',
        '🚢',
        '`',
        '*',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
)
/** The same, short or far too long. */
const hostile = fc.tuple(attempt, fc.constantFrom(1, 7, 2_000)).map(([text, times]) => text.repeat(times))
const address = fc.oneof(
  hostile,
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  hostile.map((text) => `https://kedge.example/${text}`),
)

const hostileCard: fc.Arbitrary<Card> = fc.record({
  key: hostile,
  tone: fc.constantFrom('bad', 'waiting', 'good', 'info'),
  title: hostile,
  fields: fc.array(fc.record({ label: hostile, value: hostile }), { maxLength: 40, size: 'max' }),
  evidence: fc.array(hostile, { maxLength: 30, size: 'max' }),
  outcome: hostile,
  links: fc.array(fc.record({ text: hostile, url: address }), { maxLength: 20, size: 'max' }),
})

interface TextObject {
  type: string
  text: string
  verbatim?: boolean
}
interface Block {
  type: string
  text?: TextObject
  fields?: TextObject[]
}

function blocksOf(card: Card, note?: string): Block[] {
  return renderCard(card, { note }).attachments.flatMap((attachment) => (attachment.blocks ?? []) as Block[])
}

function textsOf(card: Card, note?: string): string[] {
  const message = renderCard(card, { note })
  return [
    message.text,
    ...message.attachments.map(({ fallback }) => fallback ?? ''),
    ...blocksOf(card, note)
      .flatMap((block) => [block.text, ...(block.fields ?? [])])
      .flatMap((text) => (text ? [text.text] : [])),
  ]
}

/** What Slack would take for more than text: anything in `<...>` that is not a link of ours to http(s). */
function controlSequences(text: string): string[] {
  return [...text.matchAll(/<[^>]*>?/g)]
    .map(([sequence]) => sequence)
    .filter((sequence) => !/^<https?:\/\/[^<>|\s]+(?:\|[^<>|]+)?>$/.test(sequence))
}

describe('hostile text', () => {
  it('leaves no control sequence, mention or foreign link in any text of a message', () => {
    fc.assert(
      fc.property(hostileCard, fc.option(hostile, { nil: undefined }), (card, note) => {
        const withoutLinks = { ...card, links: [] }
        expect(textsOf(withoutLinks, note).join('').includes('<')).toBe(false)
        for (const text of [...textsOf(card, note), renderReply(card.outcome)]) {
          expect(controlSequences(text)).toEqual([])
          expect(text.replace(/<[^>]*>/g, '')).not.toContain('>')
          expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/)
          expect(text.isWellFormed()).toBe(true)
          // oxlint-disable-next-line no-control-regex -- controls are what this is about
          expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('never passes a limit of Slack', () => {
    fc.assert(
      fc.property(hostileCard, hostile, (card, note) => {
        const blocks = blocksOf(card, note)
        expect(blocks.length).toBeGreaterThan(0)
        expect(blocks.length).toBeLessThanOrEqual(50)
        for (const block of blocks) {
          expect((block.fields ?? []).length).toBeLessThanOrEqual(10)
          for (const { text } of block.fields ?? []) expect(text.length).toBeLessThanOrEqual(2_000)
          expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000)
          expect(
            [block.text, ...(block.fields ?? [])].every((text) => text === undefined || (text.text !== '' && text.verbatim === true)),
          ).toBe(true)
        }
        expect(textsOf(card, note).join('').length).toBeLessThanOrEqual(13_000)
        const { text } = renderCard(card, { note })
        expect(text.length).toBeLessThanOrEqual(4_000)
        expect(text).not.toBe('')
        expect(renderReply(note).length).toBeGreaterThan(0)
        expect(renderReply(note).length).toBeLessThanOrEqual(3_000)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['javascript:alert(1)', 'Open'],
    ['data:text/html,<script>', 'Open'],
    ['slack://user?team=T1', 'Open'],
    ['https://user:secret@kedge.example/', 'Open'],
    ['not a url', 'Open'],
    ['https://kedge.example/a|b>c?x=1&y=<2>', '<https://kedge.example/a%7Cb%3Ec?x=1&amp;y=%3C2%3E|Open>'],
    ['https://kedge.example/\u0000\n<!channel>', '<https://kedge.example/%00%3C!channel%3E|Open>'],
  ])('the address %j becomes %j', (url, expected) => {
    expect(link('Open', url)).toBe(expected)
  })

  it('an entity or a surrogate pair is never cut in two', () => {
    const [, value] =
      textsOf({ ...cardTitled('x'), fields: [{ label: 'l', value: '&'.repeat(500) }], links: [] })
        .filter((text) => text.includes('&amp;'))[0]
        ?.split('\n') ?? []
    expect(value).toMatch(/^(?:&amp;)+…$/)
    expect(textsOf(cardTitled('🚢'.repeat(400)))[0]).toMatch(/^❌ (?:🚢)+…$/u)
  })
})

describe('a card', () => {
  it('shows fields, evidence, outcome and links beside a bar in its colour', () => {
    expect(renderCard(cardTitled('shop/web: Git wants 2, the cluster runs 1'))).toEqual({
      text: '❌ shop/web: Git wants 2, the cluster runs 1',
      attachments: [
        {
          color: '#E01E5A',
          fallback: '❌ shop/web: Git wants 2, the cluster runs 1',
          blocks: [
            { type: 'section', fields: [{ type: 'mrkdwn', text: '*Git wants*\nshop:2', verbatim: true }] },
            { type: 'section', text: { type: 'mrkdwn', text: '• success-rate 0.4 &lt; 0.95', verbatim: true } },
            { type: 'section', text: { type: 'mrkdwn', text: 'Kedge opened a revert.', verbatim: true } },
            { type: 'section', text: { type: 'mrkdwn', text: '<https://github.com/acme/shop/pull/7|Pull request>', verbatim: true } },
          ],
        },
      ],
    })
  })

  it('has a label on each button, because without one Slack refuses the whole card', () => {
    const links = ['', ' ', '\u200b'].map((text) => ({ text, url: 'https://example.com/' }))
    const { attachments } = renderCard({ ...cardTitled('Split'), links }, { buttons: { maxSnoozeMinutes: 0 } })
    expect(JSON.stringify(attachments).match(/"text":"Open"/g)).toHaveLength(3)
  })

  it('has no buttons, because they need an endpoint', () => {
    expect(blocksOf(cardTitled('x')).map(({ type }) => type)).not.toContain('actions')
  })

  it('says how much evidence it leaves out', () => {
    const evidence = Array.from({ length: 14 }, (_, index) => `metric ${index}`)
    expect(textsOf({ ...cardTitled('x'), evidence }).join('\n')).toContain('• metric 9\n… and 4 more')
  })

  it('shows a field without a value as such', () => {
    expect(textsOf({ ...cardTitled('x'), fields: [{ label: 'Git wants', value: '' }] })).toContain('*Git wants*\n–')
  })

  it('begins with what is to be done', () => {
    expect(renderCard({ ...cardTitled('shop/web: v2 failed'), todo: 'Merge #12' }).text).toMatch(/^\S+ Merge #12 · shop\/web: v2 failed$/)
  })

  it('with nothing in it still has a text', () => {
    const empty: Card = { key: 'k', tone: 'info', title: '', fields: [], evidence: [], outcome: '', links: [] }
    expect(renderCard(empty)).toMatchObject({ text: 'ℹ️ Release', attachments: [{ blocks: [{ type: 'section' }] }] })
  })
})
