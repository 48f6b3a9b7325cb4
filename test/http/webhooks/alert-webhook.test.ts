import { expect, it } from 'vitest'
import { alertmanagerWebhook } from '../../../src/adapters/alerts/alertmanager/webhook.ts'
import { startService, type Service } from '../service.ts'

const SECRET = 'a-secret-of-alertmanager'
const senders = [{ id: 'alertmanager', name: 'Alertmanager', webhook: alertmanagerWebhook, secrets: [SECRET] }]

async function withAlerts(): Promise<Service & { hints: () => number }> {
  let hints = 0
  const service = await startService({ senders, enqueueAlerts: () => void (hints += 1) })
  return Object.assign(service, { hints: () => hints })
}

const alert = (fingerprint: string, more: object = {}) => ({
  status: 'firing',
  fingerprint,
  startsAt: '2026-11-29T12:00:00Z',
  labels: {},
  ...more,
})

function send(
  service: Service,
  alerts: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${SECRET}` },
): Promise<Response> {
  const body = typeof alerts === 'string' ? alerts : JSON.stringify({ version: '4', status: 'firing', alerts })
  return fetch(`${service.servers.webhooks.url}/webhooks/alertmanager`, { method: 'POST', body, headers })
}

it('a payload of Alertmanager makes Kedge ask, and names nothing to look at', async () => {
  await using service = await withAlerts()
  expect((await send(service, [alert('aa', { labels: { namespace: 'shop', rollout: 'checkout' } })])).status).toBe(202)
  expect((await send(service, [alert('bb')], { authorization: `Basic ${btoa(`kedge:${SECRET}`)}` })).status).toBe(202)
  expect(service.hints()).toBe(2)
  expect(service.enqueued).toEqual([])
  expect(await service.ledger.pending()).toEqual([])
})

it('the same alerts that are repeated are one delivery, and one that has ended is another', async () => {
  await using service = await withAlerts()
  const results: unknown[] = []
  for (const alerts of [[alert('aa')], [alert('aa', { annotations: { a: 'b' } })], [alert('aa', { status: 'resolved' })]])
    results.push(await (await send(service, alerts)).json())
  expect(results).toEqual([{ result: 'accepted' }, { result: 'duplicate' }, { result: 'accepted' }])
  expect(service.hints()).toBe(2)
})

it.each([
  ['without a secret', [alert('aa')], {}, 401],
  ['with another secret', [alert('aa')], { authorization: 'Bearer another' }, 401],
  ['that nests very deeply', `{"version":"4","alerts":[${'['.repeat(1_000)}${']'.repeat(1_000)}]}`, undefined, 400],
  ['that is no JSON', '{"version":"4","alerts":', undefined, 400],
  ['of another version', '{"version":"3","alerts":[{}]}', undefined, 400],
  ['that is too large', 'x'.repeat(1_100_000), undefined, 413],
] as const)('a payload %s is refused and makes nobody ask', async (_, body, headers, status) => {
  await using service = await withAlerts()
  expect((await send(service, body, headers)).status).toBe(status)
  expect(service.hints()).toBe(0)
})

it('of a flood most are answered without being read or kept, once it is known who sends them', async () => {
  await using service = await withAlerts()
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => send(service, [alert(`f${index}`)])))
  const results = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { result: string }).result))
  expect(answers.every(({ status }) => status === 202)).toBe(true)
  expect(results.filter((result) => result === 'accepted').length).toBeLessThanOrEqual(60)
  expect(service.hints()).toBe(200)
  const strangers = await Promise.all(Array.from({ length: 40 }, () => send(service, [alert('x')], { authorization: 'Bearer no' })))
  expect(strangers.every(({ status }) => status === 401)).toBe(true)
  expect(service.hints()).toBe(200)
})
