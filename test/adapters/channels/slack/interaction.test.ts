import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buttonBlocks } from '../../../../src/adapters/channels/slack/buttons.ts'
import { slackInteraction, type SlackInteractivity } from '../../../../src/adapters/channels/slack/interaction.ts'
import { signSlackRequest } from '../../../../src/simulator/slack/press.ts'
import { cardTitled } from '../../../contract/channel.ts'

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5'
const NOW = Date.parse('2026-12-01T22:00:00Z')
const PRESSED = {
  type: 'block_actions',
  user: { id: 'U1', name: 'ada', team_id: 'T1' },
  team: { id: 'T1' },
  container: { channel_id: 'C1', message_ts: '1700000000.000001' },
  actions: [{ action_id: 'kedge.on-it', value: 'release-1' }],
}

function deliveryOf({ body, headers }: { body: string; headers: Readonly<Record<string, string | undefined>> }) {
  return { header: (name: string) => headers[name.toLowerCase()], body: Buffer.from(body) }
}

describe('the signature of Slack', () => {
  const signed = signSlackRequest(SECRET, PRESSED, NOW)
  const verify = (change: Partial<Parameters<typeof deliveryOf>[0]> = {}, { secret = SECRET, now = NOW } = {}): boolean =>
    slackInteraction.verify(deliveryOf({ ...signed, ...change }), secret, now)

  it('is the one of the example in its documentation', () => {
    // docs.slack.dev, "Verifying requests from Slack".
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
      '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands' +
      '%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    }
    expect(verify({ body, headers }, { secret: '8f742231b10e8888abcd99yyyzzz85a5', now: 1_531_420_618_000 })).toBe(true)
  })

  it.each<[string, boolean, Parameters<typeof verify>]>([
    ['as it was made', true, []],
    ['of another secret', false, [{}, { secret: `${SECRET}x` }]],
    ['for no secret', false, [{}, { secret: '' }]],
    ['with a changed body', false, [{ body: signed.body.replace('U1', 'U2') }]],
    ['four minutes old', true, [{}, { now: NOW + 299_000 }]],
    ['six minutes old', false, [{}, { now: NOW + 301_000 }]],
    ['of six minutes ahead', false, [{}, { now: NOW - 301_000 }]],
    ['without its time', false, [{ headers: { ...signed.headers, 'x-slack-request-timestamp': undefined } as never }]],
    ['with another time', false, [{ headers: { ...signed.headers, 'x-slack-request-timestamp': String(NOW / 1_000 + 1) } }]],
    ['with a time that is none', false, [{ headers: { ...signed.headers, 'x-slack-request-timestamp': '1e9' } }]],
    ['without it', false, [{ headers: { ...signed.headers, 'x-slack-signature': undefined } as never }]],
    [
      'cut short',
      false,
      [{ headers: { ...signed.headers, 'x-slack-signature': signed.headers['x-slack-signature']?.slice(0, -1) ?? '' } }],
    ],
    [
      'in capitals',
      false,
      [{ headers: { ...signed.headers, 'x-slack-signature': signed.headers['x-slack-signature']?.toUpperCase() ?? '' } }],
    ],
    ['of another version', false, [{ headers: { ...signed.headers, 'x-slack-signature': 'v1=00' } }]],
  ])('%s holds: %s', (_what, holds, given) => {
    expect(verify(...given)).toBe(holds)
  })
})

describe('what was pressed', () => {
  const read = (payload: unknown, interactivity: Partial<SlackInteractivity> = {}) =>
    slackInteraction.read(Buffer.from(signSlackRequest(SECRET, payload, NOW).body), {
      interactivity: { maxSnoozeMinutes: 240, ...interactivity },
    })
  const pressing = (action: string) => ({ ...PRESSED, actions: [{ action_id: action, value: 'release-1' }] })

  it('names the card, the very message, and who pressed', () => {
    expect(read(PRESSED)).toEqual({
      card: 'release-1',
      ref: { channel: 'C1', timestamp: '1700000000.000001' },
      says: { type: 'on-it' },
      by: 'ada (in Slack)',
      user: 'U1',
    })
  })

  it.each([
    ['kedge.snooze.60', 60],
    ['kedge.snooze.240', 240],
    ['kedge.snooze.0', 0],
    ['kedge.snooze.9999', 240],
  ])('%s is a snooze for %i minutes: never longer than is allowed', (action, minutes) => {
    expect(read(pressing(action))).toMatchObject({ says: { type: 'snooze', minutes } })
  })

  it.each([
    'kedge.open.0',
    'kedge.merge',
    'kedge.abort',
    'kedge.on-it.2',
    'kedge.snooze.',
    'kedge.snooze.-5',
    'kedge.snooze.1e3',
    'kedge.snooze.99999',
    '',
  ])('the action %j is nothing for Kedge', (action) => {
    expect(read(pressing(action))).toBe('other')
  })

  it('where no snooze is allowed any more, an old button does nothing', () => {
    expect(read(pressing('kedge.snooze.60'), { maxSnoozeMinutes: 0 })).toBe('other')
  })

  it.each([
    [{ team: { id: 'T2' } }, 'foreign'],
    [{ team: null }, 'foreign'],
    [{ user: { id: 'U9', name: 'eve', team_id: 'T2' } }, 'foreign'],
    [{ user: { id: 'U9', name: 'eve' } }, 'foreign'],
  ])('with a workspace named, %j is %s', (change, result) => {
    expect(read({ ...PRESSED, ...change }, { team: 'T1' })).toBe(result)
    expect(read(PRESSED, { team: 'T1' })).toMatchObject({ user: 'U1' })
  })

  it.each<[object, string, Record<string, string>?]>([
    [{ id: 'U1', name: 'eve' }, 'Ada L.', { U1: 'Ada L.' }],
    [{ id: 'U2', name: 'Ada L.' }, 'Ada L. (in Slack)', { U1: 'Ada L.' }],
    [{ id: 'U2', username: 'bob' }, 'bob (in Slack)'],
    [{ id: 'U2' }, 'U2 (in Slack)'],
    [{ id: 'U2', name: 'a\u202eb\nc' }, 'a b c (in Slack)'],
    [{ id: 'U2', name: 'x'.repeat(500) }, `${'x'.repeat(59)}… (in Slack)`],
  ])('%j is called %j: a name that people choose themselves says so', (user, by, names = {}) => {
    expect(read({ ...PRESSED, user }, { names })).toMatchObject({ by })
  })

  it('the names of the file are those of the file alone', () => {
    expect(read({ ...PRESSED, user: { id: 'CONSTRUCTOR', name: 'eve' } }, { names: {} })).toMatchObject({ by: 'eve (in Slack)' })
  })

  it.each<[string, unknown]>([
    ['without a message', { ...PRESSED, container: { channel_id: 'C1' } }],
    ['with a message that is none', { ...PRESSED, container: { channel_id: 'C1', message_ts: '../1' } }],
    ['without a user', { ...PRESSED, user: {} }],
    ['without actions', { ...PRESSED, actions: [] }],
    ['that is null', null],
    ['that is a list', 'x'],
  ])('a payload %s cannot be read', (_what, payload) => {
    expect(read(payload)).toBeUndefined()
  })

  it.each(['', 'payload=', 'payload=%7B', '{"type":"block_actions"}', 'payload=%5B%5D'])('the body %j cannot be read', (body) => {
    expect(['other', undefined]).toContain(slackInteraction.read(Buffer.from(body), {}))
  })

  it.each(['view_submission', 'shortcut', 'message_action', 'block_suggestion'])('%s is nothing for Kedge', (type) => {
    expect(read({ ...PRESSED, type })).toBe('other')
  })

  it('nothing that can be sent throws', () => {
    fc.assert(
      fc.property(fc.json(), fc.uint8Array({ maxLength: 200 }), (json, bytes) => {
        const bodies = [Buffer.from(`payload=${encodeURIComponent(json)}`), bytes]
        expect(bodies.map((body) => slackInteraction.read(body, {})).every((read) => read === undefined || read === 'other')).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the buttons of a card', () => {
  const labels = (...given: Parameters<typeof buttonBlocks>): unknown[] =>
    buttonBlocks(...given).map(({ elements }) => elements.map((one) => (one.type === 'button' ? one.text.text : one.type)))
  const card = { ...cardTitled('Split'), snooze: 'off' as const }

  it.each<[number, string[]]>([
    [0, ['I am on it']],
    [30, ['I am on it', 'Snooze 30 min']],
    [60, ['I am on it', 'Snooze 1 h']],
    [90, ['I am on it', 'Snooze 1 h', 'Snooze 90 min']],
    [240, ['I am on it', 'Snooze 1 h', 'Snooze 4 h']],
  ])('with at most %i minutes of snooze, people may say %j', (maxSnoozeMinutes, say) => {
    expect(labels(card, { maxSnoozeMinutes })).toEqual([['Pull request'], say])
  })

  it('a snooze is ended by a button', () => {
    expect(labels({ ...card, snooze: 'on' }, { maxSnoozeMinutes: 240 })).toEqual([['Pull request'], ['I am on it', 'End snooze']])
  })

  it('of what is over there is nothing to say', () => {
    expect(labels(cardTitled('Restored'), { maxSnoozeMinutes: 240 })).toEqual([['Pull request']])
  })

  it('no address but plain http(s) is followed, and no row is empty', () => {
    const links = ['javascript:alert(1)', 'https://a:b@evil.example/', `https://x.example/${'y'.repeat(500)}`].map((url) => ({
      text: 'x',
      url,
    }))
    expect(labels({ ...cardTitled('Restored'), links }, { maxSnoozeMinutes: 0 })).toEqual([])
  })
})
