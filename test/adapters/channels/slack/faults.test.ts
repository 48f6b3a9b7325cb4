import { describe, expect, it } from 'vitest'
import { createSlackChannel } from '../../../../src/adapters/channels/slack/channel.ts'
import { createSlackWebhookChannel } from '../../../../src/adapters/channels/slack/webhook.ts'
import type { Channel } from '../../../../src/ports/channel.ts'
import { cardTitled } from '../../../contract/channel.ts'
import { nock } from '../../at-rest-nock.ts'
import { everythingIn, faultOf } from '../../faults.ts'
import { useOnlyNock } from '../../only-nock.ts'

/** Planted: they may appear in no error. */
const TOKEN = 'xoxb-PLANTED-0123456789'
const WEBHOOK_PATH = '/services/T1/B1/PLANTED0123456789'

const bot = () => createSlackChannel({ token: TOKEN, allowChannel: () => true, now: () => Date.UTC(2026, 0, 2) })
const webhook = () => createSlackWebhookChannel({ url: `https://hooks.slack.com${WEBHOOK_PATH}`, now: Date.now })
const publish = (notifier: Channel) => notifier.publish({ channel: 'C1', card: cardTitled('Split'), ref: undefined, thread: undefined })
const api = (method: string) => nock('https://slack.com').post(`/api/${method}`)
/** A card that is posted was looked for before. */
const post = () => {
  api('conversations.history').reply(200, { ok: true, messages: [] })
  return api('chat.postMessage')
}
const hook = () => nock('https://hooks.slack.com').post(WEBHOOK_PATH)

useOnlyNock()

describe('faults of Slack', () => {
  it.each([
    ['invalid_auth', 'E_NOTIFIER_AUTH', true],
    ['token_revoked', 'E_NOTIFIER_AUTH', true],
    ['channel_not_found', 'E_NOTIFIER_REJECTED', false],
    ['is_archived', 'E_NOTIFIER_REJECTED', false],
    ['internal_error', 'E_NOTIFIER_UNREACHABLE', true],
    ['ratelimited', 'E_NOTIFIER_RATE_LIMITED', true],
  ])('the code %s is %s', async (error, code, retryable) => {
    post().reply(200, { ok: false, error })
    expect(await faultOf(publish(bot()))).toMatchObject({ code, retryable })
  })

  it('a missing scope is named', async () => {
    post().reply(200, { ok: false, error: 'missing_scope', needed: 'chat:write' })
    expect(await faultOf(publish(bot()))).toMatchObject({
      code: 'E_NOTIFIER_AUTH',
      message: expect.stringContaining('missing_scope (needs chat:write)'),
    })
  })

  it('one that cannot read the channel posts again rather than never', async () => {
    api('conversations.history').reply(200, { ok: false, error: 'missing_scope', needed: 'channels:history' })
    api('chat.postMessage').reply(200, { ok: true, channel: 'C1', ts: '1.2' })
    expect(await publish(bot())).toEqual({ channel: 'C1', timestamp: '1.2' })
  })

  it('a look that fails for a passing reason posts nothing', async () => {
    api('conversations.history').reply(503, 'maintenance')
    expect(await faultOf(publish(bot()))).toMatchObject({ code: 'E_NOTIFIER_UNREACHABLE' })
  })

  it('a message asks Slack to make nothing of its words', async () => {
    let sent: unknown
    api('conversations.history').reply(200, { ok: true, messages: [] })
    nock('https://slack.com')
      .post('/api/chat.postMessage', (body: unknown) => {
        sent = body
        return true
      })
      .reply(200, { ok: true, channel: 'C1', ts: '1.2' })
    await publish(bot())
    expect(sent).toMatchObject({ parse: 'none', link_names: 'false', unfurl_links: 'false', unfurl_media: 'false' })
  })

  it('an HTTP answer of 429 tells how long to wait', async () => {
    post().reply(429, '', { 'retry-after': '9' })
    expect(await faultOf(publish(bot()))).toMatchObject({ code: 'E_NOTIFIER_RATE_LIMITED', retryAfterSeconds: 9 })
  })

  it.each([
    [500, 'E_NOTIFIER_UNREACHABLE'],
    [302, 'E_NOTIFIER_UNREACHABLE'],
    [404, 'E_NOTIFIER_REJECTED'],
  ])('an HTTP answer of %i is %s, and no redirect is followed', async (status, code) => {
    post().reply(status, '', { location: 'https://evil.example/' })
    expect(await faultOf(publish(bot()))).toMatchObject({ code })
  })
})

describe('faults of an incoming webhook', () => {
  it.each([
    [404, 'no_service', 'E_NOTIFIER_REJECTED'],
    [403, 'action_prohibited', 'E_NOTIFIER_REJECTED'],
    [302, '', 'E_NOTIFIER_REJECTED'],
    [500, 'server_error', 'E_NOTIFIER_UNREACHABLE'],
  ])('an answer of %i %s is %s', async (status, body, code) => {
    hook().reply(status, body, { location: 'https://evil.example/' })
    expect(await faultOf(publish(webhook()))).toMatchObject({ code, message: expect.stringContaining(body) })
  })

  it('a page that stands before it has taken nothing, whatever its status', async () => {
    hook().reply(200, '\n<!DOCTYPE html><html><body>Sign in</body></html>')
    expect(await faultOf(publish(webhook()))).toMatchObject({ code: 'E_NOTIFIER_UNREACHABLE' })
    hook().reply(200, 'ok')
    await publish(webhook())
  })

  it('a rate limit is told with the time to wait', async () => {
    hook().reply(429, '', { 'retry-after': '4' })
    expect(await faultOf(publish(webhook()))).toMatchObject({ code: 'E_NOTIFIER_RATE_LIMITED', retryAfterSeconds: 4 })
  })
})

describe('secrets', () => {
  it.each([
    ['a refusal that repeats the token', () => post().reply(200, { ok: false, error: TOKEN })],
    ['a code with the token beside it', () => post().reply(200, { ok: false, error: 'missing_scope', needed: TOKEN })],
    ['a page that repeats it', () => post().reply(502, `Bearer ${TOKEN}`, { 'x-echo': TOKEN })],
    ['a network fault that quotes it', () => post().replyWithError(Object.assign(new Error(`refused Bearer ${TOKEN}`), { code: TOKEN }))],
    ['an answer that is none', () => post().reply(200, TOKEN)],
  ])('no error shows the token: %s', async (_, answer) => {
    answer()
    expect(everythingIn(await faultOf(publish(bot())))).not.toContain('PLANTED')
  })

  it.each([
    ['a network fault', () => hook().replyWithError(`getaddrinfo https://hooks.slack.com${WEBHOOK_PATH}`)],
    ['an answer that repeats it', () => hook().reply(400, WEBHOOK_PATH)],
    ['a code with it inside', () => hook().reply(400, 'PLANTED0123456789')],
  ])('no error shows the URL of a webhook: %s', async (_, answer) => {
    answer()
    expect(everythingIn(await faultOf(publish(webhook())))).not.toContain('PLANTED')
  })
})
