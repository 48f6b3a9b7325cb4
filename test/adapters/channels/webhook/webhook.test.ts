import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { createWebhookChannel } from '../../../../src/adapters/channels/webhook/channel.ts'
import { event as eventSchema } from '../../../../src/adapters/channels/webhook/event-schema.ts'
import { signatureHeaders, signingKey } from '../../../../src/adapters/channels/webhook/signature.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { startEventReceiver } from '../../../../src/simulator/event-receiver.ts'
import { cardTitled } from '../../../contract/channel.ts'
import { describeSendingChannel } from '../../../contract/sending-channel.ts'
import { faultOf } from '../../faults.ts'

const [SECRET, NEXT] = ['a', 'b'].map((letter) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`) as [string, string]
const keysOf = (...secrets: string[]): Buffer[] => secrets.flatMap((secret) => signingKey(secret) ?? [])

async function open(secrets = [SECRET], now: () => number = Date.now) {
  const receiver = await startEventReceiver({ clock: createSystemClock(), secret: SECRET })
  const channel = createWebhookChannel({ url: receiver.url, keys: keysOf(...secrets), now })
  const publish = () => channel.publish({ channel: 'a', card: cardTitled('Split'), ref: undefined, thread: undefined })
  return { receiver, channel, publish, [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose]() }
}

describeSendingChannel('A webhook with CloudEvents', async () => {
  const { receiver, channel } = await open()
  return {
    channel,
    isForPrograms: true,
    sent: () => receiver.events.map((one) => ({ text: JSON.stringify(one), id: String(one['id']) })),
    faults: receiver.faults,
    limitRate: (seconds) => receiver.limitRate(seconds),
    secrets: [SECRET, SECRET.slice('whsec_'.length)],
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  }
})

describe('the signature', () => {
  it('is that of the published example of Standard Webhooks', () => {
    const headers = signatureHeaders(keysOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      seconds: 1_614_265_330,
      body: '{"test": 2432232314}',
    })
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('is made with both secrets while one takes the place of the other', async () => {
    await using at = await open([NEXT, SECRET])
    await at.publish()
    at.receiver.replaceSecret(NEXT)
    await at.publish()
    expect(at.receiver.events).toHaveLength(2)
  })

  it('of another secret, and one that is too old, are refused as such', async () => {
    await using other = await open([NEXT])
    expect(await faultOf(other.publish())).toMatchObject({ code: 'E_NOTIFIER_AUTH', message: expect.stringContaining('not_signed') })
    await using late = await open([SECRET], () => Date.now() - 10 * 60_000)
    expect(await faultOf(late.publish())).toMatchObject({ code: 'E_NOTIFIER_AUTH', message: expect.stringContaining('too_old') })
  })

  it.each([
    ['whsec_c2hvcnQ=', undefined],
    ['a-text-of-23-characters', undefined],
    ['a-text-of-24-characters!', 24],
    [SECRET, 32],
  ])('a secret %s has a key of %s bytes', (secret, length) => {
    expect(signingKey(secret)?.length).toBe(length)
  })
})

it('an event is a CloudEvent in structured JSON, with the headers of its own delivery', async () => {
  await using at = await open()
  const card = { ...cardTitled('Split'), outcome: 'x'.repeat(50_000), evidence: Array.from({ length: 100 }, () => '\u202e'.repeat(900)) }
  await at.channel.publish({ channel: 'a', card, ref: undefined, thread: undefined })
  const [event] = at.receiver.events
  expect(eventSchema.safeParse(event).error).toBeUndefined()
  expect(JSON.stringify(event).length).toBeLessThan(32_768)
})
