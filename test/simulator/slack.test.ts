import { LogLevel, WebClient } from '@slack/web-api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createManualClock } from '../../src/simulator/clock.ts'
import { startSlack, type Slack } from '../../src/simulator/slack.ts'

const METADATA = { event_type: 'kedge_release', event_payload: { key: 'a1b2' } }

let slack: Slack
let client: WebClient

beforeEach(async () => {
  slack = await startSlack({ clock: createManualClock(), token: 'xoxb-1' })
  client = new WebClient('xoxb-1', {
    logLevel: LogLevel.ERROR,
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  })
})
afterEach(() => slack.stop())

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'ok',
    (error: { data?: { error: string } }) => error.data?.error ?? error,
  )

it('a card posted by name is found again by its metadata, updated, and threaded below', async () => {
  const { channel, ts } = await client.chat.postMessage({
    channel: '#deploys',
    text: 'Split',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Split' } }],
    metadata: METADATA,
  })
  expect(channel).toBe('C0DEPLOYS')
  await client.chat.postMessage({ channel: channel!, text: 'PR opened', thread_ts: ts! })
  const plain = await client.conversations.history({ channel: channel! })
  const full = await client.conversations.history({ channel: channel!, include_all_metadata: true, limit: 1 })
  expect([plain.messages?.[0]?.metadata, full.messages?.[0]?.metadata]).toEqual([undefined, METADATA])
  await client.chat.update({ channel: channel!, ts: ts!, text: 'Restored' })
  const { messages } = await client.conversations.replies({ channel: channel!, ts: ts!, include_all_metadata: true })
  expect(messages).toMatchObject([
    { text: 'Restored', metadata: METADATA },
    { text: 'PR opened', thread_ts: ts },
  ])
  expect(slack.messages[0]).not.toHaveProperty('blocks')
})

it('history pages from the newest and keeps to oldest and latest', async () => {
  const stamps: string[] = []
  for (const text of ['a', 'b', 'c']) stamps.push((await client.chat.postMessage({ channel: 'C0DEPLOYS', text })).ts!)
  const first = await client.conversations.history({ channel: 'C0DEPLOYS', limit: 2 })
  const second = await client.conversations.history({
    channel: 'C0DEPLOYS',
    limit: 2,
    cursor: first.response_metadata!.next_cursor!,
  })
  expect([first, second].map((page) => page.messages!.map((message) => message.text))).toEqual([['c', 'b'], ['a']])
  expect(
    (
      await client.conversations.history({
        channel: 'C0DEPLOYS',
        oldest: stamps[0]!,
        latest: stamps[1]!,
        inclusive: true,
      })
    ).messages,
  ).toHaveLength(2)
})

it.each([
  ['channel_not_found', { channel: 'C1', text: 'x' }],
  ['no_text', { channel: 'deploys', text: '' }],
  ['thread_not_found', { channel: 'deploys', text: 'x', thread_ts: '1.1' }],
  ['invalid_blocks', { channel: 'deploys', text: 'x', blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }],
])('refuses with %s', async (code, message) => {
  expect(await failure(client.chat.postMessage(message))).toBe(code)
})

it('refuses a wrong token, and an update of what it did not post', async () => {
  const stranger = new WebClient('xoxb-2', { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } })
  expect(await failure(stranger.auth.test())).toBe('invalid_auth')
  expect(await failure(client.chat.update({ channel: 'C0DEPLOYS', ts: '1.000001', text: 'x' }))).toBe('message_not_found')
})

it('an incoming webhook answers ok and cannot be updated', async () => {
  const response = await fetch(slack.webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Split' }),
  })
  expect(await response.text()).toBe('ok')
  expect(await failure(client.chat.update({ channel: 'C0DEPLOYS', ts: slack.messages[0]!.ts, text: 'x' }))).toBe('cant_update_message')
})

it('a limited rate is 429 with Retry-After, then over', async () => {
  slack.limitRate(7)
  await expect(client.auth.test()).rejects.toMatchObject({ retryAfter: 7 })
  expect(await failure(client.auth.test())).toBe('ok')
})
