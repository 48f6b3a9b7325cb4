import { expect, it } from 'vitest'
import { createSlackChannel, type SlackChannelOptions } from '../../../../src/adapters/channels/slack/channel.ts'
import { createSlackWebhookChannel } from '../../../../src/adapters/channels/slack/webhook.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { startSlack } from '../../../../src/simulator/slack.ts'
import { cardTitled, describeChannel, type ChannelWorld } from '../../../contract/channel.ts'

const CHANNEL = 'C0DEPLOYS'

async function openWorld(options: Partial<SlackChannelOptions> = {}) {
  const clock = createSystemClock()
  const slack = await startSlack({ clock, token: 'xoxb-1' })
  const notifier = createSlackChannel({
    token: 'xoxb-1',
    apiUrl: slack.apiUrl,
    allowChannel: () => true,
    now: () => clock.now(),
    ...options,
  })
  const world: ChannelWorld = {
    notifier,
    channel: CHANNEL,
    cards: async () => slack.messages.filter((message) => message.thread_ts === undefined).map(({ text }) => text),
    thread: async (ref) => slack.messages.filter((message) => message.thread_ts === ref.timestamp).map(({ text }) => text),
    [Symbol.asyncDispose]: () => slack.stop(),
  }
  const publish = (thread?: string) => notifier.publish({ channel: CHANNEL, card: cardTitled('Split'), ref: undefined, thread })
  return { world, slack, notifier, publish, [Symbol.asyncDispose]: () => slack.stop() }
}

describeChannel('Slack by bot token', async () => (await openWorld()).world)

it('a post whose answer was lost leaves one message, which the next try adopts', async () => {
  await using at = await openWorld()
  at.slack.faults.inject({ path: /chat\.postMessage$/, fault: { kind: 'drop-after' } })
  await expect(at.publish()).rejects.toMatchObject({ code: 'E_NOTIFIER_UNREACHABLE', retryable: true })
  const ref = await at.publish()
  expect(at.slack.messages).toMatchObject([{ ts: ref?.timestamp }])
})

it('a reply whose answer was lost leaves one reply', async () => {
  await using at = await openWorld()
  const ref = await at.publish()
  at.slack.faults.inject({ path: /chat\.postMessage$/, fault: { kind: 'drop-after' } })
  await expect(at.notifier.publish({ channel: CHANNEL, card: cardTitled('Split'), ref, thread: 'aborted again' })).rejects.toMatchObject({
    retryable: true,
  })
  await at.publish('aborted again')
  expect(at.slack.messages).toHaveLength(2)
})

it('a fault is not retried before the outbox says so', async () => {
  await using at = await openWorld()
  at.slack.faults.inject({ path: /chat\.postMessage$/, fault: { kind: 'status', status: 500 } })
  await expect(at.publish()).rejects.toMatchObject({ code: 'E_NOTIFIER_UNREACHABLE' })
  expect(at.slack.messages).toHaveLength(0)
})

it('a rate limit is told with the time to wait, and not waited for here', async () => {
  await using at = await openWorld()
  at.slack.limitRate(17)
  await expect(at.publish()).rejects.toMatchObject({ code: 'E_NOTIFIER_RATE_LIMITED', retryable: true, retryAfterSeconds: 17 })
})

it('a card that a person has deleted is published anew', async () => {
  await using at = await openWorld()
  const gone = { channel: CHANNEL, timestamp: '1.000001' }
  const ref = await at.notifier.publish({ channel: CHANNEL, card: cardTitled('Restored'), ref: gone, thread: undefined })
  expect(at.slack.messages).toMatchObject([{ ts: ref?.timestamp }])
})

it('the mark of a card in a message of somebody else is not adopted', async () => {
  await using at = await openWorld()
  const metadata = { event_type: 'kedge_release', event_payload: { key: cardTitled('').key } }
  at.slack.workspace.post({ channel: CHANNEL, user: 'U0MALLORY', text: 'planted', metadata })
  await at.publish()
  expect(at.slack.messages.map(({ user }) => user)).toEqual(['U0MALLORY', 'U0KEDGE'])
})

it('metadata of any shape in other messages does not get in the way', async () => {
  await using at = await openWorld()
  for (const metadata of [{}, { event_type: 'kedge_release' }, { event_type: 'kedge_release', event_payload: { key: ['x'] } }]) {
    at.slack.workspace.post({ channel: CHANNEL, user: 'U1', text: 'hi', metadata })
  }
  await at.publish()
  expect(at.slack.messages).toHaveLength(4)
})

it('a card is found behind a full page of newer messages', async () => {
  await using at = await openWorld()
  const ref = await at.publish()
  for (let count = 0; count < 250; count += 1) at.slack.workspace.post({ channel: CHANNEL, user: 'U1', text: 'talk' })
  expect(await at.publish()).toEqual(ref)
})

it('a channel that is not allowed gets no request', async () => {
  await using at = await openWorld({ allowChannel: (channel) => channel !== CHANNEL })
  await expect(at.publish()).rejects.toMatchObject({ code: 'E_NOTIFIER_CHANNEL_NOT_ALLOWED', retryable: false })
  expect(at.slack.calls).toEqual([])
})

it('a channel that is not there is a refusal', async () => {
  await using at = await openWorld()
  const request = { channel: 'C0NOWHERE', card: cardTitled('Split'), ref: undefined, thread: undefined }
  await expect(at.notifier.publish(request)).rejects.toMatchObject({
    code: 'E_NOTIFIER_REJECTED',
    message: expect.stringContaining('channel_not_found'),
  })
})

it('a token that is refused is told as such, without the token', async () => {
  await using at = await openWorld({ token: 'xoxb-PLANTED' })
  const fault = at.publish()
  await expect(fault).rejects.toMatchObject({ code: 'E_NOTIFIER_AUTH', message: expect.stringContaining('invalid_auth') })
  await expect(fault).rejects.not.toThrow('PLANTED')
})

it('an incoming webhook posts the card with its note, and has no address', async () => {
  await using at = await openWorld()
  const notifier = createSlackWebhookChannel({ url: at.slack.webhookUrl, now: Date.now })
  const ref = await notifier.publish({ channel: '', card: cardTitled('Split'), ref: undefined, thread: 'aborted again' })
  expect(ref).toBeUndefined()
  expect(at.slack.messages).toMatchObject([{ text: '❌ Split', viaWebhook: true }])
  expect(JSON.stringify(at.slack.messages[0]?.attachments)).toContain('aborted again')
})
