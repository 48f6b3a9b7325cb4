import { expect, test } from 'vitest'
import { slackInteraction } from '../../../src/adapters/channels/slack/interaction.ts'
import type { HttpOptions } from '../../../src/http/request/options.ts'
import type { CardAnswer } from '../../../src/ports/interaction.ts'
import { signSlackRequest } from '../../../src/simulator/slack/press.ts'
import { aLedger } from '../fleet-fixture.ts'
import { startService, type Service } from '../service.ts'

const SECRET = 'planted-signing-secret-of-slack'
const PRESSED = {
  type: 'block_actions',
  user: { id: 'U1', name: 'ada', team_id: 'T1' },
  token: 'planted-verification-token',
  response_url: 'https://hooks.slack.com/planted-response-url',
  container: { channel_id: 'C1', message_ts: '1700000000.000001' },
  actions: [{ action_id: 'kedge.on-it', value: 'release-1' }],
}
const ENTRY = { name: 'slack', secret: SECRET, options: { interactivity: { maxSnoozeMinutes: 60 } } }

async function open(more: Partial<HttpOptions> = {}, entries = [ENTRY], ledger?: Awaited<ReturnType<typeof aLedger>>) {
  const answers: [CardAnswer, string][] = []
  const counted: string[] = []
  const service = await startService(
    {
      interactions: [{ id: 'slack', name: 'Slack', interaction: slackInteraction as never, entries }],
      answer: async (answer, channel) => (answers.push([answer, channel]), 'answered'),
      counted: (source, result) => void counted.push(`${source} ${result}`),
      ...more,
    },
    ledger,
  )
  return Object.assign(service, { answers, counted })
}

async function press(service: Service, payload: unknown, { secret = SECRET, at = Date.now(), change = (body: string) => body } = {}) {
  const { body, headers } = signSlackRequest(secret, payload, at)
  return fetch(`${service.servers.webhooks.url}/webhooks/slack`, { method: 'POST', body: change(body), headers })
}

const clock: HttpOptions['clock'] = { now: () => Date.now(), elapsed: () => performance.now(), after: () => ({ [Symbol.dispose]() {} }) }

test('what a person pressed is acted on before it is acknowledged, with a bare 200', async () => {
  await using service = await open({ clock })
  const answer = await press(service, PRESSED)
  expect([answer.status, await answer.text()]).toEqual([200, ''])
  expect(service.answers).toEqual([[expect.objectContaining({ card: 'release-1', by: 'ada (in Slack)' }), 'slack']])
  expect(service.counted).toEqual(['slack accepted'])
})

test.each<[string, { payload?: unknown; how?: Parameters<typeof press>[2] }, number, string]>([
  ['is signed by another secret', { how: { secret: 'another' } }, 401, 'unauthorized'],
  ['is six minutes old', { how: { at: Date.now() - 360_000 } }, 401, 'unauthorized'],
  ['was changed on the way', { how: { change: (body) => body.replace('release-1', 'release-2') } }, 401, 'unauthorized'],
  ['is nothing that Slack sends', { payload: { type: 'block_actions' } }, 400, 'malformed'],
  ['is no payload at all', { payload: 1 }, 400, 'malformed'],
  ['is larger than any message', { payload: { ...PRESSED, more: 'x'.repeat(1_100_000) } }, 413, 'too-large'],
  ['is a link that was followed', { payload: { ...PRESSED, actions: [{ action_id: 'kedge.open.0' }] } }, 200, 'ignored'],
  [
    'has an action of its own making',
    { payload: { ...PRESSED, actions: [{ action_id: 'kedge.merge', value: 'release-1' }] } },
    200,
    'ignored',
  ],
])('a request that %s does nothing', async (_what, { payload = PRESSED, how }, status, result) => {
  await using service = await open({ clock })
  const answer = await press(service, payload, how)
  expect(answer.status).toBe(status)
  expect(service.answers).toEqual([])
  expect(service.counted).toEqual([`slack ${result}`])
  expect(await answer.text()).not.toContain('planted')
})

test('the same request is refused the second time, after a restart too, and nothing of its body is kept', async () => {
  const ledger = await aLedger()
  const at = Date.now()
  const first = await open({ clock }, [ENTRY], ledger)
  expect((await press(first, PRESSED, { at })).status).toBe(200)
  const again = await press(first, PRESSED, { at })
  expect([again.status, await again.json()]).toMatchObject([401, { code: 'E_WEBHOOK_UNAUTHORIZED' }])
  await first.servers[Symbol.asyncDispose]()
  await using second = await open({ clock }, [ENTRY], ledger)
  expect((await press(second, PRESSED, { at })).status).toBe(401)
  expect([first.answers.length, second.answers.length]).toEqual([1, 0])
})

test('what a crash has cut off is not done at the next start: whoever pressed was told that it failed', async () => {
  const ledger = await aLedger()
  await ledger.accept({ source: 'slack', id: 'v0=1', receivedAt: 1, body: '' })
  await using service = await open({ clock }, [ENTRY], ledger)
  expect([await ledger.pending(), service.answers]).toEqual([[], []])
})

test('of several apps, the one whose secret signed it says whose cards may be meant', async () => {
  const other = { ...ENTRY, name: 'ops', secret: 'another secret of another app' }
  await using service = await open({ clock }, [ENTRY, other])
  await press(service, PRESSED, { secret: other.secret })
  expect(service.answers.map(([, channel]) => channel)).toEqual(['ops'])
})

test('a card that is not there is a 404, which Slack shows to whoever pressed', async () => {
  await using service = await open({ clock, answer: async () => 'absent' })
  expect((await press(service, PRESSED)).status).toBe(404)
})

test('what cannot be written down is a 503, and tells nothing of the request', async () => {
  const down = async (): Promise<never> => {
    throw new Error('disk full, planted')
  }
  await using service = await open({ clock, answer: down })
  const answer = await press(service, PRESSED)
  expect(answer.status).toBe(503)
  expect(await answer.text()).not.toContain('planted')
})

test('without a signing secret the endpoint is closed', async () => {
  await using service = await open({ clock }, [])
  const answer = await press(service, PRESSED)
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'E_WEBHOOK_NOT_CONFIGURED' }])
})

test('the endpoint is not on the listener that stays inside, and takes nothing but POST', async () => {
  await using service = await open({ clock })
  const { body, headers } = signSlackRequest(SECRET, PRESSED, Date.now())
  const inside = await fetch(`${service.servers.api.url}/webhooks/slack`, { method: 'POST', body, headers })
  const got = await fetch(`${service.servers.webhooks.url}/webhooks/slack`, { headers })
  expect([inside.status, got.status, service.answers]).toEqual([404, 404, []])
})
