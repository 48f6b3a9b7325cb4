import { Buffer } from 'node:buffer'
import { expect, it } from 'vitest'
import { renderCard, renderNews } from '../../../../src/adapters/channels/teams/adaptive-card.ts'
import { createTeamsChannel } from '../../../../src/adapters/channels/teams/channel.ts'
import type { Card } from '../../../../src/domain/notice/card.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { startTeams } from '../../../../src/simulator/teams.ts'
import { cardTitled } from '../../../contract/channel.ts'
import { describeSendingChannel } from '../../../contract/sending-channel.ts'
import { faultOf } from '../../faults.ts'

async function open() {
  const teams = await startTeams({ clock: createSystemClock() })
  return { teams, channel: createTeamsChannel({ url: teams.webhookUrl, now: Date.now }) }
}

describeSendingChannel('Microsoft Teams by a workflow', async () => {
  const { teams, channel } = await open()
  return {
    channel,
    sent: () => teams.cards.map((card) => ({ text: JSON.stringify(card), id: undefined })),
    faults: teams.faults,
    limitRate: (seconds) => teams.limitRate(seconds),
    secrets: ['simulator-signature'],
    [Symbol.asyncDispose]: () => teams[Symbol.asyncDispose](),
  }
})

const HOSTILE = '[click](https://evil.example) <at>everyone</at> **b** {{DATE(2020-01-01)}} \u202e"\\ \ud83d'

function hostileCard(fill: string): Card {
  const long = fill.repeat(3_000)
  return {
    key: long,
    tone: 'bad',
    todo: long,
    title: long,
    fields: Array.from({ length: 60 }, () => ({ label: long, value: long })),
    evidence: Array.from({ length: 60 }, () => long),
    outcome: long,
    links: Array.from({ length: 60 }, () => ({ text: long, url: `https://example.com/${'x'.repeat(370)}` })),
  }
}

it.each([
  ['quotes', '"'],
  ['three bytes', '鷲'],
  ['four bytes', '😀'],
  ['braces', '{{'],
  ['everything at once', HOSTILE],
])('the longest card of %s is within the 28 KB that Teams takes, and well-formed', async (_, fill) => {
  const { teams, channel } = await open()
  await using _teams = teams
  const ref = await channel.publish({ channel: 'a', card: hostileCard(fill), ref: undefined, thread: undefined })
  await channel.publish({ channel: 'a', card: { ...hostileCard(fill), title: 'b' }, ref, thread: undefined })
  expect(teams.cards).toHaveLength(2)
  expect(Buffer.byteLength(JSON.stringify(renderCard(hostileCard(fill))))).toBeLessThan(28 * 1_024)
})

it('hostile text stands in runs alone, which Teams never reads as markdown, and neither mentions nor computes', () => {
  const card = {
    ...cardTitled(HOSTILE),
    todo: HOSTILE,
    outcome: HOSTILE,
    evidence: [HOSTILE],
    fields: [{ label: HOSTILE, value: HOSTILE }],
  }
  for (const message of [renderCard(card), renderNews(card)]) {
    const [{ content }] = message.attachments
    expect(new Set(content.body.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']))
    const text = JSON.stringify(content)
    expect(text).not.toMatch(/\{\{|<at>|\u202e/)
    expect(text).toContain('[click](https://evil.example)')
  }
})

it.each(['{{{DATE(2020-01-01T00:00:00Z,SHORT)}}', '{{{{DATE(2020-01-01T00:00:00Z,SHORT)}}', '{'.repeat(7)])(
  '%s is computed by nobody',
  (text) => {
    expect(JSON.stringify(renderCard(cardTitled(text)))).not.toContain('{{')
  },
)

it('what the gaps have made longer is cut with a mark, and no character of it in two', () => {
  for (let before = 130; before < 150; before += 1) {
    const value = `{{{{${'x'.repeat(before)}${'😀'.repeat(20)}`
    const text = JSON.stringify(renderCard({ ...cardTitled('a'), fields: [{ label: 'Cause', value }] }))
    expect(text).not.toMatch(/\\ud83d/)
    expect(text).toContain('…"')
  }
})

it.each(['javascript:alert(1)', 'https://user:pw@example.com/', 'file:///etc/passwd', `https://example.com/${'x'.repeat(500)}`, 'no URL'])(
  'no button leads to %s',
  (url) => {
    const [{ content }] = renderCard({ ...cardTitled('Split'), links: [{ text: 'PR', url }] }).attachments
    expect(content.actions).toBeUndefined()
  },
)

it('fields and evidence are completed in silence, and another outcome or link is a short message', async () => {
  const { teams, channel } = await open()
  await using _teams = teams
  const told = async (card: Card, ref: Awaited<ReturnType<typeof channel.publish>>) =>
    channel.publish({ channel: 'a', card, ref, thread: undefined })
  const first = await told(cardTitled('Split'), undefined)
  const same = await told({ ...cardTitled('Split'), fields: [], evidence: ['other'] }, first)
  expect(same).toEqual(first)
  const merged = await told({ ...cardTitled('Split'), outcome: 'It was merged.' }, same)
  expect(teams.cards).toHaveLength(2)
  await told({ ...cardTitled('Split'), outcome: 'It was merged.', todo: 'Wait for Argo CD' }, merged)
  expect(JSON.stringify(teams.cards[2])).toContain('Wait for Argo CD · Split')
  expect(JSON.stringify(teams.cards[1])).toContain('It was merged.')
  expect(JSON.stringify(teams.cards[1])).not.toContain('Git wants')
})

it('a flow that was switched off is a refusal that names its code, and is not tried at once', async () => {
  const { teams, channel } = await open()
  await using _teams = teams
  teams.disable()
  const fault = await faultOf(channel.publish({ channel: 'a', card: cardTitled('Split'), ref: undefined, thread: undefined }))
  expect(fault).toMatchObject({
    code: 'E_NOTIFIER_REJECTED',
    retryable: false,
    message: expect.stringContaining('WorkflowTriggerIsNotEnabled'),
  })
})

it('a page that stands before the workflow has taken nothing, whatever its status', async () => {
  const { teams, channel } = await open()
  await using _teams = teams
  const body = '<html><body>Sign in</body></html>'
  teams.faults.inject({ fault: { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body } })
  const fault = await faultOf(channel.publish({ channel: 'a', card: cardTitled('Split'), ref: undefined, thread: undefined }))
  expect(fault).toMatchObject({ code: 'E_NOTIFIER_UNREACHABLE' })
})

it.each([
  ['a message of more than 28 KB', JSON.stringify({ type: 'message', fill: 'x'.repeat(29_000) }), 413],
  ['a message without a card', JSON.stringify({ type: 'message', attachments: [] }), 400],
  ['a card of a version that is not there', card({ type: 'AdaptiveCard', version: '9.9', body: [] }), 400],
  ['an element that is not there', card({ type: 'AdaptiveCard', version: '1.5', body: [{ type: 'Nothing' }] }), 400],
  ['no JSON', '{', 400],
])('the stand-in refuses %s', async (_, body, status) => {
  const { teams } = await open()
  await using _teams = teams
  const response = await fetch(teams.webhookUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect(response.status).toBe(status)
  expect(teams.cards).toEqual([])
})

function card(content: object): string {
  return JSON.stringify({ type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] })
}
